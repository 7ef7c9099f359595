<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics;

use WHMCS\UsageBilling\Contracts\Metrics\UsageInterface;

/**
 * One figure; collected now unless told otherwise.
 */
final class Usage implements UsageInterface
{
    private $value;
    private $collectedAt;
    private $startAt;
    private $endAt;

    public function __construct($value, $collectedAt = null, $startAt = null, $endAt = null)
    {
        $this->value = $value;
        $this->collectedAt = $collectedAt ?? new \DateTimeImmutable();
        $this->startAt = $startAt;
        $this->endAt = $endAt;
    }

    public function value()
    {
        return $this->value;
    }

    public function collectedAt()
    {
        return $this->collectedAt;
    }

    public function startAt()
    {
        return $this->startAt;
    }

    public function endAt()
    {
        return $this->endAt;
    }
}

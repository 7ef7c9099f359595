<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics;

use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WHMCS\UsageBilling\Contracts\Metrics\UnitInterface;
use WHMCS\UsageBilling\Contracts\Metrics\UsageInterface;

/**
 * A metric; with usage it is another object.
 */
final class Metric implements MetricInterface
{
    private $systemName;
    private $displayName;
    private $type;
    private $units;
    private $usage;

    public function __construct(
        $systemName,
        $displayName = null,
        $type = null,
        ?UnitInterface $units = null,
        ?UsageInterface $usage = null
    ) {
        $this->systemName = $systemName;
        $this->displayName = $displayName;
        $this->type = $type;
        $this->units = $units;
        $this->usage = $usage;
    }

    public function usage()
    {
        return $this->usage;
    }

    public function withUsage(?UsageInterface $usage = null)
    {
        return new self($this->systemName, $this->displayName, $this->type, $this->units, $usage);
    }

    public function units()
    {
        return $this->units;
    }

    public function systemName()
    {
        return $this->systemName;
    }

    public function displayName()
    {
        return $this->displayName;
    }

    public function type()
    {
        return $this->type;
    }
}

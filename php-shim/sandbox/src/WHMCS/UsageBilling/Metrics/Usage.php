<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics;

use Carbon\Carbon;
use WHMCS\UsageBilling\Contracts\Metrics\UsageInterface;

/** The usage modules build; a time may be a Carbon or seconds since 1970, and no time of collection means now. */
class Usage implements UsageInterface
{
    private $value;
    private $collectedAt;
    private $startAt;
    private $endAt;

    /**
     * @param float|int|string $value
     * @param Carbon|float|int|null $collectedAt
     * @param Carbon|float|int|null $startAt
     * @param Carbon|float|int|null $endAt
     */
    public function __construct($value, $collectedAt = null, $startAt = null, $endAt = null)
    {
        $this->value = $value;
        $this->collectedAt = self::moment($collectedAt) ?? Carbon::now();
        $this->startAt = self::moment($startAt);
        $this->endAt = self::moment($endAt);
    }

    /** What is no number comes back as it was given, so that the host can tell it from 0. */
    public function value()
    {
        return is_numeric($this->value) ? (float) $this->value : $this->value;
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

    private static function moment($time): ?Carbon
    {
        return $time === null || $time instanceof Carbon ? $time : Carbon::createFromTimestamp($time);
    }
}

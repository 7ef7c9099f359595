<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Contracts\Metrics;

/**
 * WHMCS does not publish the values of the constants: these are made up, so that a guess would be noticed.
 */
interface MetricInterface
{
    public const TYPE_SNAPSHOT = 'stand-in snapshot';
    public const TYPE_PERIOD_DAY = 'stand-in day';
    public const TYPE_PERIOD_MONTH = 'stand-in month';

    public function usage();

    public function withUsage(?UsageInterface $usage = null);

    public function units();

    public function systemName();

    public function displayName();

    public function type();
}

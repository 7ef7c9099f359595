<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Contracts\Metrics;

/**
 * One metric, with or without usage.
 *
 * WHMCS does not publish the values of the constants; these are made so that a literal written from a guess
 * does not match.
 */
interface MetricInterface
{
    /** A lasting quantity; each report replaces the last one. */
    public const TYPE_SNAPSHOT = 'sandbox.snapshot';
    /** The running total of the calendar day. */
    public const TYPE_PERIOD_DAY = 'sandbox.period.day';
    /** The running total of the calendar month. */
    public const TYPE_PERIOD_MONTH = 'sandbox.period.month';

    /** @return UsageInterface|null null when no usage is attached */
    public function usage();

    /**
     * This metric with other usage; the metric itself stays as it is.
     *
     * @return MetricInterface
     */
    public function withUsage(?UsageInterface $usage = null);

    /** @return UnitInterface */
    public function units();

    /** @return string stable name */
    public function systemName();

    /** @return string */
    public function displayName();

    /** @return string one of the constants */
    public function type();
}

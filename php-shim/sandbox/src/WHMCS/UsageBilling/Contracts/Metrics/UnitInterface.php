<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Contracts\Metrics;

/** How quantities of a metric are named, rounded and shown. The constants' values are not published. */
interface UnitInterface
{
    public const TYPE_CURRENCY = 'sandbox.currency';
    public const TYPE_FLOAT_PRECISION_LOW = 'sandbox.float.low';
    public const TYPE_FLOAT_PRECISION_HIGH = 'sandbox.float.high';
    public const TYPE_INT = 'sandbox.int';
    public const TYPE_MICROTIME = 'sandbox.microtime';

    /** @return string plural name, such as "Gigabytes" */
    public function name();

    /**
     * The name beside a quantity or a price.
     *
     * @param float|int $value chooses singular or plural
     * @return string
     */
    public function perUnitName($value = 0);

    /** @return string|null */
    public function prefix();

    /** @return string|null such as "GB" */
    public function suffix();

    /** @return string one of the constants */
    public function type();

    /**
     * The formatted value with prefix and suffix.
     *
     * @param float|int $value
     * @return string
     */
    public function decorate($value);

    /**
     * @param float|int $value
     * @return string
     */
    public function formatForType($value);

    /**
     * @param float|int $value
     * @return float|int
     */
    public function roundForType($value);
}

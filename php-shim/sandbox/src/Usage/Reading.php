<?php

declare(strict_types=1);

namespace WhmcsSandbox\Usage;

/** One valid figure of a metric, as the module gave it. */
final class Reading
{
    /**
     * @param string $type one of MetricInterface's constants
     * @param string $value decimal, from 0 up
     * @param string $collectedAt `Y-m-d H:i:s` in the host's time zone
     */
    public function __construct(
        public readonly string $metric,
        public readonly string $displayName,
        public readonly string $unit,
        public readonly string $type,
        public readonly string $value,
        public readonly string $collectedAt
    ) {
    }
}

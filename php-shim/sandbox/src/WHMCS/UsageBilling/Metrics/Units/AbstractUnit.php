<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

use WHMCS\UsageBilling\Contracts\Metrics\UnitInterface;

/** A unit by its names; decimals are 0 for whole numbers, 5 for high precision, else 2. */
abstract class AbstractUnit implements UnitInterface
{
    private $name;
    private $singlePerUnitName;
    private $pluralPerUnitName;
    private $prefix;
    private $suffix;

    /** @param string $name plural */
    public function __construct(
        $name,
        $singlePerUnitName = null,
        $pluralPerUnitName = null,
        $prefix = null,
        $suffix = null
    ) {
        $this->name = $name;
        $this->singlePerUnitName = $singlePerUnitName ?? $name;
        $this->pluralPerUnitName = $pluralPerUnitName ?? $name;
        $this->prefix = $prefix;
        $this->suffix = $suffix;
    }

    public function name()
    {
        return $this->name;
    }

    public function perUnitName($value = 0)
    {
        return (float) $value === 1.0 ? $this->singlePerUnitName : $this->pluralPerUnitName;
    }

    public function prefix()
    {
        return $this->prefix;
    }

    public function suffix()
    {
        return $this->suffix;
    }

    abstract public function type();

    public function decorate($value)
    {
        return trim("$this->prefix {$this->formatForType($value)} $this->suffix");
    }

    public function formatForType($value)
    {
        return number_format((float) $value, $this->decimals());
    }

    public function roundForType($value)
    {
        return round((float) $value, $this->decimals());
    }

    private function decimals(): int
    {
        return match ($this->type()) {
            self::TYPE_INT => 0,
            self::TYPE_FLOAT_PRECISION_HIGH => 5,
            default => 2,
        };
    }
}

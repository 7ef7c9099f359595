<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

use WHMCS\UsageBilling\Contracts\Metrics\UnitInterface;

abstract class AbstractUnit implements UnitInterface
{
    private $name;
    private $single;
    private $plural;
    private $prefix;
    private $suffix;

    public function __construct($name, $single = null, $plural = null, $prefix = null, $suffix = null)
    {
        $this->name = $name;
        $this->single = $single;
        $this->plural = $plural;
        $this->prefix = $prefix;
        $this->suffix = $suffix;
    }

    public function name()
    {
        return $this->name;
    }

    public function perUnitName($value = 0)
    {
        return (float) $value === 1.0 ? $this->single : $this->plural;
    }

    public function prefix()
    {
        return $this->prefix;
    }

    public function suffix()
    {
        return $this->suffix;
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** A number without decimals. */
class WholeNumber extends AbstractUnit
{
    public function __construct(
        $name = 'Units',
        $singlePerUnitName = 'Unit',
        $pluralPerUnitName = null,
        $prefix = null,
        $suffix = null
    ) {
        parent::__construct($name, $singlePerUnitName, $pluralPerUnitName, $prefix, $suffix);
    }

    public function type()
    {
        return self::TYPE_INT;
    }
}

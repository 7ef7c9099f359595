<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** Megabytes; the module converts. */
class MegaBytes extends Bytes
{
    public function __construct(
        $name = 'Megabytes',
        $singlePerUnitName = 'Megabyte',
        $pluralPerUnitName = null,
        $prefix = null,
        $suffix = 'MB'
    ) {
        parent::__construct($name, $singlePerUnitName, $pluralPerUnitName, $prefix, $suffix);
    }
}

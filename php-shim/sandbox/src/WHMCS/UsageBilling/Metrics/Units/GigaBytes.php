<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** Gigabytes; the module converts. */
class GigaBytes extends Bytes
{
    public function __construct(
        $name = 'Gigabytes',
        $singlePerUnitName = 'Gigabyte',
        $pluralPerUnitName = null,
        $prefix = null,
        $suffix = 'GB'
    ) {
        parent::__construct($name, $singlePerUnitName, $pluralPerUnitName, $prefix, $suffix);
    }
}

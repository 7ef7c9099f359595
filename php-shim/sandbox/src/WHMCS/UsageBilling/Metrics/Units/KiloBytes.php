<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** Kilobytes; the module converts. */
class KiloBytes extends Bytes
{
    public function __construct(
        $name = 'Kilobytes',
        $singlePerUnitName = 'Kilobyte',
        $pluralPerUnitName = null,
        $prefix = null,
        $suffix = 'KB'
    ) {
        parent::__construct($name, $singlePerUnitName, $pluralPerUnitName, $prefix, $suffix);
    }
}

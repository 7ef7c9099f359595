<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** Domains. */
class Domains extends WholeNumber
{
    public function __construct(
        $name = 'Domains',
        $singlePerUnitName = 'Domain',
        $pluralPerUnitName = null,
        $prefix = null,
        $suffix = null
    ) {
        parent::__construct($name, $singlePerUnitName, $pluralPerUnitName, $prefix, $suffix);
    }
}

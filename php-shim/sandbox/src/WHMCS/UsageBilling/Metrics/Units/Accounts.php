<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** Accounts, or whatever the display name says is counted. */
class Accounts extends WholeNumber
{
    public function __construct(
        $name = 'Accounts',
        $singlePerUnitName = 'Account',
        $pluralPerUnitName = null,
        $prefix = null,
        $suffix = null
    ) {
        parent::__construct($name, $singlePerUnitName, $pluralPerUnitName, $prefix, $suffix);
    }
}

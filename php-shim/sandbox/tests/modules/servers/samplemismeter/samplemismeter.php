<?php

/** A metric provider that breaks the rule the test names in $GLOBALS['sample_defect']. */

declare(strict_types=1);

use WHMCS\Module\Server\SampleMisMeter\Metrics;

function samplemismeter_MetaData(): array
{
    return $GLOBALS['sample_defect'] === 'no tenant field' ? [] : ['ListAccountsUniqueIdentifierField' => 'username'];
}

function samplemismeter_ConfigOptions(): array
{
    return [];
}

function samplemismeter_MetricProvider(array $params)
{
    if ($GLOBALS['sample_defect'] === 'constructor throws') {
        throw new LogicException('no parameters');
    }
    return $GLOBALS['sample_defect'] === 'no provider' ? [] : new Metrics($params);
}

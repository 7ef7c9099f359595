<?php

/**
 * Reports usage and lists accounts as it should. Tests put its answers into $GLOBALS['sample_meter'], or as JSON into
 * the environment variable SAMPLE_METER where it runs in another process.
 */

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\SampleMeter\Metrics;

function samplemeter_answer(string $key, mixed $default): mixed
{
    $answers = $GLOBALS['sample_meter'] ?? json_decode(getenv('SAMPLE_METER') ?: '{}', true);
    return $answers[$key] ?? $default;
}

function samplemeter_MetaData(): array
{
    return ['DisplayName' => 'Meter', 'ListAccountsUniqueIdentifierField' => samplemeter_answer('field', 'username'),
        'ListAccountsProductField' => 'configoption1'];
}

function samplemeter_ConfigOptions(): array
{
    return ['Storage quota (GB)' => ['Type' => 'text', 'Default' => '7']];
}

function samplemeter_CreateAccount(array $params): string
{
    $params['model']->serviceProperties->save(['Username' => sprintf('user%04d', $params['serviceid'])]);
    return 'success';
}

function samplemeter_SuspendAccount(array $params): string
{
    return 'success';
}

function samplemeter_TerminateAccount(array $params): string
{
    return 'success';
}

function samplemeter_MetricProvider(array $params): Metrics
{
    return new Metrics($params);
}

/** Answer `columns`: the usage columns of every service of the server. */
function samplemeter_UsageUpdate(array $params): void
{
    $columns = samplemeter_answer('columns', []);
    if ($columns !== []) {
        Capsule::table('tblhosting')->where('server', $params['serverid'])->update($columns);
    }
}

function samplemeter_ListAccounts(array $params): array
{
    return samplemeter_answer('accounts', ['success' => false, 'error' => 'page 2 did not come']);
}

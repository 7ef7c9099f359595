<?php

/** Does everything right. Tests read its calls from $GLOBALS and choose its answer there. */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\SampleOk\Remote;

function sampleok_MetaData(): array
{
    return ['DisplayName' => 'Sample', 'APIVersion' => '1.1', 'RequiresServer' => true];
}

function sampleok_ConfigOptions($params = []): array
{
    return [
        'Storage quota (GB)' => ['Type' => 'text', 'Default' => '7'],
        'policy' => ['FriendlyName' => 'On termination', 'Type' => 'dropdown', 'Options' => 'refuse,purge', 'Default' => 'refuse'],
        'Client note' => ['Type' => 'dropdown', 'Options' => 'off,ids,full', 'Default' => 'ids'],
    ];
}

function sampleok_answer(string $function, array $params): string
{
    $GLOBALS['sample_calls'][] = [$function, $params, Capsule::table('tblhosting')->where('id', $params['serviceid'])->value('domainstatus')];
    return $GLOBALS['sample_answer'] ?? 'success';
}

function sampleok_CreateAccount(array $params): string
{
    $answer = sampleok_answer('CreateAccount', $params);
    if ($answer === 'success') {
        $params['model']->serviceProperties->save([
            'Username' => Remote::userId((int) $params['serviceid']),
            'Password' => Remote::SECRET,
            'Access Key ID' => 'KEY1',
        ]);
    }
    logModuleCall('sampleok', 'CreateAccount', 'secret=' . Remote::SECRET, 'ok', '', [Remote::SECRET]);
    return $answer;
}

function sampleok_SuspendAccount(array $params): string
{
    return sampleok_answer('SuspendAccount', $params);
}

function sampleok_UnsuspendAccount(array $params): string
{
    return sampleok_answer('UnsuspendAccount', $params);
}

function sampleok_TerminateAccount(array $params): string
{
    return sampleok_answer('TerminateAccount', $params);
}

function sampleok_ChangePackage(array $params): string
{
    return sampleok_answer('ChangePackage', $params);
}

function sampleok_ChangePassword(array $params): string
{
    return sampleok_answer('ChangePassword', $params);
}

function sampleok_UsageUpdate(array $params): void
{
    Capsule::table('tblhosting')->where('server', $params['serverid'])->update(['diskusage' => 12, 'lastupdate' => '2031-01-10 00:00:00']);
}

function sampleok_TestConnection(array $params): array
{
    return ['success' => $params['serverpassword'] !== '', 'error' => $params['serverpassword'] === '' ? 'no password' : ''];
}

function sampleok_ClientArea(array $params): array
{
    return ['templatefile' => 'templates/overview', 'vars' => ['greeting' => '<b>O&#039;Brien</b>']];
}

function sampleok_AdminServicesTabFields(array $params): array
{
    return ['State' => '<i>live</i>'];
}

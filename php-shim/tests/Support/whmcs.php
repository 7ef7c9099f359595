<?php

/**
 * The few functions of WHMCS the module calls, recording instead of acting.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Ostor\Tests\Support\Host;

function logModuleCall($module, $action, $request, $response, $data = '', $variablesToMask = [])
{
    if (Host::$logFailure !== null) {
        throw Host::$logFailure;
    }
    Host::$moduleLog[] = func_get_args();
}

function logActivity($message, $clientId = 0)
{
    if (Host::$logFailure !== null) {
        throw Host::$logFailure;
    }
    Host::$activityLog[] = [$message, $clientId];
}

function localAPI($command, array $values, $adminUser = '')
{
    if ($command === 'SendEmail') {
        Host::$mails[] = ['updates' => count(Host::$updates)] + $values;

        return Host::$mailAnswer;
    }
    if (strpos($command, 'Module') === 0 || $command === 'UpdateClientProduct') {
        Host::$commands[] = [$command, $values];

        return Host::$commandAnswer;
    }
    if ($command !== 'AddClientNote') {
        return ['result' => 'error', 'message' => 'Command Not Found'];
    }
    if (Host::$noteAnswer['result'] === 'success') {
        Host::$notes[] = ['id' => count(Host::$notes) + 1, 'userid' => $values['userid'], 'note' => $values['notes']];
    }

    return Host::$noteAnswer;
}

function decrypt($text)
{
    return base64_decode($text);
}

function generate_token($kind = 'form')
{
    return $kind === 'plain' ? Host::$token : '<input type="hidden" name="token" value="' . Host::$token . '">';
}

function check_token($namespace = 'WHMCS.default', $throw = false)
{
    $areas = ['WHMCS.admin.default', 'WHMCS.default'];
    $valid = in_array($namespace, $areas, true) && ($_REQUEST['token'] ?? '') === Host::$token;
    if (!$valid && $throw) {
        throw new RuntimeException('Invalid token');
    }

    return $valid;
}

function add_hook($point, $priority, $function)
{
    Host::$hooks[$point][] = $function;
}

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
    if ($command !== 'AddClientNote') {
        return ['result' => 'error', 'message' => 'Command Not Found'];
    }
    if (Host::$noteAnswer['result'] === 'success') {
        Host::$notes[] = ['userid' => $values['userid'], 'note' => $values['notes']];
    }

    return Host::$noteAnswer;
}

<?php

/** Puts secrets wherever the test asks for in $GLOBALS['sample_leak']. */

declare(strict_types=1);

const SAMPLELEAK_SECRET = 'leaky/secret+0123456789';

function sampleleak_ConfigOptions(): array
{
    return ['Client note' => ['Type' => 'dropdown', 'Options' => 'off,ids,full', 'Default' => 'ids']];
}

function sampleleak_CreateAccount(array $params): string
{
    $params['model']->serviceProperties->save(['Password' => SAMPLELEAK_SECRET]);
    switch ($GLOBALS['sample_leak']) {
        case 'module log':
            // Masked as it is, but written as JSON, where the slash is escaped.
            logModuleCall('sampleleak', 'Create', json_encode(['key' => SAMPLELEAK_SECRET]), '', '', [SAMPLELEAK_SECRET]);
            break;
        case 'activity log':
            logActivity('new key ' . urlencode(SAMPLELEAK_SECRET));
            break;
        case 'mail':
            localAPI('SendEmail', ['id' => $params['serviceid'], 'customtype' => 'product', 'customsubject' => 'Keys',
                'custommessage' => 'Your key: ' . SAMPLELEAK_SECRET]);
            break;
        case 'note':
            localAPI('AddClientNote', ['userid' => $params['userid'], 'notes' => 'key ' . SAMPLELEAK_SECRET]);
            break;
        case 'server password':
            logModuleCall('sampleleak', 'Create', $params['serverpassword'], '');
            break;
        case 'answer':
            return 'cannot use ' . SAMPLELEAK_SECRET;
    }
    return 'success';
}

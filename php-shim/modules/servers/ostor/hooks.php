<?php

/**
 * What the module adds to WHMCS's client summary and to the sidebar of the client area. WHMCS loads this file on every
 * page, so nothing is done before it is wanted.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Ostor\ClientMenu;
use WHMCS\Module\Server\Ostor\ClientSummary;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

// Links into the addon ostor_admin.
add_hook('AdminAreaClientSummaryActionLinks', 1, static function ($vars): array {
    require_once __DIR__ . '/classes.php';

    return ClientSummary::links($vars['userid'] ?? null);
});

// The client's object storage, as HTML.
add_hook('AdminAreaClientSummaryPage', 1, static function ($vars): string {
    require_once __DIR__ . '/classes.php';

    return ClientSummary::panel($vars['userid'] ?? null);
});

// Pages of the service a customer looks at.
add_hook('ClientAreaPrimarySidebar', 1, static function ($sidebar): void {
    if (isset($_REQUEST['id'])) {
        require_once __DIR__ . '/classes.php';

        ClientMenu::sidebar($sidebar);
    }
});

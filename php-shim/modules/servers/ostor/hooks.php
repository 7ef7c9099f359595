<?php

/**
 * What the module adds to WHMCS's client summary. WHMCS loads this file on every page, so nothing is done before it is
 * wanted.
 */

declare(strict_types=1);

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

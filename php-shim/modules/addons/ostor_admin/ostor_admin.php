<?php

/**
 * WHMCS addon module: the object storage's users, keys, buckets, limits and statistics for staff.
 *
 * Only the functions WHMCS calls by name stand here. Calls to ostor-bridge, server records and escaping are those of
 * the server module ostor, which has to be installed beside.
 */

declare(strict_types=1);

use WHMCS\Module\Addon\OstorAdmin\Addon;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

require_once dirname(__DIR__, 2) . '/servers/ostor/classes.php';
require_once __DIR__ . '/lib/Texts.php';
require_once __DIR__ . '/lib/Request.php';
require_once __DIR__ . '/lib/Cluster.php';
require_once __DIR__ . '/lib/Outcome.php';
require_once __DIR__ . '/lib/Units.php';
require_once __DIR__ . '/lib/Forms.php';
require_once __DIR__ . '/lib/View.php';
require_once __DIR__ . '/lib/Chart.php';
require_once __DIR__ . '/lib/UsageSection.php';
require_once __DIR__ . '/lib/LimitForms.php';
require_once __DIR__ . '/lib/UsersPage.php';
require_once __DIR__ . '/lib/UserPage.php';
require_once __DIR__ . '/lib/BucketsPage.php';
require_once __DIR__ . '/lib/BucketPage.php';
require_once __DIR__ . '/lib/StatisticsPage.php';
require_once __DIR__ . '/lib/DefaultsPage.php';
require_once __DIR__ . '/lib/AuditPage.php';
require_once __DIR__ . '/lib/SecretNotes.php';
require_once __DIR__ . '/lib/Services.php';
require_once __DIR__ . '/lib/DeletionsPage.php';
require_once __DIR__ . '/lib/WhmcsRepair.php';
require_once __DIR__ . '/lib/DriftPage.php';
require_once __DIR__ . '/lib/AdoptionPlan.php';
require_once __DIR__ . '/lib/Adoption.php';
require_once __DIR__ . '/lib/AdoptPage.php';
require_once __DIR__ . '/lib/NotesPage.php';
require_once __DIR__ . '/lib/Actions.php';
require_once __DIR__ . '/lib/Addon.php';

/**
 * What WHMCS shows in its list of addons.
 *
 * @return array<string, mixed>
 */
function ostor_admin_config(): array
{
    return Addon::config();
}

/**
 * Nothing is to be set up: the addon keeps no data.
 *
 * @return array{status: string, description: string}
 */
function ostor_admin_activate(): array
{
    return Addon::activated();
}

/**
 * Nothing is to be removed.
 *
 * @return array{status: string, description: string}
 */
function ostor_admin_deactivate(): array
{
    return Addon::deactivated();
}

/**
 * Prints the page asked for. WHMCS calls this only for admins whose role may use the addon.
 *
 * @param array<string, mixed> $vars not needed: the addon has no settings
 */
function ostor_admin_output($vars): void
{
    Addon::output();
}

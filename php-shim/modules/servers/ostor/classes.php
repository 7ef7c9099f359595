<?php

/**
 * The classes of the module, for ostor.php, hooks.php and the addon ostor_admin.
 *
 * WHMCS finds these classes by itself, but not in every context (tests, cron tools): a plain list always works.
 * ostor.php itself is left to WHMCS, which may load it without asking whether it is loaded.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/Failure.php';
require_once __DIR__ . '/lib/Lang.php';
require_once __DIR__ . '/lib/Markup.php';
require_once __DIR__ . '/lib/Html.php';
require_once __DIR__ . '/lib/Links.php';
require_once __DIR__ . '/lib/Settings.php';
require_once __DIR__ . '/lib/Params.php';
require_once __DIR__ . '/lib/Server.php';
require_once __DIR__ . '/lib/Plan.php';
require_once __DIR__ . '/lib/ModuleLog.php';
require_once __DIR__ . '/lib/Token.php';
require_once __DIR__ . '/lib/Release.php';
require_once __DIR__ . '/lib/Http.php';
require_once __DIR__ . '/lib/Reply.php';
require_once __DIR__ . '/lib/Bridge.php';
require_once __DIR__ . '/lib/Whmcs.php';
require_once __DIR__ . '/lib/Pages.php';
require_once __DIR__ . '/lib/ClientNote.php';
require_once __DIR__ . '/lib/Credentials.php';
require_once __DIR__ . '/lib/Job.php';
require_once __DIR__ . '/lib/Account.php';
require_once __DIR__ . '/lib/ServiceSession.php';
require_once __DIR__ . '/lib/ServiceTab.php';
require_once __DIR__ . '/lib/QuotaNotice.php';
require_once __DIR__ . '/lib/UsageColumns.php';
require_once __DIR__ . '/lib/AccountList.php';
require_once __DIR__ . '/lib/Keys.php';
require_once __DIR__ . '/lib/Upkeep.php';
require_once __DIR__ . '/lib/Command.php';
require_once __DIR__ . '/lib/ClientSummary.php';
require_once __DIR__ . '/lib/ClientRefusal.php';
require_once __DIR__ . '/lib/Wording.php';
require_once __DIR__ . '/lib/Figures.php';
require_once __DIR__ . '/lib/Svg.php';
require_once __DIR__ . '/lib/Csv.php';
require_once __DIR__ . '/lib/Snippets.php';
require_once __DIR__ . '/lib/ClientService.php';
require_once __DIR__ . '/lib/ClientKeys.php';
require_once __DIR__ . '/lib/ClientView.php';
require_once __DIR__ . '/lib/ClientKeysView.php';
require_once __DIR__ . '/lib/UsagePage.php';
require_once __DIR__ . '/lib/ClientPages.php';
require_once __DIR__ . '/lib/ClientMenu.php';

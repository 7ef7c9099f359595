<?php

/**
 * A WHMCS that has the addon's page only: run by `php -S`, with an admin logged in and the server record of
 * environment OSTOR_TEST_SERVER (JSON).
 */

declare(strict_types=1);

use WHMCS\Module\Server\Ostor\Tests\Support\Host;

define('WHMCS', true);

require __DIR__ . '/Host.php';
require __DIR__ . '/whmcs.php';
require __DIR__ . '/Capsule.php';
require __DIR__ . '/Query.php';
require dirname(__DIR__, 2) . '/modules/addons/ostor_admin/ostor_admin.php';

$_SESSION = ['adminid' => 5];
Host::$tables['tblservers'] = [json_decode((string) getenv('OSTOR_TEST_SERVER'), true)];
ob_start();
ostor_admin_output(['modulelink' => 'addonmodules.php?module=ostor_admin', '_lang' => []]);
echo '<html>', ob_get_clean(), '</html>';

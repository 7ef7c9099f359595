<?php

/**
 * The module as WHMCS would load it, with a minimal stand-in for the host functions it may call.
 */

declare(strict_types=1);

define('WHMCS', true);

require __DIR__ . '/Support/Host.php';
require __DIR__ . '/Support/whmcs.php';
require __DIR__ . '/Support/Capsule.php';
require __DIR__ . '/Support/Connection.php';
require __DIR__ . '/Support/Query.php';
require __DIR__ . '/Support/Status.php';
require __DIR__ . '/Support/CurrentUser.php';
require __DIR__ . '/Support/custom-actions.php';
require __DIR__ . '/Support/usage-billing.php';
require __DIR__ . '/Support/ServiceProperties.php';
require __DIR__ . '/Support/ServiceModel.php';
require __DIR__ . '/Support/Service.php';
require __DIR__ . '/Support/ScriptedBridge.php';
require __DIR__ . '/Support/BridgeTestCase.php';
require __DIR__ . '/Support/AddonTestCase.php';
require __DIR__ . '/Support/ClientTestCase.php';
require dirname(__DIR__) . '/modules/servers/ostor/ostor.php';
require dirname(__DIR__) . '/modules/addons/ostor_admin/ostor_admin.php';

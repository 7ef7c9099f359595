<?php

/**
 * The module in a process of its own, beside a host that knows one service: required first by code that ends the
 * process or needs a constant.
 */

declare(strict_types=1);

define('WHMCS', true);

require __DIR__ . '/Host.php';
require __DIR__ . '/whmcs.php';
require __DIR__ . '/Capsule.php';
require __DIR__ . '/Connection.php';
require __DIR__ . '/Query.php';
require __DIR__ . '/CurrentUser.php';
require dirname(__DIR__, 2) . '/modules/servers/ostor/ostor.php';

<?php

/**
 * The metric provider in a WHMCS whose configuration.php defines OSTOR_GIGABYTE. Prints the units, the figures of
 * two calls of usage() and the activity log as JSON.
 *
 * Arguments: the constant's value, the server parameters as JSON.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Ostor\Tests\Support\Host;

define('WHMCS', true);
define('OSTOR_GIGABYTE', $argv[1]);

require __DIR__ . '/Host.php';
require __DIR__ . '/whmcs.php';
require __DIR__ . '/usage-billing.php';
require dirname(__DIR__, 2) . '/modules/servers/ostor/ostor.php';

$provider = ostor_MetricProvider(json_decode($argv[2], true));
$units = [];
foreach ($provider->metrics() as $metric) {
    $units[$metric->systemName()] = $metric->units()->name();
}
$usage = [];
foreach ([1, 2] as $call) {
    foreach ($provider->usage() as $user => $metrics) {
        foreach ($metrics as $metric) {
            $usage[] = [$call, $user, $metric->systemName(), $metric->usage()->value()];
        }
    }
}
echo json_encode(['units' => $units, 'usage' => $usage, 'log' => array_column(Host::$activityLog, 0)]);

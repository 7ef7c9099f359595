<?php

/**
 * The WHMCS side of benches/usage_update.rs: `ostor_UsageUpdate` for all services beside the bare SQL that writes the
 * same figures, on a real MariaDB.
 *
 * usage: php benches/usage_update.php PORT SECRET SERVICES ROUNDS   (WHMCS_SANDBOX_SOCKET names the database)
 */

declare(strict_types=1);

require __DIR__ . '/../php-shim/sandbox/bootstrap.php';

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Database;

[, $port, $secret, $services, $rounds] = $argv;
[$services, $rounds] = [(int) $services, (int) $rounds];

/** Rows of one statement, as the module has them. */
const ROWS = 1000;

define('WHMCS', true);
require __DIR__ . '/../php-shim/modules/servers/ostor/ostor.php';

$database = new Database(getenv('WHMCS_SANDBOX_SOCKET'), 'bench');
$database->recreate();
$database->connect();
$pdo = Capsule::connection()->getPdo();

foreach (array_chunk(range(1, $services), ROWS) as $ids) {
    $rows = array_map(static fn (int $id): string => "($id, 1, 1, 1, 'Active', 'user$id')", $ids);
    $pdo->exec('INSERT INTO tblhosting (id, userid, packageid, server, domainstatus, username) VALUES ' . implode(',', $rows));
}

$params = [
    'serverid' => 1, 'serverip' => '127.0.0.1', 'serverhostname' => '127.0.0.1', 'serverport' => $port,
    'serversecure' => false, 'serverusername' => 'whmcs', 'serverpassword' => $secret, 'serveraccesshash' => 'eu1',
];

$reset = static function () use ($pdo): void {
    $pdo->exec("UPDATE tblhosting SET diskusage = 0, disklimit = 0, bwusage = 0, bwlimit = 0, lastupdate = '2026-01-01'");
};
$figures = static fn (): array => $pdo
    ->query('SELECT id, diskusage, disklimit, bwusage, bwlimit FROM tblhosting ORDER BY id')->fetchAll(PDO::FETCH_NUM);
$timed = static function (callable $work): float {
    $start = hrtime(true);
    $work();
    return (hrtime(true) - $start) / 1e9;
};

$module = static fn () => ostor_UsageUpdate($params);
$reset();
$module();
$expected = $figures();
$known = count(array_filter($expected, static fn (array $row): bool => $row[1] > 0 && $row[3] > 0));
if ($known !== $services) {
    fwrite(STDERR, "only $known of $services services have figures\n");
    exit(1);
}

$bare = static function () use ($pdo, $expected): void {
    $now = date('Y-m-d H:i:s');
    foreach (array_chunk($expected, ROWS) as $rows) {
        $rows = array_map(
            static fn (array $row): string => 'SELECT ' . implode(',', $row),
            $rows
        );
        array_unshift($rows, 'SELECT 0 AS id, 0 AS du, 0 AS dl, 0 AS bu, 0 AS bl');
        $pdo->exec('UPDATE tblhosting h JOIN (' . implode(' UNION ALL ', $rows) . ") f ON f.id = h.id AND h.server = 1
            SET h.diskusage = f.du, h.disklimit = f.dl, h.bwusage = f.bu, h.bwlimit = f.bl, h.lastupdate = '$now'");
    }
};

for ($round = 1; $round <= $rounds; $round++) {
    $reset();
    $bareSeconds = $timed($bare);
    if ($figures() !== $expected) {
        fwrite(STDERR, "the bare statements wrote something else\n");
        exit(1);
    }
    $reset();
    $moduleSeconds = $timed($module);
    if ($figures() !== $expected) {
        fwrite(STDERR, "the module wrote something else\n");
        exit(1);
    }
    printf(
        "round %d: UsageUpdate %.2f s, bare SQL %.2f s, ratio %.2f\n",
        $round,
        $moduleSeconds,
        $bareSeconds,
        $moduleSeconds / $bareSeconds
    );
}

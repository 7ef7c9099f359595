<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Disk and bandwidth of a server's services in table tblhosting, in MB (1024² bytes); as a limit, 0 is unlimited.
 *
 * WHMCS stores nothing here by itself. A figure that is not known leaves its column as it is, and lastupdate
 * moves only with a usage, so that an old figure never looks like a new one.
 */
final class UsageColumns
{
    /** Members of an account, in the order of the columns they go to. */
    private const FIGURES = ['disk_used_mb', 'disk_limit_mb', 'bandwidth_used_mb', 'bandwidth_limit_mb'];

    /**
     * One statement a page, found by primary key: row by row, 100 000 services take many times as long. The row
     * of nulls names the columns; there is no service 0. Values are whole numbers checked before, not bindings,
     * which take the database longer than the numbers themselves.
     */
    private const STATEMENT = 'UPDATE tblhosting h JOIN ('
        . 'SELECT 0 AS id, NULL AS diskusage, NULL AS disklimit, NULL AS bwusage, NULL AS bwlimit'
        . ' UNION ALL SELECT %s) u ON u.id = h.id SET'
        . ' h.diskusage = COALESCE(u.diskusage, h.diskusage), h.disklimit = COALESCE(u.disklimit, h.disklimit),'
        . ' h.bwusage = COALESCE(u.bwusage, h.bwusage), h.bwlimit = COALESCE(u.bwlimit, h.bwlimit),'
        . ' h.lastupdate = IF(COALESCE(u.diskusage, u.bwusage) IS NULL, h.lastupdate, ?)'
        . ' WHERE h.server = ?';

    /**
     * Asks for every page and writes each as it comes. Customers whose storage runs out by it get a mail.
     *
     * @throws Failure when a page fails; the pages before it are written
     */
    public static function update(int $serverId, Pages $pages, QuotaNotice $notice): void
    {
        if (!class_exists(Capsule::class)) {
            throw new Failure(Lang::text('database_missing'));
        }
        $read = static function (array $page): array {
            return self::rows(array_values($page['accounts']));
        };
        foreach ($pages->read($read) as $rows) {
            if ($rows !== []) {
                $crossing = $notice->crossing($serverId, $rows);
                $statement = sprintf(self::STATEMENT, implode(' UNION ALL SELECT ', $rows));
                Capsule::connection()->update($statement, [date('Y-m-d H:i:s'), $serverId]);
                $notice->send($crossing);
            }
        }
    }

    /**
     * One service's usage. null leaves a column as it is.
     *
     * @throws Failure when nothing is known
     */
    public static function store(
        int $serverId,
        int $serviceId,
        ?int $disk,
        ?int $bandwidth,
        QuotaNotice $notice
    ): void {
        if (!class_exists(Capsule::class)) {
            throw new Failure(Lang::text('database_missing'));
        }
        $values = array_filter(['diskusage' => $disk, 'bwusage' => $bandwidth], 'is_int');
        if ($values === []) {
            throw new Failure(Lang::text('usage_not_known'));
        }
        $crossing = $notice->crossing($serverId, [$serviceId => $serviceId . ',' . ($disk ?? 'NULL') . ',NULL']);
        Capsule::table('tblhosting')->where('id', $serviceId)->where('server', $serverId)
            ->update($values + ['lastupdate' => date('Y-m-d H:i:s')]);
        $notice->send($crossing);
    }

    /**
     * Whole MB of a number of bytes; null when it is not known.
     *
     * @param mixed $bytes
     */
    public static function megabytes($bytes): ?int
    {
        return is_int($bytes) && $bytes >= 0 ? intdiv($bytes, 1048576) : null;
    }

    /**
     * The accounts of which anything is known, as lists of SQL values. Nothing but digits gets in.
     *
     * @param array<int, mixed> $accounts
     * @return array<int, string> service id => "id,diskusage,disklimit,bwusage,bwlimit"
     */
    private static function rows(array $accounts): array
    {
        $rows = [];
        $seen = [];
        foreach ($accounts as $position => $account) {
            $id = $account['service_id'] ?? null;
            if (!is_int($id) || $id < 1 || isset($seen[$id])) {
                throw Pages::unusable($position, 'service_id');
            }
            $seen[$id] = true;
            $row = $id;
            $known = false;
            foreach (self::FIGURES as $name) {
                $figure = $account[$name] ?? null;
                if (is_int($figure) && $figure >= 0) {
                    $row .= ',' . $figure;
                    $known = true;
                } elseif ($figure === null && array_key_exists($name, $account)) {
                    $row .= ',NULL';
                } else {
                    throw Pages::unusable($position, $name);
                }
            }
            if ($known) {
                $rows[$id] = $row;
            }
        }

        return $rows;
    }
}

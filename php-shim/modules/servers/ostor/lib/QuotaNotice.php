<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The mail to customers whose storage runs out, once each time their usage crosses the threshold from below.
 *
 * The usage columns themselves remember: what stands there before a new figure is written was below, or the mail went
 * out then. A mail that cannot be sent is reported and not tried again, and never fails a command.
 */
final class QuotaNotice
{
    /** Name of the mail template, which the operator makes from emails/. */
    public const TEMPLATE = 'S3 Storage Nearly Full';

    /** Percent of the quota, unless configuration.php of WHMCS defines OSTOR_QUOTA_NOTICE. */
    private const THRESHOLD = 90;

    /** @var ModuleLog */
    private $log;

    /** @var int[] services whose mail was not sent */
    private $failed = [];

    /** @var string what WHMCS said about the last of them */
    private $reason = '';

    public function __construct(ModuleLog $log)
    {
        $this->log = $log;
    }

    /**
     * The services whose usage is about to cross the threshold, to be asked before the new figures are written.
     *
     * @param array<int, string> $rows service id => "id,diskusage,disklimit,…" as UsageColumns writes them
     * @return array<int, array<string, int>> service id => percent, used and limit in MB
     */
    public function crossing(int $serverId, array $rows): array
    {
        $percent = self::threshold();
        $new = [];
        foreach ($percent === 0 ? [] : $rows as $id => $row) {
            [, $used, $limit] = explode(',', $row);
            // Without a limit of its own in the row the stored one counts.
            if ($used !== 'NULL' && ($limit === 'NULL' || self::isAbove((int) $used, (int) $limit, $percent))) {
                $new[$id] = ['used' => (int) $used, 'limit' => $limit === 'NULL' ? null : (int) $limit];
            }
        }
        if ($new === []) {
            return [];
        }
        $crossing = [];
        try {
            $stored = Capsule::table('tblhosting')->where('server', $serverId)->whereIn('id', array_keys($new))
                ->get(['id', 'diskusage', 'disklimit', 'domainstatus']);
        } catch (\Throwable $problem) {
            $this->failed = array_merge($this->failed, array_keys($new));
            $this->reason = $problem->getMessage();

            return [];
        }
        foreach ($stored as $row) {
            ['used' => $used, 'limit' => $limit] = $new[(int) $row->id];
            $limit = $limit ?? (int) $row->disklimit;
            $wasAbove = self::isAbove((int) $row->diskusage, (int) $row->disklimit, $percent);
            if (!$wasAbove && $row->domainstatus === 'Active' && self::isAbove($used, $limit, $percent)) {
                $crossing[(int) $row->id] = [
                    'percent' => (int) floor($used * 100 / $limit),
                    'used' => $used,
                    'limit' => $limit,
                ];
            }
        }

        return $crossing;
    }

    /**
     * @param array<int, array<string, int>> $crossing as crossing() has them
     */
    public function send(array $crossing): void
    {
        foreach ($crossing as $serviceId => $figures) {
            try {
                $answer = \localAPI('SendEmail', [
                    'messagename' => self::TEMPLATE,
                    'id' => $serviceId,
                    'customvars' => base64_encode(serialize([
                        'ostor_percent' => (string) $figures['percent'],
                        'ostor_used_gib' => number_format($figures['used'] / 1024, 2, '.', ''),
                        'ostor_quota_gib' => number_format($figures['limit'] / 1024, 2, '.', ''),
                    ])),
                ]);
                $reason = ($answer['result'] ?? '') === 'success' ? null : (string) ($answer['message'] ?? '');
            } catch (\Throwable $problem) {
                $reason = $problem->getMessage();
            }
            if ($reason !== null) {
                $this->failed[] = $serviceId;
                $this->reason = $reason;
            }
        }
    }

    /**
     * One line about all mails that were not sent, or none.
     */
    public function report(string $serverId): void
    {
        if ($this->failed !== []) {
            $services = implode(', ', array_slice($this->failed, 0, 20));
            $text = Lang::text('notice_not_sent', $serverId, count($this->failed), $services, $this->reason);
            $this->log->activity($text);
        }
    }

    /**
     * Percent from 1 to 100; 0: no mails.
     */
    private static function threshold(): int
    {
        $set = defined('OSTOR_QUOTA_NOTICE') ? constant('OSTOR_QUOTA_NOTICE') : self::THRESHOLD;

        return is_numeric($set) && $set >= 0 && $set <= 100 ? (int) $set : self::THRESHOLD;
    }

    /**
     * Whether a usage has reached the share of a limit; a limit of 0 is none.
     */
    private static function isAbove(int $used, int $limit, int $percent): bool
    {
        // As floats, for a product of whole numbers may leave their range.
        return $limit > 0 && $used * 100.0 >= $limit * (float) $percent;
    }
}

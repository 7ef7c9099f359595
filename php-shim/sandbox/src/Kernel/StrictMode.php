<?php

declare(strict_types=1);

namespace WhmcsSandbox\Kernel;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Host;

/**
 * Two checks around module calls: core data a module must leave alone, and secrets
 * that must not appear where staff or clients read them.
 */
final class StrictMode
{
    /** The columns of its own service a module may write; updated_at follows any write. */
    private const OWN_COLUMNS = ['username', 'password', 'diskusage', 'disklimit', 'bwusage', 'bwlimit', 'lastupdate'];
    private const USAGE_COLUMNS = ['diskusage', 'disklimit', 'bwusage', 'bwlimit', 'lastupdate'];
    private const CORE_TABLES = [
        'tblclients', 'tblproducts', 'tblservers', 'tblservergroups', 'tblservergroupsrel', 'tblpricing', 'tblorders',
        'tblinvoices', 'tblinvoiceitems', 'tblupgrades', 'tblhostingconfigoptions', 'tblproductconfigoptions',
        'tblproductconfigoptionssub', 'tblproductconfiglinks', 'tblproductconfiggroups', 'tblconfiguration',
        'tblcurrencies', 'tblemailtemplates', 'tblmodulequeue', 'tblusage_items', 'sandbox_usage_prices',
        'sandbox_usage_records', 'sandbox_overages', 'tblusers', 'tblusers_clients', 'tbladmins', 'tbladminroles',
        'sandbox_admin_permissions', 'tbladdonmodules',
    ];
    private const WATCHED_TEXTS = [
        'tblmodulelog' => ['the module log', ['request', 'response', 'arrdata']],
        'tblactivitylog' => ['the activity log', ['description']],
        'tblemails' => ['a mail', ['subject', 'message']],
        'tblmodulequeue' => ['the module queue', ['last_attempt_error']],
        'tblnotes' => ['a client note', ['note']],
    ];
    /** Only ever get new rows, and many of them: what was there before need not be read. */
    private const LOGS = ['tblmodulelog', 'tblactivitylog', 'tblemails'];
    /** The product setting that allows the secret in the client's note, and its value. */
    private const NOTE_SETTING = 'Client note';
    private const NOTE_WITH_SECRET = 'full';
    /** Shorter values would be found in innocent text. */
    private const SHORTEST_SECRET = 6;

    /** @var list<array{rows: array<int, array<string, mixed>>, sums: array<string, int>}> for each call under way */
    private array $seen = [];

    public function __construct(private readonly Host $host)
    {
    }

    /**
     * What a later reportLeaks() needs to know: the secrets of now and the texts there are.
     *
     * @return array{secrets: array<string, string>, last: array<string, int>, rows: array<string, array<int, string>>}
     */
    public function remember(array $params): array
    {
        $last = [];
        foreach (self::LOGS as $table) {
            $last[$table] = (int) Capsule::table($table)->max('id');
        }
        return [
            'secrets' => [
                'the server password' => (string) ($params['serverpassword'] ?? ''),
                'the service password' => (string) ($params['password'] ?? ''),
            ],
            'last' => $last,
            'rows' => $this->texts($last),
        ];
    }

    /**
     * Runs a module function and reports changes of core data.
     *
     * @param int|null $serviceId the service whose own columns may change; null: none, but the usage columns of
     *     all services where the function is UsageUpdate
     */
    public function guardCoreTables(string $function, ?int $serviceId, callable $call): mixed
    {
        $this->seen[] = $this->coreData();
        try {
            return $call();
        } finally {
            $this->reportChanges($function, $serviceId, array_pop($this->seen));
        }
    }

    /**
     * Runs WHMCS's own code that a module called: what it changes is not the module's doing.
     *
     * @param callable(): mixed $code
     */
    public function trusted(callable $code): mixed
    {
        $before = $this->seen === [] ? [] : $this->coreData();
        try {
            return $code();
        } finally {
            $now = $this->seen === [] ? [] : $this->coreData();
            foreach ($this->seen as $level => $seen) {
                $this->seen[$level] = self::carried($seen, $before, $now);
            }
        }
    }

    private function reportChanges(string $function, ?int $serviceId, array $before): void
    {
        ['rows' => $rows, 'sums' => $sums] = $this->coreData();
        foreach ($rows as $id => $row) {
            $allowed = match (true) {
                $id === $serviceId => self::OWN_COLUMNS,
                str_ends_with($function, '_UsageUpdate') => self::USAGE_COLUMNS,
                default => [],
            };
            $changed = array_diff(array_keys(array_diff_assoc($row, $before['rows'][$id] ?? [])), $allowed, ['updated_at']);
            foreach ($changed as $column) {
                $this->host->defects->add("$function changed tblhosting.$column of service $id, which belongs to WHMCS");
            }
        }
        foreach (array_keys(array_diff_key($before['rows'], $rows)) as $id) {
            $this->host->defects->add("$function deleted service $id from tblhosting");
        }
        foreach (array_keys(array_diff_assoc($sums, $before['sums'])) as $table) {
            $this->host->defects->add("$function changed the table $table, which belongs to WHMCS");
        }
    }

    /** What was seen, brought to now where WHMCS changed it; what the module had changed before stays visible. */
    private static function carried(array $seen, array $before, array $now): array
    {
        $untouched = static fn (array $seen, array $before, array $now): array
            => array_diff_key($now, array_diff_assoc($before, $seen)) + $seen;
        $rows = [];
        foreach ($now['rows'] as $id => $row) {
            $rows[$id] = $untouched($seen['rows'][$id] ?? [], $before['rows'][$id] ?? [], $row);
        }
        $deletedByModule = array_diff_key($seen['rows'], $before['rows']);
        return ['rows' => $rows + $deletedByModule, 'sums' => $untouched($seen['sums'], $before['sums'], $now['sums'])];
    }

    /** @return array{rows: array<int, array<string, mixed>>, sums: array<string, int>} */
    private function coreData(): array
    {
        return ['rows' => $this->services(), 'sums' => $this->checksums()];
    }

    /** Looks for known secrets in every text written since remember(), and in $answer. */
    public function reportLeaks(array $before, int $serviceId, string $answer): void
    {
        $secrets = $before['secrets'];
        $service = Capsule::table('tblhosting')->find($serviceId);
        $stored = $service === null ? '' : $this->host->encryption->decrypt($service->password);
        if ($stored !== $secrets['the service password']) {
            $secrets['the S3 secret'] = $stored;
        }
        $texts = $this->texts($before['last']);
        if ($service !== null && $this->noteMayHoldSecret((int) $service->packageid)) {
            unset($texts['tblnotes']);
        }
        foreach ($secrets as $what => $secret) {
            $forms = self::forms($secret);
            if (self::contains($answer, $forms)) {
                $this->host->defects->add("The module's answer contains $what");
            }
            foreach ($texts as $table => $rows) {
                foreach (array_diff_assoc($rows, $before['rows'][$table]) as $text) {
                    if (self::contains($text, $forms)) {
                        $this->host->defects->add(ucfirst(self::WATCHED_TEXTS[$table][0]) . " contains $what");
                        break;
                    }
                }
            }
        }
    }

    private function noteMayHoldSecret(int $productId): bool
    {
        $product = Capsule::table('tblproducts')->find($productId);
        $position = array_search(
            self::NOTE_SETTING,
            array_keys($this->host->modules->settings($product->servertype)),
            true
        );
        return $position !== false && $product->{'configoption' . ($position + 1)} === self::NOTE_WITH_SECRET;
    }

    /**
     * @param array<string, int> $last id of the last row of a log that is not wanted
     * @return array<string, array<int, string>> table => row id => text
     */
    private function texts(array $last): array
    {
        $texts = [];
        foreach (self::WATCHED_TEXTS as $table => [, $columns]) {
            $texts[$table] = [];
            foreach (Capsule::table($table)->where('id', '>', $last[$table] ?? 0)->get(['id', ...$columns]) as $row) {
                $id = $row->id;
                unset($row->id);
                $texts[$table][$id] = implode("\n", (array) $row);
            }
        }
        return $texts;
    }

    /** @return array<int, array<string, mixed>> */
    private function services(): array
    {
        $rows = [];
        foreach (Capsule::table('tblhosting')->get() as $row) {
            $rows[(int) $row->id] = (array) $row;
        }
        return $rows;
    }

    /** @return array<string, int> */
    private function checksums(): array
    {
        $rows = Capsule::select('CHECKSUM TABLE ' . implode(', ', self::CORE_TABLES));
        $sums = [];
        foreach ($rows as $row) {
            $sums[substr(strrchr($row->Table, '.'), 1)] = (int) $row->Checksum;
        }
        return $sums;
    }

    /** @return list<string> the secret as it may stand in a URL, in JSON, in HTML, or encoded */
    private static function forms(string $secret): array
    {
        if (strlen($secret) < self::SHORTEST_SECRET) {
            return [];
        }
        $json = substr((string) json_encode($secret, JSON_INVALID_UTF8_SUBSTITUTE), 1, -1);
        return array_values(array_unique([
            $secret,
            urlencode($secret),
            rawurlencode($secret),
            $json,
            htmlspecialchars($secret, ENT_QUOTES),
            base64_encode($secret),
            bin2hex($secret),
        ]));
    }

    private static function contains(string $text, array $forms): bool
    {
        foreach ($forms as $form) {
            if (str_contains($text, $form)) {
                return true;
            }
        }
        return false;
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What the templates of the customer's pages show: every figure as text, what is not known said to be so.
 *
 * The texts are plain: the templates escape. Only the charts are HTML, see Svg.
 */
final class ClientView
{
    /** Metrics in gigabytes; the others are whole numbers. */
    private const IN_GIGABYTES = ['storage', 'storage_month', 'bandwidth_out', 'bandwidth_in'];

    /** From this share of the quota the bar says that storage runs out, in percent. */
    private const NEARLY_FULL = 90;

    /** @var ClientService */
    private $service;

    /** @var array<string, mixed>|null */
    private $area;

    /** @var Wording */
    private $wording;

    /** @var Figures */
    private $figures;

    /**
     * @param array<string, mixed>|null $area result of ClientArea, null when there is none
     */
    public function __construct(ClientService $service, ?array $area, Wording $wording)
    {
        $this->service = $service;
        $this->area = $area;
        $this->wording = $wording;
        $this->figures = new Figures($wording, $area['gigabyte'] ?? null);
    }

    /**
     * What every page shows: where the service stands, and what can be done now.
     *
     * @return array<string, mixed>
     */
    public function frame(): array
    {
        $live = ($this->area['live'] ?? null) === true;
        $state = $this->area['state'] ?? '';

        return [
            'state' => $this->state(),
            'connection' => $this->connection(),
            'remark' => $this->remark(),
            // Whether the gateway can be asked for secret keys, and whether forms that change something are of use.
            'may_show' => $live && in_array($state, ['active', 'suspended'], true),
            'may_change' => $live && $state === 'active' && $this->service->isActive(),
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function overview(): array
    {
        return [
            'storage' => $this->storage(),
            'month' => $this->month(),
            'charts' => $this->charts(),
            'buckets' => $this->buckets(),
            'metrics' => $this->metrics(),
            'has_usage' => $this->area !== null,
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function connect(): array
    {
        $to = $this->connection();

        return [
            'snippets' => Snippets::all($to['endpoint'], $to['region'], $to['key']),
            'text' => $this->wording->text('connect_text', ['place' => Snippets::SECRET]),
        ];
    }

    /**
     * Where the service stands, with a sentence: nobody has to tell colours apart.
     *
     * @return array{kind: string, label: string, text: string}
     */
    private function state(): array
    {
        $row = $this->service->row();
        $recorded = $this->area['state'] ?? '';
        $kind = 'active';
        $values = [];
        $retained = $this->area['retained_until'] ?? null;
        if (!$this->service->hasUser() || $recorded === 'creating') {
            $kind = in_array(strtolower($row['status']), ['pending', 'active'], true) ? 'pending' : 'ended';
        } elseif ($recorded === 'terminating') {
            $kind = is_string($retained) ? 'retained' : 'deleting';
            $values = ['time' => $this->figures->moment($retained)];
        } elseif ($recorded === 'terminated' || !$this->service->isActive() && !$this->service->isSuspended()) {
            $kind = 'ended';
        } elseif ($this->service->isSuspended() || $recorded === 'suspended') {
            $kind = $row['reason'] === '' || !$this->service->isSuspended() ? 'suspended' : 'suspended_reason';
            $values = ['reason' => $row['reason']];
        }

        return [
            'kind' => $kind,
            'label' => $this->wording->text('state_' . str_replace('_reason', '', $kind)),
            'text' => $this->wording->text('state_' . $kind . '_text', $values),
        ];
    }

    /**
     * @return array{endpoint: string, region: string, key: string}
     */
    private function connection(): array
    {
        return [
            'endpoint' => (string) ($this->area['endpoint'] ?? ''),
            'region' => (string) ($this->area['region'] ?? ''),
            'key' => (string) ($this->area['access_key_id'] ?? $this->service->storedKey()),
        ];
    }

    /**
     * What the page says about where its figures come from, '' when they are all there.
     */
    private function remark(): string
    {
        if ($this->area === null) {
            return $this->service->hasUser() ? $this->wording->text('remark_stored') : '';
        }

        return ($this->area['live'] ?? null) === true ? '' : $this->wording->text('remark_not_live');
    }

    /**
     * @return array<string, mixed>
     */
    private function storage(): array
    {
        $storage = is_array($this->area['storage'] ?? null) ? $this->area['storage'] : [];
        $used = $storage['bytes'] ?? null;
        $quota = $storage['quota_bytes'] ?? null;
        // Without a plan on record it is not known whether there is a quota.
        $isUnlimited = $quota === null && is_array($this->area['plan'] ?? null);
        $at = is_string($storage['at'] ?? null) ? $this->figures->moment($storage['at']) : null;
        $row = $this->service->row();
        if ($this->area === null && $row['updated'] !== null) {
            $used = $row['disk'] * 1048576;
            $isUnlimited = $row['disk_limit'] === 0;
            $quota = $isUnlimited ? null : $row['disk_limit'] * 1048576;
            $at = $row['updated'];
        }
        $hasQuota = is_int($quota) && $quota > 0;
        $percent = is_int($used) && $hasQuota ? intdiv($used * 100, $quota) : null;
        $values = [
            'used' => $this->figures->bytes($used),
            'quota' => $this->figures->bytes($quota),
            'percent' => (string) $percent,
        ];

        return [
            'text' => $this->storageText(is_int($used), $hasQuota, $isUnlimited, $values),
            'percent' => $percent === null ? null : min($percent, 100),
            'full' => $percent !== null && $percent >= self::NEARLY_FULL,
            'full_text' => $this->wording->text('storage_full', $values),
            'at' => is_int($used) && $at !== null ? $this->wording->text('storage_at', ['time' => $at]) : '',
        ];
    }

    /**
     * @param array<string, string> $values
     */
    private function storageText(bool $isKnown, bool $hasQuota, bool $isUnlimited, array $values): string
    {
        if (!$isKnown) {
            return $this->wording->text($hasQuota ? 'storage_not_known_of' : 'storage_not_known', $values);
        }
        if ($hasQuota) {
            return $this->wording->text('storage_used_of', $values);
        }

        return $this->wording->text($isUnlimited ? 'storage_used_unlimited' : 'storage_used', $values);
    }

    /**
     * @return array<int, array{label: string, value: string}>
     */
    private function month(): array
    {
        $month = is_array($this->area['month'] ?? null) ? $this->area['month'] : null;
        if ($month === null) {
            $row = $this->service->row();
            $bytes = $row['updated'] === null ? null : $row['bandwidth'] * 1048576;

            return [self::line($this->wording->text('downloaded'), $this->figures->bytes($bytes))];
        }
        $lines = [
            self::line($this->wording->text('downloaded'), $this->figures->bytes($month['bytes_downloaded'] ?? null)),
            self::line($this->wording->text('uploaded'), $this->figures->bytes($month['bytes_uploaded'] ?? null)),
        ];
        foreach (['put', 'get', 'list', 'other'] as $class) {
            $lines[] = self::line(
                $this->wording->text('requests_' . $class),
                $this->figures->count($month['ops_' . $class] ?? null)
            );
        }

        return $lines;
    }

    /**
     * Those of which any figure is known.
     *
     * @return array<int, array<string, mixed>>
     */
    private function charts(): array
    {
        $charts = [];
        foreach (['days' => 10, 'months' => 7] as $step => $length) {
            $points = self::listed($this->area[$step] ?? null);
            foreach (['stored' => 'storage_bytes', 'downloaded' => 'bytes_downloaded'] as $what => $member) {
                if (array_filter(array_column($points, $member), 'is_int') === []) {
                    continue;
                }
                $charts[] = [
                    'svg' => Svg::harmless($this->area['charts'][$step . '_' . $what] ?? null),
                    'caption' => $this->wording->text('chart_' . $step . '_' . $what),
                    'column' => $this->wording->text('column_' . $what),
                    'rows' => array_map(function (array $point) use ($member, $length): array {
                        return self::line(
                            $this->figures->date($point['start'] ?? null, $length),
                            $this->figures->bytes($point[$member] ?? null)
                        );
                    }, $points),
                ];
            }
        }

        return $charts;
    }

    /**
     * @return array{rows: array<int, array<string, string>>, more: string, known: bool}
     */
    private function buckets(): array
    {
        $known = is_array($this->area['buckets'] ?? null);
        $rows = [];
        foreach (self::listed($this->area['buckets'] ?? null) as $bucket) {
            $created = $bucket['created'] ?? null;
            $rows[] = [
                'name' => (string) ($bucket['name'] ?? ''),
                'size' => $this->figures->bytes($bucket['bytes'] ?? null),
                'created' => $this->figures->date($created),
            ];
        }
        $total = $this->area['buckets_total'] ?? 0;
        $more = is_int($total) && $total > count($rows);
        $values = ['shown' => $this->figures->count(count($rows)), 'total' => $this->figures->count($total)];

        return [
            'rows' => $rows,
            'more' => $more ? $this->wording->text('buckets_more', $values) : '',
            'known' => $known,
        ];
    }

    /**
     * What usage billing would be told now, by the metric's system name.
     *
     * @return array{figures: array<string, string>, until: string}
     */
    private function metrics(): array
    {
        $figures = [];
        foreach (self::map($this->area['metrics'] ?? null) as $name => $value) {
            $figures[$name] = in_array($name, self::IN_GIGABYTES, true)
                ? $this->figures->decimal($value, 3)
                : $this->figures->count($value);
        }
        $until = $this->area['complete_until'] ?? null;

        return [
            'figures' => $figures,
            'until' => is_string($until)
                ? $this->wording->text('known_until', ['time' => $this->figures->moment($until)])
                : $this->wording->text('known_until_not'),
        ];
    }

    /**
     * @return array{label: string, value: string}
     */
    private static function line(string $label, string $value): array
    {
        return ['label' => $label, 'value' => $value];
    }

    /**
     * The entries of a list that are objects.
     *
     * @param mixed $list
     * @return array<int, array<string, mixed>>
     */
    public static function listed($list): array
    {
        return array_values(array_filter(is_array($list) ? $list : [], 'is_array'));
    }

    /**
     * @param mixed $map
     * @return array<string, mixed>
     */
    private static function map($map): array
    {
        return is_array($map) ? $map : [];
    }
}

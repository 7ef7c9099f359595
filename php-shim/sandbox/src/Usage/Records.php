<?php

declare(strict_types=1);

namespace WhmcsSandbox\Usage;

use WHMCS\Database\Capsule;
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WhmcsSandbox\Host\Clock;

/**
 * The stored usage: one snapshot per service and metric, or one record per calendar day or month of the host's
 * clock. A new figure overwrites the record of the running period; earlier periods are never touched.
 */
final class Records
{
    public const SNAPSHOT = 'snapshot';
    public const DAY = 'day';
    public const MONTH = 'month';
    /** A snapshot as it stood on a due date. */
    public const DUE = 'due';
    private const NO_PERIOD = '0000-00-00';

    public function __construct(private readonly Clock $clock)
    {
    }

    public function store(int $serviceId, Reading $reading): void
    {
        [$kind, $start] = match ($reading->type) {
            MetricInterface::TYPE_SNAPSHOT => [self::SNAPSHOT, self::NO_PERIOD],
            MetricInterface::TYPE_PERIOD_DAY => [self::DAY, $this->clock->today()],
            MetricInterface::TYPE_PERIOD_MONTH => [self::MONTH, $this->clock->now()->format('Y-m-01')],
        };
        Capsule::table('sandbox_usage_records')->updateOrInsert(
            ['service_id' => $serviceId, 'metric' => $reading->metric, 'kind' => $kind, 'period_start' => $start],
            ['value' => $reading->value, 'display_name' => $reading->displayName, 'unit' => $reading->unit,
                'collected_at' => $reading->collectedAt]
        );
    }

    /** Keeps the service's snapshots of now as those of a due date, unless that was done before. */
    public static function fixSnapshots(int $serviceId, string $dueDate): void
    {
        $snapshots = Capsule::table('sandbox_usage_records')
            ->where(['service_id' => $serviceId, 'kind' => self::SNAPSHOT])->get();
        foreach ($snapshots as $snapshot) {
            $row = ['kind' => self::DUE, 'period_start' => $dueDate] + (array) $snapshot;
            unset($row['id']);
            Capsule::table('sandbox_usage_records')->insertOrIgnore($row);
        }
    }

    /** @return list<object> of one service, or of all */
    public static function all(?int $serviceId = null): array
    {
        $records = Capsule::table('sandbox_usage_records')
            ->orderBy('service_id')->orderBy('metric')->orderBy('kind')->orderBy('period_start');
        return ($serviceId === null ? $records : $records->where('service_id', $serviceId))->get()->all();
    }
}

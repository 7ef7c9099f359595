<?php

declare(strict_types=1);

/**
 * What users of the simulated cluster really used, by the names of the metrics, in whole numbers: requests, bytes,
 * for `storage_month` byte-hours. Counted here from the simulator's rows, apart from everything under test.
 */
final class Truth
{
    public const OF_A_MONTH = ['bandwidth_in', 'bandwidth_out', 'requests_get', 'requests_list', 'requests_other',
        'requests_put', 'storage_month'];
    public const OF_A_MOMENT = ['buckets', 'storage'];
    public const GIB = '1073741824';

    private const COUNTERS = ['bandwidth_in' => 'uploaded', 'bandwidth_out' => 'downloaded', 'requests_get' => 'get',
        'requests_list' => 'list', 'requests_other' => 'other', 'requests_put' => 'put'];

    /** @param array<string, array<string, int>> $used by user and metric */
    private function __construct(private readonly array $used)
    {
    }

    /** @param array<string, list<array<string, mixed>>> $answer of `GET /_simulator/truth` */
    public static function of(array $answer): self
    {
        $used = [];
        foreach (['traffic' => 1, 'lost' => -1] as $part => $sign) {
            foreach ($answer[$part] as $row) {
                foreach (self::COUNTERS as $metric => $counter) {
                    self::add($used[$row['user_id']][$metric], $sign * $row[$counter]);
                }
            }
        }
        foreach ($answer['storage'] as $bucket) {
            $figures = &$used[$bucket['owner_id']];
            self::add($figures['storage_month'], $bucket['byte_hours']);
            self::add($figures['storage'], $bucket['current']);
            self::add($figures['buckets'], $bucket['deleted'] === null ? 1 : 0);
            unset($figures);
        }
        return new self($used);
    }

    /** Before anything was used. */
    public static function none(): self
    {
        return new self([]);
    }

    public function used(string $user, string $metric, ?self $since = null): int
    {
        return ($this->used[$user][$metric] ?? 0) - ($since === null ? 0 : $since->used($user, $metric));
    }

    /**
     * What a figure of WHMCS has to be multiplied with to be a whole number again.
     *
     * @param int $hours of the month, for gigabyte-months
     */
    public static function units(string $metric, int $hours): string
    {
        return match ($metric) {
            'storage', 'bandwidth_in', 'bandwidth_out' => self::GIB,
            'storage_month' => bcmul(self::GIB, (string) $hours),
            default => '1',
        };
    }

    private static function add(?int &$sum, int $number): void
    {
        $sum = ($sum ?? 0) + $number;
    }
}

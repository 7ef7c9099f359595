<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A calendar month of a service by bucket and day, as a page and as a file.
 */
final class UsagePage
{
    /** Months that can be chosen, this one included. */
    private const MONTHS = 13;

    /** Members of a row that are figures, in the order of the file's columns. */
    private const FIGURES = [
        'bytes_uploaded', 'bytes_downloaded', 'ops_put', 'ops_get', 'ops_list', 'ops_other', 'storage_byte_hours',
    ];

    /** @var ClientService */
    private $service;

    /** @var Bridge */
    private $bridge;

    /** @var Wording */
    private $wording;

    public function __construct(ClientService $service, Bridge $bridge, Wording $wording)
    {
        $this->service = $service;
        $this->bridge = $bridge;
        $this->wording = $wording;
    }

    /**
     * @param string $month as 2026-11; anything that cannot be chosen is this month
     * @param string|null $bucket whose days are shown, '' for requests that address none; anything else than a bucket
     *     of the month shows no days
     * @return array<string, mixed>
     */
    public function variables(string $month, ?string $bucket): array
    {
        $month = self::month($month);
        $usage = $this->ask($month);
        $figures = new Figures($this->wording, $usage['gigabyte'] ?? null);
        $byBucket = [];
        foreach ($usage['rows'] as $row) {
            $byBucket[$row['bucket']][] = $row;
        }
        ksort($byBucket, SORT_STRING);
        $buckets = [];
        foreach ($byBucket as $name => $rows) {
            $name = (string) $name;
            $buckets[] = $this->cells($rows, $usage, $figures) + [
                'name' => $this->shown($name),
                'address' => ClientPages::address($this->service->id(), ClientPages::USAGE, [
                    'month' => $month,
                    'bucket' => $name,
                ]),
            ];
        }
        $days = array_map(function (array $row) use ($usage, $figures): array {
            return $this->cells([$row], $usage, $figures) + ['name' => $figures->date($row['start'])];
        }, $bucket === null ? [] : $byBucket[$bucket] ?? []);

        return [
            'month' => $month,
            'months' => self::months(),
            'rows' => $buckets,
            'days_title' => $this->wording->text('usage_days', ['bucket' => $this->shown((string) $bucket)]),
            'days' => $days,
            'until' => is_string($usage['complete_until'] ?? null)
                ? $this->wording->text('known_until', ['time' => $figures->moment($usage['complete_until'])])
                : $this->wording->text('known_until_not'),
            'none' => $this->wording->text(self::isKnown($month, $usage) ? 'usage_none' : 'usage_not_known'),
            'computed' => $this->computed($month, $usage, $figures),
        ];
    }

    /**
     * Sends the month as a file and ends the request.
     */
    public function download(string $month): void
    {
        $month = self::month($month);
        $usage = $this->ask($month);
        $file = Csv::line(array_merge(['day', 'bucket'], self::FIGURES));
        foreach ($usage['rows'] as $row) {
            $cells = [substr($row['start'], 0, 10), $row['bucket']];
            foreach (self::FIGURES as $name) {
                $cells[] = is_int($row[$name]) ? $row[$name] : null;
            }
            $file .= Csv::line($cells);
        }
        // Nothing WHMCS has prepared of a page may get into the file.
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
        header('Content-Type: text/csv; charset=utf-8');
        header('Content-Disposition: attachment; filename="usage-' . $this->service->id() . '-' . $month . '.csv"');
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
        echo $file;
        exit;
    }

    /**
     * @return array<string, mixed> result of usage.buckets with usable rows only
     */
    private function ask(string $month): array
    {
        $start = strtotime($month . '-01');
        $end = min(strtotime('+1 month', $start), time() + 1);

        return $this->bridge->bulk('usage.buckets', $this->service->named() + [
            'from' => date(DATE_RFC3339, $start),
            'to' => date(DATE_RFC3339, $end),
            'timezone' => date_default_timezone_get(),
        ], ['rows' => 'array'], static function (array $usage): array {
            foreach ($usage['rows'] as $position => $row) {
                $isWhole = is_array($row) && is_string($row['bucket'] ?? null) && is_string($row['start'] ?? null)
                    && array_diff_key(array_flip(self::FIGURES), $row) === [];
                if (!$isWhole) {
                    throw new Failure(Lang::text('usage_row_unusable', $position + 1));
                }
            }

            return $usage;
        })();
    }

    /**
     * The figures of a row, or of several added up.
     *
     * @param array<int, array<string, mixed>> $rows
     * @param array<string, mixed> $usage result of usage.buckets
     * @return array<string, string>
     */
    private function cells(array $rows, array $usage, Figures $figures): array
    {
        $sums = [];
        foreach (self::FIGURES as $name) {
            $sums[$name] = self::total($rows, $name, $usage);
        }
        $requests = [$sums['ops_put'], $sums['ops_get'], $sums['ops_list'], $sums['ops_other']];

        return [
            'uploaded' => $figures->bytes($sums['bytes_uploaded']),
            'downloaded' => $figures->bytes($sums['bytes_downloaded']),
            'requests' => $figures->count(Figures::sum($requests)),
            'stored' => $this->gigabyteHours($sums['storage_byte_hours'], $figures),
        ];
    }

    private function gigabyteHours(?int $byteHours, Figures $figures): string
    {
        $unit = $this->wording->text('unit_hours', ['unit' => $figures->unit()]);

        return $byteHours === null
            ? $figures->unknown()
            : $this->wording->text('figure', [
                'value' => $figures->decimal($byteHours / $figures->gigabyte(), 3),
                'unit' => $unit,
            ]);
    }

    /**
     * How the month's figures come about, with the customer's own where they are known.
     *
     * @param array<string, mixed> $usage result of usage.buckets
     * @return string[] sentences
     */
    private function computed(string $month, array $usage, Figures $figures): array
    {
        $rows = $usage['rows'];
        // No row is nothing used only where anything is known.
        $isKnown = $rows !== [] || self::isKnown($month, $usage);
        $start = strtotime($month . '-01');
        $hours = intdiv(strtotime('+1 month', $start) - $start, 3600);
        $byteHours = $isKnown ? self::total($rows, 'storage_byte_hours', $usage) : null;
        $average = $byteHours === null ? null : $byteHours / ($hours * $figures->gigabyte());
        $downloaded = $isKnown ? self::total($rows, 'bytes_downloaded', $usage) : null;
        $share = $downloaded === null ? null : $downloaded / $figures->gigabyte();
        $values = [
            'hours' => $figures->count($hours),
            'unit' => $figures->unit(),
            'gigabyte' => $figures->count($figures->gigabyte()),
            'stored' => $this->gigabyteHours($byteHours, $figures),
            'average' => $figures->decimal($average, 3),
            'bytes' => $figures->count($downloaded),
            'downloaded' => $figures->decimal($share, 3),
        ];

        return array_merge(
            [$this->wording->text('computed_unit', $values)],
            $byteHours === null ? [] : [$this->wording->text('computed_storage', $values)],
            $downloaded === null ? [] : [$this->wording->text('computed_traffic', $values)],
            [$this->wording->text('computed_late', $values)]
        );
    }

    /**
     * The sum of a figure so far: days after the time that the page says it is known until are no part of it.
     *
     * @param array<int, array<string, mixed>> $rows
     * @param array<string, mixed> $usage result of usage.buckets
     */
    private static function total(array $rows, string $figure, array $usage): ?int
    {
        $until = strtotime((string) ($usage['complete_until'] ?? ''));
        $known = array_filter($rows, static function (array $row) use ($figure, $until): bool {
            return $row[$figure] !== null || $until === false || strtotime($row['start']) < $until;
        });

        return $known === [] && $rows !== [] ? null : Figures::sum(array_column($known, $figure));
    }

    private function shown(string $bucket): string
    {
        return $bucket === '' ? $this->wording->text('no_bucket') : $bucket;
    }

    /**
     * Whether the bridge knows anything of a month.
     *
     * @param array<string, mixed> $usage result of usage.buckets
     */
    private static function isKnown(string $month, array $usage): bool
    {
        $until = $usage['complete_until'] ?? null;

        return is_string($until) && strtotime($until) > strtotime($month . '-01');
    }

    private static function month(string $month): string
    {
        $months = self::months();

        return in_array($month, $months, true) ? $month : $months[0];
    }

    /**
     * @return string[] the latest first
     */
    private static function months(): array
    {
        $months = [];
        $first = date('Y-m-01');
        for ($back = 0; $back < self::MONTHS; $back++) {
            $months[] = date('Y-m', strtotime($first . ' -' . $back . ' months'));
        }

        return $months;
    }
}

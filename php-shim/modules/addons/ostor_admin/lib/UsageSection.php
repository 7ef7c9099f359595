<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Html;
use WHMCS\Module\Server\Ostor\Markup;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What a service used over time: pictures, and the same figures as a table.
 */
final class UsageSection
{
    /** Choice => step and how far back, as strtotime() takes it. */
    private const RANGES = [
        'hours' => ['hour', '-48 hours'],
        'days' => ['day', '-30 days'],
        'months' => ['month', '-12 months'],
    ];

    /** How a step's beginning is written. */
    private const LABELS = ['hour' => 'm-d H:i', 'day' => 'Y-m-d', 'month' => 'Y-m'];

    /**
     * @return Markup[]
     */
    public static function show(View $view, string $userId, int $serviceId): array
    {
        $range = $view->request->query('range', 10);
        $range = isset(self::RANGES[$range]) ? $range : 'days';
        [$step, $since] = self::RANGES[$range];
        $answer = $view->cluster->ask('usage.history', [
            'service_id' => $serviceId,
            'from' => date('Y-m-d\TH:00:00P', strtotime($since)),
            'to' => date('Y-m-d\TH:i:sP'),
            'step' => $step,
            'timezone' => date_default_timezone_get(),
        ], ['points' => 'array']);
        $result = $answer();
        $points = View::items($result['points']);
        $labels = array_map(static function (array $point) use ($step): string {
            return self::label($point['start'] ?? null, self::LABELS[$step]);
        }, $points);

        return [
            self::choices($view, $userId, $range),
            Markup::tag('p', [], Texts::text('usage_until', Units::text($result['complete_until'] ?? null))),
            Chart::bytes(Texts::text('usage_storage'), $labels, array_column($points, 'storage_bytes')),
            Chart::bytes(Texts::text('usage_downloads'), $labels, array_column($points, 'bytes_downloaded')),
            Markup::tag(
                'details',
                [],
                // Bootstrap 3 hides the sign that says it opens.
                Markup::tag('summary', ['style' => 'display: list-item'], Texts::text('usage_table')),
                self::table($labels, $points)
            ),
        ];
    }

    /**
     * The beginning of a step as it was sent: in the time zone asked for, whatever the zone of this machine.
     *
     * @param mixed $start RFC 3339
     */
    private static function label($start, string $format): string
    {
        $time = is_string($start) ? date_create($start) : false;

        return $time === false ? Units::text(null) : $time->format($format);
    }

    private static function choices(View $view, string $userId, string $chosen): Markup
    {
        $items = [];
        foreach (array_keys(self::RANGES) as $range) {
            $text = Texts::text('usage_' . $range);
            $items[] = Markup::tag(
                'li',
                ['class' => $range === $chosen ? 'active' : null],
                $view->link('user', ['user' => $userId, 'range' => $range], $text)
            );
        }

        return Markup::tag('ul', ['class' => 'nav nav-pills'], $items);
    }

    /**
     * @param string[] $labels
     * @param array<int, array<string, mixed>> $points
     */
    private static function table(array $labels, array $points): Markup
    {
        $rows = [];
        foreach ($points as $position => $point) {
            $rows[] = [
                $labels[$position],
                Units::bytes($point['storage_bytes'] ?? null),
                Units::bytes($point['bytes_downloaded'] ?? null),
                Units::bytes($point['bytes_uploaded'] ?? null),
                Units::number($point['ops_put'] ?? null),
                Units::number($point['ops_get'] ?? null),
                Units::number($point['ops_list'] ?? null),
                Units::number($point['ops_other'] ?? null),
            ];
        }

        return Html::table(array_map([Texts::class, 'text'], [
            'usage_start', 'usage_storage', 'usage_downloads', 'usage_uploads', 'ops_put', 'ops_get', 'ops_list',
            'ops_other',
        ]), $rows);
    }
}

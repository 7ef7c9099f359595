<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Links;
use WHMCS\Module\Server\Ostor\Markup;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The cluster's statistics objects, and what one of them says.
 */
final class StatisticsPage
{
    /** Lines of an object that are shown. */
    private const MOST_ITEMS = 1000;

    private const COUNTERS = ['ops_put', 'ops_get', 'ops_list', 'ops_other'];

    public static function show(View $view): Markup
    {
        return $view->section(Texts::text('statistics_title'), static function () use ($view): array {
            $answer = $view->cluster->ask('statistics.list', $view->paging(), ['objects' => 'array']);
            $result = $answer();
            $rows = [];
            foreach (View::items($result['objects']) as $object) {
                $name = View::name($object['name'] ?? null);
                $rows[] = [
                    $view->link('object', ['name' => $name], $name),
                    Units::text($object['service_id'] ?? null),
                    Units::text($object['start'] ?? null),
                    Units::number($object['period_seconds'] ?? null),
                    ($object['counted'] ?? null) === true ? Texts::text('counted') : Texts::text('counted_not'),
                    self::deletion($view, $name, ($object['counted'] ?? null) === true),
                ];
            }

            return [
                Markup::tag('p', [], Texts::text('statistics_help')),
                Forms::search(
                    ['module' => Links::ADDON, 'server' => (string) $view->cluster->serverId(), 'page' => 'object'],
                    [Forms::text('name', Texts::text('object_name'), '', Actions::LONGEST_OBJECT)],
                    Texts::text('object_button')
                ),
                View::list(array_map([Texts::class, 'text'], [
                    'object', 'object_service', 'object_start', 'object_period', 'object_state', 'object_action',
                ]), $rows),
                $view->pager('statistics', [], $result),
            ];
        });
    }

    public static function showOne(View $view): Markup
    {
        $name = $view->request->query('name', Actions::LONGEST_OBJECT);
        if ($name === '') {
            throw new Failure(Texts::text('object_missing'));
        }

        return $view->section(Texts::text('object_title', $name), static function () use ($view, $name): array {
            $answer = $view->cluster->ask('statistics.get', ['name' => $name], ['items' => 'array']);
            $result = $answer();
            $items = View::items($result['items']);
            $rows = [];
            foreach (array_slice($items, 0, self::MOST_ITEMS) as $item) {
                $rows[] = self::row($view, $item);
            }

            return [
                View::facts([
                    Texts::text('object_service') => Units::text($result['service_id'] ?? null),
                    Texts::text('object_start') => Units::text($result['start'] ?? null),
                    Texts::text('object_period') => Units::number($result['period_seconds'] ?? null),
                ]),
                self::deletion($view, $name, true),
                Markup::tag('p', [], Texts::text('object_items', count($rows), count($items))),
                View::list(array_map([Texts::class, 'text'], [
                    'bucket', 'epoch', 'user_id', 'object_tag', 'ops_put', 'ops_get', 'ops_list', 'ops_other',
                    'usage_uploads', 'usage_downloads',
                ]), $rows),
            ];
        });
    }

    /**
     * @param array<string, mixed> $item
     * @return array<string|Markup>
     */
    private static function row(View $view, array $item): array
    {
        $row = [
            Units::text($item['bucket'] ?? null),
            Units::text($item['epoch'] ?? null),
            $view->user($item['user_id'] ?? null, Units::text($item['user_id'] ?? null)),
            Units::text($item['tag'] ?? null),
        ];
        foreach (self::COUNTERS as $counter) {
            $row[] = Units::number($item[$counter] ?? null);
        }
        $row[] = Units::bytes($item['bytes_uploaded'] ?? null);
        $row[] = Units::bytes($item['bytes_downloaded'] ?? null);

        return $row;
    }

    /**
     * Without discarding, the bridge deletes only what is counted.
     */
    private static function deletion(View $view, string $name, bool $counted): Markup
    {
        $address = $view->address('statistics');

        return Forms::action(
            $address,
            'delete_statistics',
            Texts::text($counted ? 'object_delete' : 'object_discard'),
            $counted ? ['name' => $name] : ['name' => $name, 'discard' => '1'],
            [],
            'danger'
        );
    }
}

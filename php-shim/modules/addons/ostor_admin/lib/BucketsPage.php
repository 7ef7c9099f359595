<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Links;
use WHMCS\Module\Server\Ostor\Markup;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * All buckets of a cluster.
 */
final class BucketsPage
{
    public static function show(View $view): Markup
    {
        return $view->section(Texts::text('buckets_title'), static function () use ($view): array {
            return self::found($view);
        });
    }

    /**
     * A bucket's name, linked to its page.
     *
     * @param array<string, mixed> $bucket
     * @return string|Markup
     */
    public static function name(View $view, array $bucket)
    {
        $name = $bucket['name'] ?? null;

        return is_string($name) && $name !== '' ? $view->link('bucket', ['bucket' => $name], $name) : Units::text(null);
    }

    /**
     * The form stays whatever becomes of the search.
     *
     * @return Markup[]
     */
    private static function found(View $view): array
    {
        $search = $view->request->query('search', UsersPage::LONGEST_SEARCH);

        return [
            Forms::search(
                ['module' => Links::ADDON, 'server' => (string) $view->cluster->serverId(), 'page' => 'buckets'],
                [Forms::text('search', Texts::text('buckets_search'), $search, UsersPage::LONGEST_SEARCH)],
                Texts::text('search_button')
            ),
            $view->attempt(static function () use ($view, $search): array {
                return self::list($view, $search);
            }),
        ];
    }

    /**
     * @return Markup[]
     */
    private static function list(View $view, string $search): array
    {
        $answer = $view->cluster->ask(
            'buckets.list',
            $view->paging() + ($search === '' ? [] : ['search' => $search]),
            ['buckets' => 'array', 'total' => 'integer']
        );
        $result = $answer();
        $rows = [];
        foreach (View::items($result['buckets']) as $bucket) {
            $owner = $bucket['owner_id'] ?? null;
            $rows[] = [
                self::name($view, $bucket),
                $view->user($owner, Units::text($bucket['owner_email'] ?? $owner)),
                Units::bytes($bucket['bytes'] ?? null),
                Units::text($bucket['last_changed'] ?? null),
                $view->service($bucket['service'] ?? null),
            ];
        }

        return [
            Markup::tag('p', [], Texts::text('buckets_total', $result['total'])),
            View::list(array_map([Texts::class, 'text'], [
                'bucket', 'owner', 'size', 'last_changed', 'service',
            ]), $rows),
            $view->pager('buckets', ['search' => $search === '' ? null : $search], $result),
        ];
    }
}

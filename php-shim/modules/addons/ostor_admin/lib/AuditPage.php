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
 * Who changed what, the latest first.
 */
final class AuditPage
{
    public static function show(View $view): Markup
    {
        return $view->section(Texts::text('audit_title'), static function () use ($view): array {
            return self::found($view);
        });
    }

    /**
     * The form stays whatever becomes of the search.
     *
     * @return Markup[]
     */
    private static function found(View $view): array
    {
        $user = $view->request->query('user_id', 64);
        $service = $view->request->query('service_id', 18);

        return [
            Forms::search(
                ['module' => Links::ADDON, 'server' => (string) $view->cluster->serverId(), 'page' => 'audit'],
                [
                    Forms::text('user_id', Texts::text('user_id'), $user, 64),
                    Forms::text('service_id', Texts::text('audit_service'), $service, 18),
                ],
                Texts::text('search_button')
            ),
            $view->attempt(static function () use ($view, $user, $service): array {
                return self::list($view, $user, $service);
            }),
        ];
    }

    /**
     * @return Markup[]
     */
    private static function list(View $view, string $user, string $service): array
    {
        $filter = $user === '' ? [] : ['user_id' => $user];
        if ($service !== '') {
            if (preg_match('/^[1-9][0-9]{0,9}$/D', $service) !== 1) {
                throw new Failure(Texts::text('service_wrong', $service));
            }
            $filter['service_id'] = (int) $service;
        }
        $answer = $view->cluster->ask('audit.list', $filter + $view->paging(), ['entries' => 'array']);
        $result = $answer();
        $rows = [];
        foreach (View::items($result['entries']) as $entry) {
            $entryUser = $entry['user_id'] ?? null;
            $rows[] = [
                Units::text($entry['at'] ?? null),
                Units::text($entry['actor'] ?? null),
                Units::text($entry['client'] ?? null),
                Units::text($entry['method'] ?? null),
                $view->user($entryUser, Units::text($entryUser)),
                Units::text($entry['service_id'] ?? null),
                Units::text($entry['subject'] ?? null),
                Units::text($entry['outcome'] ?? null),
                Units::text($entry['request_id'] ?? null),
            ];
        }

        return [
            View::list(array_map([Texts::class, 'text'], [
                'audit_at', 'audit_actor', 'audit_client', 'audit_method', 'user_id', 'audit_service', 'audit_subject',
                'audit_outcome', 'audit_request',
            ]), $rows),
            $view->pager('audit', ['user_id' => $user ?: null, 'service_id' => $service ?: null], $result),
        ];
    }
}

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
 * All S3 users of a cluster: looking for some, and making one.
 */
final class UsersPage
{
    /** Bytes of what is looked for. */
    public const LONGEST_SEARCH = 254;

    public static function show(View $view): Markup
    {
        return Markup::join(
            $view->section(Texts::text('users_title'), static function () use ($view): array {
                return self::found($view);
            }),
            $view->section(Texts::text('user_create_title'), static function () use ($view): array {
                return self::create($view);
            })
        );
    }

    /**
     * The form stays whatever becomes of the search.
     *
     * @return Markup[]
     */
    private static function found(View $view): array
    {
        $search = $view->request->query('search', self::LONGEST_SEARCH);

        return [
            Forms::search(
                ['module' => Links::ADDON, 'server' => (string) $view->cluster->serverId(), 'page' => 'users'],
                [Forms::text('search', Texts::text('users_search'), $search, self::LONGEST_SEARCH)],
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
        $answer = $view->cluster->ask('users.list', $view->paging() + ($search === '' ? [] : ['search' => $search]), [
            'users' => 'array',
            'total' => 'integer',
        ]);
        $result = $answer();
        $rows = [];
        foreach (View::items($result['users']) as $user) {
            $rows[] = [
                $view->user($user['user_id'] ?? null, Units::text($user['user_id'] ?? null)),
                Units::text($user['email'] ?? null),
                self::state($user),
                $view->service($user['service'] ?? null),
            ];
        }

        return [
            Markup::tag('p', [], Texts::text('users_total', $result['total'])),
            View::list([
                Texts::text('user_id'),
                Texts::text('email'),
                Texts::text('state'),
                Texts::text('service'),
            ], $rows),
            $view->pager('users', ['search' => $search === '' ? null : $search], $result),
        ];
    }

    /**
     * Whether a user is let in, and its flags.
     *
     * @param array<string, mixed> $user
     */
    public static function state(array $user): string
    {
        $states = [true => Texts::text('enabled'), false => Texts::text('disabled')];
        $state = is_bool($user['enabled'] ?? null) ? $states[$user['enabled']] : Texts::text('not_known');
        $flags = array_filter(is_array($user['flags'] ?? null) ? $user['flags'] : [], 'is_string');

        return implode(', ', array_merge([$state], $flags));
    }

    /**
     * @return array<int, Markup>
     */
    private static function create(View $view): array
    {
        $email = self::typed($view->request);

        return [
            Markup::tag('p', [], Texts::text('user_create_help')),
            Forms::action($view->address('users'), 'create_user', Texts::text('user_create_button'), [], [
                Forms::text('email', Texts::text('email'), $email, Actions::LONGEST_EMAIL),
            ], 'primary'),
        ];
    }

    /**
     * The address of a form that was refused, or of the link that led here.
     */
    private static function typed(Request $request): string
    {
        try {
            return $request->isPost()
                ? $request->field('email', Actions::LONGEST_EMAIL)
                : $request->query('email', Actions::LONGEST_EMAIL);
        } catch (Failure $failure) {
            // Which the page says already, or nobody typed.
            return '';
        }
    }
}

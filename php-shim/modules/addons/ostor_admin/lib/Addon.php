<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Command;
use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Html;
use WHMCS\Module\Server\Ostor\Links;
use WHMCS\Module\Server\Ostor\Markup;
use WHMCS\Module\Server\Ostor\ModuleLog;
use WHMCS\Module\Server\Ostor\Params;
use WHMCS\Module\Server\Ostor\Release;
use WHMCS\Module\Server\Ostor\Whmcs;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The border to WHMCS: takes a request and prints a page. Nothing thrown below gets past this class.
 */
final class Addon
{
    private const VERSION = '0.1.0';

    /** Place of the sentence shown after a redirect, in the session. */
    private const NOTICE = 'ostor_admin_notice';

    /** Page => what shows it. The first is shown when none is asked for. */
    private const PAGES = [
        'users' => [UsersPage::class, 'show'],
        'user' => [UserPage::class, 'show'],
        'buckets' => [BucketsPage::class, 'show'],
        'bucket' => [BucketPage::class, 'show'],
        'statistics' => [StatisticsPage::class, 'show'],
        'object' => [StatisticsPage::class, 'showOne'],
        'defaults' => [DefaultsPage::class, 'show'],
        'audit' => [AuditPage::class, 'show'],
        'deletions' => [DeletionsPage::class, 'show'],
        'drift' => [DriftPage::class, 'show'],
        'adopt' => [AdoptPage::class, 'show'],
        'notes' => [NotesPage::class, 'show'],
    ];

    /** Pages of the menu => the pages below each. */
    private const MENU = [
        'users' => ['users', 'user'],
        'buckets' => ['buckets', 'bucket'],
        'statistics' => ['statistics', 'object'],
        'defaults' => ['defaults'],
        'deletions' => ['deletions'],
        'drift' => ['drift'],
        'adopt' => ['adopt'],
        'notes' => ['notes'],
        'audit' => ['audit'],
    ];

    /**
     * @return array<string, mixed>
     */
    public static function config(): array
    {
        return [
            'name' => Texts::text('addon_name'),
            'description' => Texts::text('addon_description'),
            'version' => self::VERSION,
            'author' => 'ostor-bridge',
            'language' => 'english',
            'fields' => [],
        ];
    }

    /**
     * @return array{status: string, description: string}
     */
    public static function activated(): array
    {
        return ['status' => 'success', 'description' => Texts::text('activated')];
    }

    /**
     * @return array{status: string, description: string}
     */
    public static function deactivated(): array
    {
        return ['status' => 'success', 'description' => Texts::text('deactivated')];
    }

    /**
     * Answers the request PHP holds: a page, or the way to the next one.
     */
    public static function output(): void
    {
        $isPost = ($_SERVER['REQUEST_METHOD'] ?? 'GET') === 'POST';
        [$next, $html] = self::answer(new Request($_GET, $_POST, $isPost));
        if (!headers_sent()) {
            // Pages show customers' data, some show secrets: nothing of that is to stay in the browser.
            header('Cache-Control: no-store');
            if ($next !== null) {
                header('Location: ' . $next, true, 303);
            }
        }
        echo $html;
    }

    /**
     * @return array{0: string|null, 1: string} address to go to, and HTML; where no redirect is possible any more the
     *     HTML alone says all
     */
    public static function answer(Request $request): array
    {
        $log = new ModuleLog([]);
        try {
            if (Whmcs::adminId() === null) {
                throw new Failure(Texts::text('admin_missing'));
            }
            $servers = Whmcs::servers();
            $log->hide(self::secrets($servers));
            if ($servers === []) {
                throw new Failure(Texts::text('servers_none'));
            }
            $serverId = $request->server() ?? array_keys($servers)[0];
            if (!isset($servers[$serverId])) {
                throw new Failure(Texts::text('server_unknown', $serverId));
            }
        } catch (\Throwable $problem) {
            return [null, (string) View::alert('danger', Command::sentence($problem, $log))];
        }
        $menu = self::menu($servers, $serverId, $request);
        try {
            $view = new View($request, new Cluster($serverId, $servers[$serverId]['params'], $log), $log);
            [$next, $body] = $request->isPost() ? self::submit($view) : [null, self::page($view, self::notice())];
        } catch (\Throwable $problem) {
            [$next, $body] = [null, View::alert('danger', Command::sentence($problem, $log))];
        }

        return [$next, (string) Markup::tag('div', ['class' => 'ostor-admin'], $menu, $body)];
    }

    /**
     * @return array{0: string|null, 1: Markup}
     */
    private static function submit(View $view): array
    {
        try {
            Forms::checkToken();
            $outcome = Actions::run($view);
        } catch (\Throwable $problem) {
            $sentence = Command::sentence($problem, $view->log);

            return [null, self::page($view, View::alert('danger', $sentence))];
        }
        if ($outcome->isQuestion()) {
            return [null, self::question($view, $outcome)];
        }
        $view->log->activity(Texts::text('activity', Whmcs::actor(), $outcome->sentence()));
        $next = $outcome->next() ?? self::here($view);
        if ($outcome->secrets() !== []) {
            return [null, self::secretsPage($outcome, $next)];
        }
        $_SESSION[self::NOTICE] = $outcome->sentence();

        return [$next, View::alert('success', $outcome->sentence())];
    }

    /**
     * @param Markup $notice shown above
     */
    private static function page(View $view, Markup $notice): Markup
    {
        $page = self::PAGES[$view->request->page()] ?? self::PAGES['users'];
        try {
            $body = $page($view);
            $misfit = $view->cluster->misfit();
            $body = $misfit === null ? $body : Markup::join(View::alert('warning', $misfit), $body);
        } catch (\Throwable $problem) {
            $body = View::alert('danger', Command::sentence($problem, $view->log));
        }
        // Both are copied, and may be of different releases.
        if (Release::VERSION !== self::VERSION) {
            $notice = Markup::join($notice, View::alert(
                'warning',
                Texts::text('addon_differs', self::VERSION, Release::VERSION)
            ));
        }

        return Markup::join($notice, $body);
    }

    /**
     * Asks once more before something is done. Works without scripts: the same fields, sent again.
     */
    private static function question(View $view, Outcome $outcome): Markup
    {
        $here = self::here($view);

        return $view->section(Texts::text('confirm_title'), static function () use ($view, $outcome, $here): array {
            return [
                View::alert('warning', $outcome->sentence()),
                $outcome->details() === [] ? null : Html::bullets($outcome->details()),
                Forms::action(
                    $here,
                    $view->request->field('action', Actions::LONGEST_ACTION),
                    Texts::text('confirm_button'),
                    ['confirmed' => '1'] + $view->request->fields(),
                    [],
                    'danger'
                ),
                Markup::tag('p', [], Markup::tag('a', ['href' => $here], Texts::text('confirm_cancel'))),
            ];
        });
    }

    /**
     * Secrets are on this page only, which is the answer to a form and is kept nowhere.
     */
    private static function secretsPage(Outcome $outcome, string $next): Markup
    {
        $rows = [];
        foreach ($outcome->secrets() as $pair) {
            $rows[] = [
                $pair['owner'],
                Html::key($pair['id']),
                Html::key($pair['secret']),
            ];
        }

        return Markup::join(
            View::alert('success', $outcome->sentence()),
            Html::table([Texts::text('key_owner'), Texts::text('key_id'), Texts::text('key_secret')], $rows),
            Markup::tag('p', [], Texts::text('secrets_help')),
            Markup::tag('p', [], Markup::tag('a', ['href' => $next], Texts::text('secrets_back')))
        );
    }

    /**
     * Address of the page a form stands on.
     */
    private static function here(View $view): string
    {
        $subject = [];
        foreach (['user' => 64, 'bucket' => 255, 'service_id' => 18, 'run' => 1] as $name => $longest) {
            $value = $view->request->query($name, $longest);
            $subject[$name] = $value === '' ? null : $value;
        }
        $page = isset(self::PAGES[$view->request->page()]) ? $view->request->page() : 'users';

        return $view->address($page, $subject);
    }

    /**
     * The sentence an action left for the page after it.
     */
    private static function notice(): Markup
    {
        $sentence = $_SESSION[self::NOTICE] ?? null;
        unset($_SESSION[self::NOTICE]);

        return is_string($sentence) ? View::alert('success', $sentence) : Markup::join();
    }

    /**
     * @param array<int, array{name: string, params: Params}> $servers
     */
    private static function menu(array $servers, int $serverId, Request $request): Markup
    {
        $page = isset(self::PAGES[$request->page()]) ? $request->page() : 'users';
        $items = [];
        foreach (self::MENU as $name => $pages) {
            $isHere = in_array($page, $pages, true);
            $items[] = Markup::tag('li', ['class' => $isHere ? 'active' : null], Markup::tag('a', [
                'href' => Links::addon($serverId, $name),
                'aria-current' => $isHere ? 'page' : null,
            ], Texts::text('menu_' . $name)));
        }
        $names = array_column($servers, 'name');
        $chooser = count($servers) < 2 ? null : Forms::search(
            ['module' => Links::ADDON, 'page' => $page === 'user' ? 'users' : ($page === 'bucket' ? 'buckets' : $page)],
            [Forms::select(
                'server',
                Texts::text('server'),
                array_combine(array_keys($servers), $names),
                (string) $serverId
            )],
            Texts::text('server_button')
        );

        return Markup::join(
            $chooser,
            Markup::tag(
                'nav',
                ['aria-label' => Texts::text('menu')],
                Markup::tag('ul', ['class' => 'nav nav-tabs', 'style' => 'margin-bottom: 16px'], $items)
            )
        );
    }

    /**
     * @param array<int, array{name: string, params: Params}> $servers
     * @return string[]
     */
    private static function secrets(array $servers): array
    {
        $secrets = [];
        foreach ($servers as $server) {
            $secrets = array_merge($secrets, $server['params']->secrets());
        }

        return $secrets;
    }
}

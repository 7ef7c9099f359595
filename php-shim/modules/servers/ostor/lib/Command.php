<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The border to WHMCS: builds what a command needs and turns every outcome into the documented type.
 *
 * Nothing thrown below gets past this class, and every text leaves it masked and HTML-escaped once.
 */
final class Command
{
    /**
     * A lifecycle command.
     *
     * @param array<string, mixed> $params
     * @param callable(Account): void $work
     * @return string "success" or an HTML sentence
     */
    public static function run(array $params, callable $work): string
    {
        return self::finish($params, static function (Params $view, Bridge $bridge, ModuleLog $log) use ($work): void {
            $work(new Account($view, $bridge, $log));
        });
    }

    /**
     * A button of the service page.
     *
     * @param array<string, mixed> $params
     * @param callable(Upkeep): void $work
     * @return string "success" or an HTML sentence
     */
    public static function button(array $params, callable $work): string
    {
        return self::finish($params, static function (Params $view, Bridge $bridge, ModuleLog $log) use ($work): void {
            $work(new Upkeep($view, $bridge, $log));
        });
    }

    /**
     * @param array<string, mixed> $params
     * @param callable(Params, Bridge, ModuleLog): void $work
     */
    private static function finish(array $params, callable $work): string
    {
        $view = new Params($params);
        $log = new ModuleLog($view->secrets());
        try {
            $view->serviceId();
            $work($view, new Bridge(new Server($view), $log), $log);
        } catch (\Throwable $problem) {
            return Html::sentence(self::sentence($problem, $log));
        }

        return 'success';
    }

    /**
     * @param array<string, mixed> $params
     * @return array{success: bool, error: string}
     */
    public static function testConnection(array $params): array
    {
        $view = new Params($params);
        $log = new ModuleLog($view->secrets());
        try {
            $server = new Server($view);
            $bridge = new Bridge($server, $log);
            $result = $bridge->call('TestConnection', [], ['ok' => 'boolean']);
            $warnings = is_array($result['warnings'] ?? null) ? array_filter($result['warnings'], 'is_string') : [];
            if ($bridge->misfit() !== null) {
                $warnings[] = $bridge->misfit();
            }
            if ($result['ok'] !== true) {
                throw new Failure(Lang::text('connection_not_ok', $server->cluster(), implode(' ', $warnings)));
            }
            // WHMCS shows no text beside a green result, so what deserves attention goes where it is read.
            foreach ($warnings as $warning) {
                $log->activity(Lang::text('connection_warning', $server->cluster(), $warning));
            }
        } catch (\Throwable $problem) {
            return ['success' => false, 'error' => Html::sentence(self::sentence($problem, $log))];
        }

        return ['success' => true, 'error' => ''];
    }

    /**
     * @param array<string, mixed> $params
     * @return array<string, string> label => HTML
     */
    public static function serviceTab(array $params): array
    {
        $view = new Params($params);
        $log = new ModuleLog($view->secrets());
        $tab = new ServiceTab($view);
        try {
            $account = ['service_id' => $view->serviceId()];
            if ($view->userId() !== null) {
                $account['user_id'] = $view->userId();
            }
            $bridge = new Bridge(new Server($view), $log, new Http(Bridge::PAGE_SECONDS));

            $account = $bridge->call('AccountState', $account, ['state' => 'string']);

            return $tab->fields($account, $bridge->misfit());
        } catch (\Throwable $problem) {
            return $tab->offline(self::sentence($problem, $log));
        }
    }

    /**
     * The usage columns of all services of a server, from the daily cron. Nobody reads an answer: trouble goes to
     * the activity log.
     *
     * @param array<string, mixed> $params
     */
    public static function usageUpdate(array $params): void
    {
        $view = new Params($params);
        $log = new ModuleLog($view->secrets());
        try {
            $pages = new Pages(new Bridge(new Server($view), $log), 'UsageUpdate', [
                'timezone' => date_default_timezone_get(),
            ]);
            $notice = new QuotaNotice($log);
            try {
                UsageColumns::update($view->serverId(), $pages, $notice);
            } finally {
                $notice->report($view->text('serverid'));
                $pages->report('usage_withheld', $view->text('serverid'), $log);
            }
        } catch (\Throwable $problem) {
            $sentence = self::sentence($problem, $log);
            $log->activity(Lang::text('usage_failed', $view->text('serverid'), $sentence));
        }
    }

    /**
     * The accounts of a server, for Server Sync.
     *
     * @param array<string, mixed> $params
     * @return array{success: bool, accounts?: array<int, array<string, string>>, error?: string} error is HTML
     */
    public static function listAccounts(array $params): array
    {
        $view = new Params($params);
        $log = new ModuleLog($view->secrets());
        try {
            $pages = new Pages(new Bridge(new Server($view), $log), 'ListAccounts', []);

            return ['success' => true, 'accounts' => AccountList::read($pages)];
        } catch (\Throwable $problem) {
            return ['success' => false, 'error' => Html::sentence(self::sentence($problem, $log))];
        }
    }

    /**
     * What is told of a problem: plain text, masked.
     */
    public static function sentence(\Throwable $problem, ModuleLog $log): string
    {
        if ($problem instanceof Failure) {
            return $log->mask($problem->getMessage());
        }
        $place = basename($problem->getFile()) . ':' . $problem->getLine();

        return $log->mask(Lang::text('unexpected', get_class($problem), $problem->getMessage(), $place));
    }
}

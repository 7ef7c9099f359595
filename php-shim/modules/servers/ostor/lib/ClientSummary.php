<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A client's object storage on WHMCS's summary page of the client.
 *
 * The page is about much else: it waits Bridge::PANEL_SECONDS at most, for all services together, and shows what is
 * stored where no answer came. Nothing thrown below gets past this class.
 */
final class ClientSummary
{
    /** Services that are asked about; more belong to a reseller, whose list is not read here. */
    private const MOST_ASKED = 20;

    private const NOT_KNOWN = '–';

    /**
     * @param mixed $clientId as WHMCS hands it over
     * @return string[] HTML of links into the addon, none where it is not active
     */
    public static function links($clientId): array
    {
        try {
            $client = self::id($clientId);
            if ($client === 0 || !Whmcs::hasAddon()) {
                return [];
            }
            $servers = array_keys(Whmcs::servers());
            if ($servers === []) {
                return [];
            }
            $services = Whmcs::services($client);
            $links = [];
            foreach ($services as $service) {
                if (Params::isUserId($service['username'])) {
                    $address = Links::addon($service['server'], 'user', ['user' => $service['username']]);
                    $links[] = self::link($address, Lang::text('summary_link_user', $service['id']));
                }
            }
            $server = $services[0]['server'] ?? 0;
            $server = in_array($server, $servers, true) ? $server : $servers[0];
            $email = Whmcs::emailOf($client);
            $pages = [
                'summary_link_search' => ['users', ['search' => $email]],
                'summary_link_create' => ['users', ['email' => $email]],
                'summary_link_users' => ['users', []],
                'summary_link_buckets' => ['buckets', []],
                'summary_link_statistics' => ['statistics', []],
            ];
            foreach ($pages as $text => [$page, $arguments]) {
                $links[] = self::link(Links::addon($server, $page, $arguments), Lang::text($text));
            }

            return $links;
        } catch (\Throwable $problem) {
            // The page of WHMCS must not break; the panel below tells.
            return [];
        }
    }

    /**
     * @param mixed $clientId as WHMCS hands it over
     * @return string HTML, empty for a client without object storage
     */
    public static function panel($clientId): string
    {
        $log = new ModuleLog([]);
        try {
            $client = self::id($clientId);
            $services = $client === 0 ? [] : Whmcs::services($client);
            $body = $services === [] ? null : self::table($client, $services, $log);
        } catch (\Throwable $problem) {
            $body = self::complaints([Command::sentence($problem, $log)]);
        }
        if ($body === null) {
            return '';
        }

        return (string) Markup::tag(
            'div',
            ['class' => 'clientssummarybox', 'id' => 'ostor-summary'],
            Markup::tag('div', ['class' => 'title'], Lang::text('summary_title')),
            $body
        );
    }

    /**
     * @param array<int, array<string, mixed>> $services as Whmcs::services() has them
     */
    private static function table(int $client, array $services, ModuleLog $log): Markup
    {
        $complaints = [];
        $questions = self::ask($services, $log, $complaints);
        $hasAddon = Whmcs::hasAddon();
        $rows = [];
        foreach ($services as $service) {
            $account = null;
            try {
                $account = isset($questions[$service['id']]) ? $questions[$service['id']]() : null;
            } catch (\Throwable $problem) {
                $sentence = Command::sentence($problem, $log);
                $complaints[Lang::text('summary_service_text', $service['id'], $sentence)] = true;
            }
            $rows[] = self::row($client, $service, $account, $hasAddon);
        }
        if (count($services) > self::MOST_ASKED) {
            $complaints[Lang::text('summary_more', self::MOST_ASKED)] = true;
        }

        return Markup::join(self::complaints(array_keys($complaints)), Html::table(array_map([Lang::class, 'text'], [
            'summary_service', 'summary_user', 'summary_state', 'summary_keys', 'summary_plan', 'summary_buckets',
            'summary_stored',
        ]), $rows));
    }

    /**
     * Sends all questions before any answer is waited for.
     *
     * @param array<int, array<string, mixed>> $services
     * @param array<string, true> $complaints
     * @return array<int, callable(): array<string, mixed>> service id => waits for its AccountState
     */
    private static function ask(array $services, ModuleLog $log, array &$complaints): array
    {
        $servers = Whmcs::servers();
        $http = new Http(Bridge::PANEL_SECONDS);
        $bridges = [];
        $questions = [];
        foreach (array_slice($services, 0, self::MOST_ASKED) as $service) {
            if (!Params::isUserId($service['username'])) {
                continue;
            }
            try {
                $params = $servers[$service['server']]['params'] ?? null;
                if ($params === null) {
                    throw new Failure(Lang::text('server_missing'));
                }
                $log->hide($params->secrets());
                $bridges[$service['server']] = $bridges[$service['server']]
                    ?? new Bridge(new Server($params), $log, $http);
                $questions[$service['id']] = $bridges[$service['server']]->bulk('AccountState', [
                    'service_id' => $service['id'],
                    'user_id' => $service['username'],
                ], ['state' => 'string'], static function (array $account): array {
                    return $account;
                });
            } catch (Failure $failure) {
                $complaints[Lang::text('summary_service_text', $service['id'], $failure->getMessage())] = true;
            }
        }

        return $questions;
    }

    /**
     * @param array<string, mixed> $service
     * @param array<string, mixed>|null $account result of AccountState
     * @return array<string|Markup>
     */
    private static function row(int $client, array $service, ?array $account, bool $hasAddon): array
    {
        $live = is_array($account['live'] ?? null) ? $account['live'] : null;
        $keys = is_array($live['access_key_ids'] ?? null) ? array_filter($live['access_key_ids'], 'is_string') : [];
        if ($keys === [] && is_string($account['access_key_id'] ?? null)) {
            $keys = [$account['access_key_id']];
        }

        return [
            self::markup(
                Links::service($client, $service['id']),
                Lang::text('summary_service_text', $service['id'], $service['product'])
            ),
            self::user($service, $hasAddon),
            Lang::text(
                'summary_state_text',
                $service['status'],
                self::known($account['state'] ?? null),
                self::known($live['state'] ?? null)
            ),
            $keys === [] ? self::NOT_KNOWN : implode(', ', $keys),
            self::plan($live['plan'] ?? $account['plan'] ?? null),
            self::known($live['buckets'] ?? null),
            is_int($live['bytes'] ?? null)
                ? Lang::text('summary_bytes_text', number_format($live['bytes'] / 1073741824, 2, '.', ''))
                : self::stored($service),
        ];
    }

    /**
     * @param array<string, mixed> $service
     * @return string|Markup
     */
    private static function user(array $service, bool $hasAddon)
    {
        if (!Params::isUserId($service['username'])) {
            return self::NOT_KNOWN;
        }
        if (!$hasAddon) {
            return $service['username'];
        }
        $address = Links::addon($service['server'], 'user', ['user' => $service['username']]);

        return self::markup($address, $service['username']);
    }

    /**
     * What WHMCS has stored, which is nothing before the first usage update.
     *
     * @param array<string, mixed> $service
     */
    private static function stored(array $service): string
    {
        // The zero date of a column that was never written.
        return strncmp($service['updated'], '0000', 4) === 0
            ? self::NOT_KNOWN
            : Lang::text('summary_stored_text', $service['disk'], $service['updated']);
    }

    /**
     * @param mixed $plan
     */
    private static function plan($plan): string
    {
        if (!is_array($plan)) {
            return self::NOT_KNOWN;
        }
        $parts = [];
        foreach (Plan::labelled($plan) as $name => $text) {
            if (is_numeric($text)) {
                $parts[] = $name . ': ' . $text;
            }
        }

        return $parts === [] ? Lang::text('summary_unlimited') : implode('; ', $parts);
    }

    /**
     * @param mixed $value
     */
    private static function known($value): string
    {
        return is_scalar($value) && (string) $value !== '' ? (string) $value : self::NOT_KNOWN;
    }

    /**
     * @param string[] $sentences
     */
    private static function complaints(array $sentences): Markup
    {
        return $sentences === []
            ? Markup::join()
            : Markup::tag('div', ['class' => 'alert alert-warning', 'role' => 'status'], Html::bullets($sentences));
    }

    private static function link(string $address, string $text): string
    {
        return (string) self::markup($address, $text);
    }

    private static function markup(string $address, string $text): Markup
    {
        return Markup::tag('a', ['href' => $address], $text);
    }

    /**
     * @param mixed $id
     */
    private static function id($id): int
    {
        return is_numeric($id) && (int) $id > 0 ? (int) $id : 0;
    }
}

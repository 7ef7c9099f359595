<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The admin's view of one service: what WHMCS, the bridge's records and the gateway hold, side by side.
 */
final class ServiceTab
{
    private const NOT_KNOWN = '–';

    /** @var Params */
    private $params;

    public function __construct(Params $params)
    {
        $this->params = $params;
    }

    /**
     * @param array<string, mixed> $account result of AccountState
     * @param string|null $misfit why the bridge does not fit the module, where it does not
     * @return array<string, string> label => HTML
     */
    public function fields(array $account, ?string $misfit): array
    {
        $live = is_array($account['live'] ?? null) ? $account['live'] : null;
        $warnings = array_filter(is_array($account['warnings'] ?? null) ? $account['warnings'] : [], 'is_string');
        if ($live === null) {
            $warnings[] = Lang::text('tab_not_live');
        }
        if ($misfit !== null) {
            $warnings[] = $misfit;
        }
        $rows = [$this->stateRow($account, $live), $this->userRow($account), $this->keyRow($account, $live)];
        $rows = array_merge($rows, $this->planRows($account['plan'] ?? null, $live['plan'] ?? null));
        $differing = array_keys(array_filter(array_column($rows, 4)));

        $fields = [Lang::text('tab_label') => (string) Html::table([
            '',
            Lang::text('tab_whmcs'),
            Lang::text('tab_bridge'),
            Lang::text('tab_gateway'),
            '',
        ], $rows, $differing)];
        if ($live !== null) {
            $fields[Lang::text('tab_usage')] = Html::escape(self::usage($live));
        }
        $deletion = $this->deletion($account['job'] ?? null);
        if ($deletion !== null) {
            $fields[Lang::text('tab_deletion')] = (string) $deletion;
        }
        if ($warnings !== []) {
            $fields[Lang::text('tab_warnings')] = (string) Html::bullets($warnings);
        }

        return $fields + $this->extras();
    }

    /**
     * What can still be shown when the bridge cannot be asked.
     *
     * @return array<string, string> label => HTML
     */
    public function offline(string $sentence): array
    {
        return [
            Lang::text('tab_label') => Html::escape($sentence),
            Lang::text('tab_user') => Html::escape($this->params->userId() ?? self::NOT_KNOWN),
            Lang::text('tab_keys') => Html::escape($this->storedKey() ?? self::NOT_KNOWN),
        ] + $this->extras();
    }

    /**
     * What the last button had to say, the credentials when they were asked for, and the way to the user's own page.
     *
     * @return array<string, string> label => HTML
     */
    private function extras(): array
    {
        try {
            $serviceId = $this->params->serviceId();
        } catch (Failure $failure) {
            // Which the page says already.
            return [];
        }
        $fields = [];
        $sentence = ServiceSession::sentence($serviceId);
        if ($sentence !== '') {
            $fields[Lang::text('tab_result')] = (string) Markup::tag('strong', [], $sentence);
        }
        if (ServiceSession::wantsCredentials($serviceId)) {
            $fields[Lang::text('tab_credentials')] = (string) $this->credentials();
        }
        $link = $this->userLink();
        if ($link !== null) {
            $fields[Lang::text('tab_more')] = (string) $link;
        }

        return $fields;
    }

    /**
     * The deletion under way or the last there was.
     *
     * @param mixed $job
     */
    private function deletion($job): ?Markup
    {
        if (!is_array($job)) {
            return null;
        }
        try {
            $job = new Job($job);
        } catch (Failure $failure) {
            return Markup::join($failure->getMessage());
        }

        return Markup::join($job->bar(), Html::bullets($job->sentences()), $this->link('deletions', [
            'service_id' => $this->params->serviceId(),
        ], 'tab_deletion_page'));
    }

    /**
     * What WHMCS has stored, for this page alone.
     */
    private function credentials(): Markup
    {
        if (!headers_sent()) {
            header('Cache-Control: no-store');
        }

        return Html::table([Lang::text('tab_keys'), Lang::text('tab_secret')], [
            [Html::key($this->storedKey() ?? self::NOT_KNOWN), Html::key($this->params->text('password'))],
        ]);
    }

    private function userLink(): ?Markup
    {
        $userId = $this->params->userId();

        return $userId === null ? null : $this->link('user', ['user' => $userId], 'tab_user_page');
    }

    /**
     * A link into the addon, where it is there.
     *
     * @param array<string, string|int> $arguments
     */
    private function link(string $page, array $arguments, string $text): ?Markup
    {
        try {
            if (!Whmcs::hasAddon()) {
                return null;
            }
            $address = Links::addon($this->params->serverId(), $page, $arguments);

            return Markup::tag('a', ['href' => $address], Lang::text($text));
        } catch (\Throwable $problem) {
            // Without the link the page is still of use.
            return null;
        }
    }

    /**
     * WHMCS has other words for states than the bridge, so its own is shown but not compared.
     *
     * @param array<string, mixed> $account
     * @param array<string, mixed>|null $live
     * @return string[]
     */
    private function stateRow(array $account, ?array $live): array
    {
        $status = $this->params->status();
        $recorded = self::member($account, 'state');
        $now = self::member($live, 'state');

        // While a service is being ended its user is locked out, or let in for the deletion alone.
        $compared = $recorded === 'terminating' ? [] : [$recorded, $now];

        return self::row('tab_state', $status === '' ? null : $status, $recorded, $now, $compared);
    }

    /**
     * @param array<string, mixed> $account
     * @return string[]
     */
    private function userRow(array $account): array
    {
        $stored = $this->params->userId();
        $recorded = self::member($account, 'user_id');
        $email = self::member($account, 'user_email');
        $shown = $email === null ? $recorded : $recorded . ' (' . $email . ')';

        return self::row('tab_user', $stored, $shown, null, [$stored, $recorded]);
    }

    /**
     * A user has up to two keys; WHMCS and the bridge know the one handed out, which must be among them.
     *
     * @param array<string, mixed> $account
     * @param array<string, mixed>|null $live
     * @return string[]
     */
    private function keyRow(array $account, ?array $live): array
    {
        $stored = $this->storedKey();
        $recorded = self::member($account, 'access_key_id');
        $now = self::keys($live);
        $compared = [$stored, $recorded];
        foreach ($now === null ? [] : array_filter($compared, 'is_string') as $key) {
            $compared[] = in_array($key, $now, true) ? $key : '';
        }

        return self::row('tab_keys', $stored, $recorded, $now === null ? null : implode(', ', $now), $compared);
    }

    /**
     * @param mixed $recorded
     * @param mixed $now
     * @return string[][]
     */
    private function planRows($recorded, $now): array
    {
        try {
            $ordered = Plan::fromParams($this->params);
            $ordered = Plan::labelled((array) $ordered);
        } catch (Failure $failure) {
            return [self::row('tab_plan', $failure->getMessage(), null, null, [])];
        }
        $recorded = is_array($recorded) ? Plan::labelled($recorded) : [];
        $now = is_array($now) ? Plan::labelled($now) : [];
        // The gateway knows no such limit, so it cannot differ there.
        unset($now[Settings::INCLUDED_BANDWIDTH]);

        $rows = [];
        foreach ($ordered as $name => $value) {
            $values = [$value, $recorded[$name] ?? null, $now[$name] ?? null];
            $row = self::row('tab_plan', $values[0], $values[1], $values[2], $values);
            $row[0] = $name;
            $rows[] = $row;
        }

        return $rows;
    }

    /**
     * One table row; the last cell tells whether the values that are known differ.
     *
     * @param array<string|null> $compared
     * @return string[]
     */
    private static function row(
        string $label,
        ?string $whmcs,
        ?string $bridge,
        ?string $gateway,
        array $compared
    ): array {
        $known = array_filter($compared, 'is_string');

        return [
            Lang::text($label),
            $whmcs ?? self::NOT_KNOWN,
            $bridge ?? self::NOT_KNOWN,
            $gateway ?? self::NOT_KNOWN,
            count(array_unique($known)) > 1 ? Lang::text('tab_differs') : '',
        ];
    }

    /**
     * The property written by CreateAccount, or null.
     */
    private function storedKey(): ?string
    {
        try {
            return $this->params->accessKeyId();
        } catch (\Throwable $problem) {
            // What WHMCS cannot read is not known; the rest of the page is still worth showing.
            return null;
        }
    }

    /**
     * @param array<string, mixed>|null $from
     */
    private static function member(?array $from, string $name): ?string
    {
        $value = $from[$name] ?? null;

        return is_string($value) && $value !== '' ? $value : null;
    }

    /**
     * @param array<string, mixed>|null $from
     * @return string[]|null sorted
     */
    private static function keys(?array $from): ?array
    {
        if (!is_array($from['access_key_ids'] ?? null)) {
            return null;
        }
        $keys = array_values(array_filter($from['access_key_ids'], 'is_string'));
        sort($keys);

        return $keys;
    }

    /**
     * @param array<string, mixed> $live
     */
    private static function usage(array $live): string
    {
        $buckets = $live['buckets'] ?? null;
        $bytes = $live['bytes'] ?? null;

        return Lang::text(
            'tab_usage_text',
            is_int($buckets) ? (string) $buckets : self::NOT_KNOWN,
            is_int($bytes) ? number_format($bytes / 1073741824, 2, '.', '') : self::NOT_KNOWN,
            is_int($bytes) ? (string) $bytes : self::NOT_KNOWN
        );
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Markup;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One S3 user: keys, sub-accounts, limits, quota, buckets, usage, and what can be done to it.
 */
final class UserPage
{
    private const MOST_KEYS = 2;

    /** @var View */
    private $view;

    /** @var string */
    private $userId;

    private function __construct(View $view)
    {
        $this->view = $view;
        $this->userId = $view->request->userId();
    }

    public static function show(View $view): Markup
    {
        return (new self($view))->page();
    }

    private function page(): Markup
    {
        $user = ['user_id' => $this->userId];
        $cluster = $this->view->cluster;
        $asked = [
            'user' => $cluster->ask('users.get', $user, ['user_id' => 'string']),
            'limits' => $cluster->ask('limits.get', $user, ['limits' => 'array']),
            'quota' => $cluster->ask('quotas.get', $user, []),
            'buckets' => $cluster->ask('buckets.list', $user + $this->view->paging(), ['buckets' => 'array']),
        ];
        $found = null;
        $title = Texts::text('user_title', $this->userId);
        $head = $this->view->section($title, function () use ($asked, &$found): array {
            $found = $asked['user']();

            return [$this->facts($found), $this->stateForms($found)];
        });

        return Markup::join(
            $head,
            $found === null ? null : $this->keys($found),
            $found === null ? null : $this->accounts($found),
            $this->view->section(Texts::text('limits_title'), function () use ($asked): array {
                return LimitForms::limits($this->view, $this->address(), $asked['limits']()['limits']);
            }),
            $this->view->section(Texts::text('quota_title'), function () use ($asked): array {
                return LimitForms::quota($this->view, $this->address(), $asked['quota']());
            }),
            $this->view->section(Texts::text('buckets_title'), function () use ($asked): array {
                return $this->buckets($asked['buckets']());
            }),
            $found === null ? null : $this->usage($found['service'] ?? null)
        );
    }

    /**
     * @param array<string, mixed> $user
     */
    private function facts(array $user): Markup
    {
        return View::facts([
            Texts::text('email') => Units::text($user['email'] ?? null),
            Texts::text('state') => UsersPage::state($user),
            Texts::text('owner_id') => Units::text($user['owner_id'] ?? null),
            Texts::text('service') => $this->view->service($user['service'] ?? null),
        ]);
    }

    /**
     * @param array<string, mixed> $user
     * @return Markup[]
     */
    private function stateForms(array $user): array
    {
        $enabled = ($user['enabled'] ?? null) === true;
        $forms = [
            $enabled
                ? $this->form('disable_user', 'user_disable_button')
                : $this->form('enable_user', 'user_enable_button'),
            $this->form('delete_user', 'user_delete_button', [], 'danger'),
        ];
        if (is_array($user['service'] ?? null)) {
            array_unshift($forms, Markup::tag('p', [], Texts::text('user_has_service')));
        }

        return $forms;
    }

    /**
     * @param array<string, mixed> $user
     */
    private function keys(array $user): Markup
    {
        return $this->view->section(Texts::text('keys_title'), function () use ($user): array {
            return $this->keyForms(self::keyIds($user['keys'] ?? null), null);
        });
    }

    /**
     * @param array<string, mixed> $user
     */
    private function accounts(array $user): Markup
    {
        return $this->view->section(Texts::text('accounts_title'), function () use ($user): array {
            $parts = [Markup::tag('p', [], Texts::text('accounts_help'))];
            foreach (View::items($user['accounts'] ?? null) as $account) {
                $name = View::name($account['name'] ?? null);
                $parts[] = Markup::tag('h3', ['class' => 'h4'], Texts::text('account_heading', $name));
                $parts[] = $this->keyForms(self::keyIds($account['keys'] ?? null), $name);
                $hidden = ['account' => $name];
                $parts[] = $this->form('delete_account', 'account_delete_button', $hidden, 'danger');
            }
            $parts[] = Forms::action(
                $this->address(),
                'create_account',
                Texts::text('account_create_button'),
                [],
                [Forms::text('account', Texts::text('account_name'), '', Actions::LONGEST_ACCOUNT)]
            );

            return $parts;
        });
    }

    /**
     * @param string[] $keys
     * @param string|null $account null: the user itself
     * @return array<int, mixed>
     */
    private function keyForms(array $keys, ?string $account): array
    {
        $hidden = $account === null ? [] : ['account' => $account];
        $rows = [];
        foreach ($keys as $key) {
            $rows[] = [
                Markup::tag('code', [], $key),
                $this->form('revoke_key', 'key_revoke_button', $hidden + ['key' => $key], 'danger'),
            ];
        }

        return [
            View::list([Texts::text('key_id'), Texts::text('key_action')], $rows),
            count($keys) >= self::MOST_KEYS
                ? Markup::tag('p', [], Texts::text('keys_full'))
                : $this->form('generate_key', 'key_generate_button', $hidden + ['known' => self::known($keys)]),
            $keys === []
                ? null
                : $this->form('show_secrets', 'key_show_button', $hidden + ['ticket' => Forms::ticket()]),
        ];
    }

    /**
     * The keys a form was made for: it is not good for another state.
     *
     * @param string[] $keys
     */
    public static function known(array $keys): string
    {
        sort($keys);

        return implode(',', $keys);
    }

    /**
     * @param mixed $keys
     * @return string[]
     */
    public static function keyIds($keys): array
    {
        $ids = [];
        foreach (View::items($keys) as $key) {
            if (is_string($key['access_key_id'] ?? null)) {
                $ids[] = $key['access_key_id'];
            }
        }

        return $ids;
    }

    /**
     * @param array<string, mixed> $result
     * @return Markup[]
     */
    private function buckets(array $result): array
    {
        $buckets = View::items($result['buckets']);
        $rows = [];
        foreach ($buckets as $bucket) {
            $rows[] = [
                BucketsPage::name($this->view, $bucket),
                Units::bytes($bucket['bytes'] ?? null),
                Units::text($bucket['created'] ?? null),
            ];
        }
        $sizes = array_filter(array_column($buckets, 'bytes'), 'is_int');

        return [
            Markup::tag('p', [], Texts::text(
                'user_buckets_total',
                is_int($result['total'] ?? null) ? $result['total'] : count($buckets),
                Units::bytes(array_sum($sizes))
            )),
            View::list([Texts::text('bucket'), Texts::text('size'), Texts::text('created')], $rows),
            $this->view->pager('user', ['user' => $this->userId], $result),
        ];
    }

    /**
     * @param mixed $service
     */
    private function usage($service): Markup
    {
        return $this->view->section(Texts::text('usage_title'), function () use ($service): array {
            $id = is_array($service) ? $service['service_id'] ?? null : null;
            if (!is_int($id) || ($service['client'] ?? null) !== $this->view->cluster->client()) {
                return [Markup::tag('p', [], Texts::text('usage_no_service'))];
            }

            return UsageSection::show($this->view, $this->userId, $id);
        });
    }

    private function address(): string
    {
        return $this->view->address('user', ['user' => $this->userId]);
    }

    /**
     * @param array<string, string> $hidden
     */
    private function form(string $action, string $button, array $hidden = [], string $style = 'default'): Markup
    {
        return Forms::action($this->address(), $action, Texts::text($button), $hidden, [], $style);
    }
}

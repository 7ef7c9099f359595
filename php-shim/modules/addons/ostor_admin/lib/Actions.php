<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Failure;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What the forms do. A form's action is looked up here; nothing else of it decides what is called.
 *
 * What destroys something, or locks somebody out, is done when it was confirmed.
 */
final class Actions
{
    /** Bytes of fields. */
    public const LONGEST_ACTION = 30;
    public const LONGEST_EMAIL = 254;
    public const LONGEST_ACCOUNT = 64;
    public const LONGEST_OBJECT = 1024;
    private const LONGEST_KEY = 128;

    /** Action of a form => method of this class, or of the page it stands on. */
    private const METHODS = [
        'create_user' => 'createUser',
        'delete_user' => 'deleteUser',
        'enable_user' => 'enableUser',
        'disable_user' => 'disableUser',
        'generate_key' => 'generateKey',
        'revoke_key' => 'revokeKey',
        'show_secrets' => 'showSecrets',
        'create_account' => 'createAccount',
        'delete_account' => 'deleteAccount',
        'set_limits' => 'setLimits',
        'delete_limits' => 'deleteLimits',
        'set_quota' => 'setQuota',
        'delete_quota' => 'deleteQuota',
        'delete_bucket' => 'deleteBucket',
        'delete_statistics' => 'deleteStatistics',
        'retry_job' => [DeletionsPage::class, 'retry'],
        'cancel_job' => [DeletionsPage::class, 'cancel'],
        'repair' => [DriftPage::class, 'repair'],
        'adopt' => [Adoption::class, 'one'],
        'adopt_all' => [Adoption::class, 'all'],
        'scrub_notes' => [NotesPage::class, 'scrub'],
    ];

    /** What an answer with a new key pair must hold. */
    private const PAIR = ['access_key_id' => 'string', 'secret_access_key' => 'string'];

    /** @var View */
    private $view;

    /** @var Request */
    private $request;

    /** @var Cluster */
    private $cluster;

    private function __construct(View $view)
    {
        $this->view = $view;
        $this->request = $view->request;
        $this->cluster = $view->cluster;
    }

    /**
     * @throws Failure when nothing was done, or its outcome is not known
     */
    public static function run(View $view): Outcome
    {
        $action = $view->request->field('action', self::LONGEST_ACTION);
        $method = self::METHODS[$action] ?? null;
        if ($method === null) {
            throw new Failure(Texts::text('action_unknown'));
        }

        return is_array($method) ? $method($view) : (new self($view))->$method();
    }

    private function createUser(): Outcome
    {
        $email = $this->request->filled('email', self::LONGEST_EMAIL);
        $user = $this->cluster->change('users.create', ['email' => $email], ['user_id' => 'string', 'keys' => 'array']);

        return Outcome::secret(
            Texts::text('done_create_user', $user['user_id'], $email),
            self::pairs($email, $user['keys']),
            $this->view->address('user', ['user' => $user['user_id']])
        );
    }

    private function deleteUser(): Outcome
    {
        $user = $this->request->userId();
        if (!$this->request->isConfirmed()) {
            return Outcome::question(Texts::text('confirm_delete_user', $user));
        }
        $result = $this->cluster->change('users.delete', ['user_id' => $user], ['deleted' => 'boolean']);

        return Outcome::done(
            Texts::text($result['deleted'] ? 'done_delete_user' : 'gone_user', $user),
            $this->view->address('users')
        );
    }

    private function enableUser(): Outcome
    {
        $user = $this->request->userId();
        $this->cluster->change('users.enable', ['user_id' => $user], ['enabled' => 'boolean']);

        return Outcome::done(Texts::text('done_enable_user', $user));
    }

    private function disableUser(): Outcome
    {
        $user = $this->request->userId();
        if (!$this->request->isConfirmed()) {
            return Outcome::question(Texts::text('confirm_disable_user', $user));
        }
        $this->cluster->change('users.disable', ['user_id' => $user], ['enabled' => 'boolean']);

        return Outcome::done(Texts::text('done_disable_user', $user));
    }

    private function generateKey(): Outcome
    {
        $owner = $this->keyOwner();
        $known = $this->request->field('known', 2 * self::LONGEST_KEY + 1);
        $keys = $this->cluster->ask('keys.list', $owner, ['keys' => 'array'])()['keys'];
        // A form that is sent a second time must not make a second key.
        if (UserPage::known(UserPage::keyIds($keys)) !== $known) {
            throw new Failure(Texts::text('keys_changed'));
        }
        $pair = $this->cluster->change('keys.generate', $owner, self::PAIR);

        return Outcome::secret(
            Texts::text('done_generate_key', $pair['access_key_id'], $this->ownerName()),
            self::pairs($this->ownerName(), [$pair])
        );
    }

    private function revokeKey(): Outcome
    {
        $owner = $this->keyOwner();
        $key = $this->key();
        if (!$this->request->isConfirmed()) {
            return Outcome::question(Texts::text('confirm_revoke_key', $key, $this->ownerName()));
        }
        $result = $this->cluster->change('keys.revoke', $owner + ['access_key_id' => $key], ['revoked' => 'boolean']);

        return Outcome::done(
            Texts::text($result['revoked'] ? 'done_revoke_key' : 'gone_key', $key, $this->ownerName())
        );
    }

    private function showSecrets(): Outcome
    {
        // Who loads the answer again sends the form again, and may be somebody else at the same desk.
        if (!Forms::redeem($this->request->field('ticket', 20))) {
            throw new Failure(Texts::text('secrets_again'));
        }
        $result = $this->cluster->reveal('keys.list', $this->keyOwner(), ['keys' => 'array']);

        return Outcome::secret(
            Texts::text('done_show_secrets', $this->ownerName()),
            self::pairs($this->ownerName(), $result['keys'])
        );
    }

    private function createAccount(): Outcome
    {
        $account = $this->request->filled('account', self::LONGEST_ACCOUNT);
        $result = $this->cluster->change('accounts.create', [
            'user_id' => $this->request->userId(),
            'name' => $account,
        ], ['keys' => 'array']);

        return Outcome::secret(
            Texts::text('done_create_account', $account),
            self::pairs($this->ownerName(), $result['keys'])
        );
    }

    private function deleteAccount(): Outcome
    {
        $user = $this->request->userId();
        $account = $this->request->filled('account', self::LONGEST_ACCOUNT);
        if (!$this->request->isConfirmed()) {
            return Outcome::question(Texts::text('confirm_delete_account', $account));
        }
        $result = $this->cluster->change('accounts.delete', [
            'user_id' => $user,
            'name' => $account,
        ], ['deleted' => 'boolean']);

        return Outcome::done(Texts::text($result['deleted'] ? 'done_delete_account' : 'gone_account', $account));
    }

    private function setLimits(): Outcome
    {
        $limits = LimitForms::changed($this->request);
        $result = $this->cluster->change('limits.set', $this->holder() + ['limits' => $limits], ['limits' => 'array']);

        return Outcome::done(Texts::text('done_limits', LimitForms::words($result['limits'])));
    }

    private function deleteLimits(): Outcome
    {
        $type = $this->request->field('type', 20);
        if (!in_array($type, ['', 'ops', 'bandwidth'], true)) {
            throw new Failure(Texts::text('limit_type_wrong'));
        }
        $params = $this->holder() + ($type === '' ? [] : ['type' => $type]);
        $result = $this->cluster->change('limits.delete', $params, ['limits' => 'array']);

        return Outcome::done(Texts::text('done_limits', LimitForms::words($result['limits'])));
    }

    private function setQuota(): Outcome
    {
        $holder = $this->quotaHolder();
        $quota = LimitForms::quotaOf($this->request);
        if (isset($holder['default']) && !$this->request->isConfirmed()) {
            $question = $holder['default'] === 'user' ? 'confirm_default_user' : 'confirm_default_bucket';

            return Outcome::question(Texts::text($question, $quota));
        }
        $result = $this->cluster->change('quotas.set', $holder + ['quota_gb' => $quota], ['quota_gb' => 'integer']);

        return Outcome::done(Texts::text('done_set_quota', $result['quota_gb']));
    }

    private function deleteQuota(): Outcome
    {
        $holder = $this->quotaHolder();
        if (isset($holder['default']) && !$this->request->isConfirmed()) {
            return Outcome::question(Texts::text('confirm_default_delete'));
        }
        $result = $this->cluster->change('quotas.delete', $holder);
        $left = $result['quota_gb'] ?? null;

        return Outcome::done(
            is_int($left) ? Texts::text('done_set_quota', $left) : Texts::text('done_delete_quota')
        );
    }

    private function deleteBucket(): Outcome
    {
        $bucket = $this->request->bucket();
        if (!$this->request->isConfirmed()) {
            return Outcome::question(Texts::text('confirm_delete_bucket', $bucket));
        }
        $result = $this->cluster->change('buckets.delete', ['bucket' => $bucket], ['deleted' => 'boolean']);

        return Outcome::done(
            Texts::text($result['deleted'] ? 'done_delete_bucket' : 'gone_bucket', $bucket),
            $this->view->address('buckets')
        );
    }

    private function deleteStatistics(): Outcome
    {
        $name = $this->request->filled('name', self::LONGEST_OBJECT);
        $discard = $this->request->field('discard', 1) === '1';
        if (!$this->request->isConfirmed()) {
            return Outcome::question(
                Texts::text($discard ? 'confirm_discard_statistics' : 'confirm_delete_statistics', $name)
            );
        }
        $result = $this->cluster->change(
            'statistics.delete',
            ['name' => $name] + ($discard ? ['discard' => true] : []),
            ['deleted' => 'boolean']
        );

        return Outcome::done(Texts::text($result['deleted'] ? 'done_delete_statistics' : 'gone_statistics', $name));
    }

    /**
     * The user of the address, or the sub-account of the form.
     *
     * @return array<string, string>
     */
    private function keyOwner(): array
    {
        $account = $this->request->field('account', self::LONGEST_ACCOUNT);

        return ['user_id' => $this->request->userId()] + ($account === '' ? [] : ['account' => $account]);
    }

    private function ownerName(): string
    {
        $account = $this->request->field('account', self::LONGEST_ACCOUNT);

        return $account === ''
            ? Texts::text('owner_user', $this->request->userId())
            : Texts::text('owner_account', $account);
    }

    private function key(): string
    {
        $key = $this->request->filled('key', self::LONGEST_KEY);
        if (preg_match('/^[0-9A-Za-z]+$/D', $key) !== 1) {
            throw new Failure(Texts::text('key_wrong', $key));
        }

        return $key;
    }

    /**
     * Whose limits the page is about.
     *
     * @return array<string, string>
     */
    private function holder(): array
    {
        return $this->request->page() === 'bucket'
            ? ['bucket' => $this->request->bucket()]
            : ['user_id' => $this->request->userId()];
    }

    /**
     * @return array<string, string>
     */
    private function quotaHolder(): array
    {
        if ($this->request->page() !== 'defaults') {
            return $this->holder();
        }
        $kind = $this->request->field('default', 10);
        if (!in_array($kind, DefaultsPage::KINDS, true)) {
            throw new Failure(Texts::text('default_wrong'));
        }

        return ['default' => $kind];
    }

    /**
     * @param mixed $keys
     * @return array<int, array{owner: string, id: string, secret: string}>
     */
    private static function pairs(string $owner, $keys): array
    {
        $pairs = [];
        foreach (View::items($keys) as $key) {
            $pairs[] = [
                'owner' => $owner,
                'id' => Units::text($key['access_key_id'] ?? null),
                'secret' => Units::text($key['secret_access_key'] ?? null),
            ];
        }

        return $pairs;
    }
}

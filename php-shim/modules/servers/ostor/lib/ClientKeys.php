<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What customers do to the keys of their service and its sub-accounts.
 *
 * Each method returns what the page tells: the key of a sentence (done), its values, and key pairs to show on this page
 * alone (pairs). It throws ClientRefusal or Failure otherwise.
 */
final class ClientKeys
{
    /** No product has more; "unlimited" stands for it. */
    private const MOST_SUB_ACCOUNTS = 10000;

    /** @var ClientService */
    private $service;

    /** @var Bridge */
    private $bridge;

    /** @var ModuleLog */
    private $log;

    public function __construct(ClientService $service, Bridge $bridge, ModuleLog $log)
    {
        $this->service = $service;
        $this->bridge = $bridge;
        $this->log = $log;
    }

    /**
     * A new pair beside the old one.
     *
     * @param string $subAccount '' for the user itself
     * @return array<string, mixed>
     */
    public function rotate(string $subAccount): array
    {
        $this->service->refuseChange();
        if ($subAccount === '') {
            $keys = new Keys($this->service->params(), $this->bridge, $this->log);
            $key = $keys->rotate(['user_id' => $this->service->params()->userId()])[1];
        } else {
            $key = $this->call('RotateKeys', ['sub_account' => $subAccount], [
                'access_key_id' => 'string',
                'secret_access_key' => 'string',
            ]);
        }

        return [
            'done' => 'done_rotated',
            'values' => ['key' => $key['access_key_id']],
            'pairs' => self::pairs($subAccount, [$key]),
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function revoke(string $subAccount, string $accessKeyId): array
    {
        $this->service->refuseChange();
        $this->call('RevokeKey', ['access_key_id' => $accessKeyId] + self::sub($subAccount), ['revoked' => 'boolean']);

        return ['done' => 'done_revoked', 'values' => ['key' => $accessKeyId]];
    }

    /**
     * The secret keys, for the page that answers the form. They are not in the session, an address or a log.
     *
     * @return array<string, mixed>
     */
    public function show(string $subAccount): array
    {
        $this->service->refuseForeignForm();
        if (!$this->service->hasUser()) {
            throw new ClientRefusal('not_active');
        }
        $keys = $this->call('ShowKeys', self::sub($subAccount), ['keys' => 'array'])['keys'];

        return ['done' => 'done_shown', 'pairs' => self::pairs($subAccount, $keys)];
    }

    /**
     * @return array<string, mixed>
     */
    public function create(string $name): array
    {
        $this->service->refuseChange();
        $this->refuseName($name);
        $most = $this->service->params()->amount(Settings::SUB_ACCOUNTS, self::MOST_SUB_ACCOUNTS);
        $key = $this->call('CreateSubAccount', ['name' => $name, 'most' => $most], [
            'access_key_id' => 'string',
            'secret_access_key' => 'string',
        ]);

        return [
            'done' => 'done_created',
            'values' => ['name' => $name],
            'pairs' => self::pairs($name, [$key]),
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function delete(string $name): array
    {
        $this->service->refuseChange();
        $this->refuseName($name);
        $this->call('DeleteSubAccount', ['name' => $name], ['deleted' => 'boolean']);

        return ['done' => 'done_deleted', 'values' => ['name' => $name]];
    }

    /**
     * @param array<string, mixed> $params
     * @param array<string, string> $members
     * @return array<string, mixed>
     */
    private function call(string $method, array $params, array $members): array
    {
        return $this->bridge->call($method, $this->service->named() + $params, $members);
    }

    private function refuseName(string $name): void
    {
        if (preg_match('/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/D', $name) !== 1) {
            throw new ClientRefusal('sub_name_wrong');
        }
    }

    /**
     * @return array<string, string>
     */
    private static function sub(string $subAccount): array
    {
        return $subAccount === '' ? [] : ['sub_account' => $subAccount];
    }

    /**
     * @param array<int, mixed> $keys
     * @return array<int, array{name: string, key: string, secret: string}>
     */
    private static function pairs(string $subAccount, array $keys): array
    {
        $pairs = [];
        foreach ($keys as $key) {
            if (is_string($key['access_key_id'] ?? null) && is_string($key['secret_access_key'] ?? null)) {
                $pairs[] = [
                    'name' => $subAccount,
                    'key' => $key['access_key_id'],
                    'secret' => $key['secret_access_key'],
                ];
            }
        }

        return $pairs;
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Kernel;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Host;

/**
 * The username and password WHMCS invents before the first CreateAccount: up to eight
 * letters of the domain and ten letters and digits. Both are stored before the call,
 * so a repeated create gets the same ones.
 */
final class Credentials
{
    private const USERNAME_LETTERS = 8;
    private const PASSWORD_LENGTH = 10;
    private const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

    public function __construct(private readonly Host $host)
    {
    }

    public function prepare(int $serviceId, Parameters $parameters): void
    {
        $service = Capsule::table('tblhosting')->find($serviceId);
        $changes = [];
        if ($service->server === 0) {
            $changes['server'] = self::pickServer((int) $service->packageid);
        }
        if ($service->username === '') {
            $params = $parameters->forService($serviceId, 'Create');
            $overrides = array_filter(
                $this->host->hooks->run('OverrideModuleUsernameGeneration', ['params' => $params]),
                'is_string'
            );
            $changes['username'] = end($overrides) ?: self::username($service->domain);
        }
        if ($service->password === '') {
            $changes['password'] = $this->host->encryption->encrypt(self::random(self::ALPHABET, self::PASSWORD_LENGTH));
        }
        if ($changes !== []) {
            Capsule::table('tblhosting')->where('id', $serviceId)->update($changes);
        }
    }

    /** The first enabled server of the product's group, else the module's default server, else 0. */
    public static function pickServer(int $productId): int
    {
        $product = Capsule::table('tblproducts')->find($productId);
        $servers = Capsule::table('tblservers')->where(['type' => $product->servertype, 'disabled' => 0]);
        if ($product->servergroup !== 0) {
            $servers->whereIn(
                'id',
                Capsule::table('tblservergroupsrel')->where('groupid', $product->servergroup)->pluck('serverid')
            );
        }
        return (int) $servers->orderByDesc('active')->orderBy('id')->value('id');
    }

    private static function username(string $domain): string
    {
        $letters = substr((string) preg_replace('/[^a-z]/', '', strtolower($domain)), 0, self::USERNAME_LETTERS);
        return $letters !== '' ? $letters : self::random('abcdefghijklmnopqrstuvwxyz', self::USERNAME_LETTERS);
    }

    private static function random(string $alphabet, int $length): string
    {
        $text = '';
        while (strlen($text) < $length) {
            $text .= $alphabet[random_int(0, strlen($alphabet) - 1)];
        }
        return $text;
    }
}

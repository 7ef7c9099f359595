<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Where WHMCS keeps the S3 user and key pair of a service.
 */
final class Credentials
{
    /** The property WHMCS keeps as a custom field of the product. */
    public const KEY = 'Access Key ID';

    /**
     * @param object $properties of the service
     * @param array<string, mixed> $account result of CreateAccount
     * @throws Failure when WHMCS could not store all of it
     */
    public static function store(object $properties, array $account): void
    {
        // WHMCS keeps Username and Password (encrypted) in the service's own columns, the rest as a custom field.
        self::save($properties, [
            'Username' => $account['user_id'],
            'Password' => $account['secret_access_key'],
            self::KEY => $account['access_key_id'],
        ], $account['user_id']);
    }

    /**
     * @param array<string, string> $values by property
     * @param string $userId for the sentence
     * @throws Failure
     */
    public static function save(object $properties, array $values, string $userId): void
    {
        try {
            $properties->save($values);
        } catch (\Throwable $problem) {
            throw new Failure(Lang::text('not_stored', $userId, $problem->getMessage()), 0, $problem);
        }
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

use WHMCS\Service\Status;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The accounts of a cluster as WHMCS's Server Sync compares them with its services.
 *
 * The list is complete or refused: Server Sync offers to terminate the services it does not find on it.
 */
final class AccountList
{
    /**
     * @return array<int, array<string, string>>
     * @throws Failure when a page fails or holds an account that cannot be told apart or understood
     */
    public static function read(Pages $pages): array
    {
        $found = [];
        $services = [];
        $read = static function (array $page) use (&$found, &$services): array {
            $accounts = [];
            foreach (array_values($page['accounts']) as $position => $account) {
                $service = $account['service_id'] ?? null;
                if (!is_int($service) || $service < 1 || isset($services[$service])) {
                    throw Pages::unusable($position, 'service_id');
                }
                $user = $account['user_id'] ?? null;
                if (!Params::isUserId($user) || isset($found[$user]) || isset($accounts[$user])) {
                    throw Pages::unusable($position, 'user_id');
                }
                $services[$service] = true;
                $accounts[$user] = self::account($account, $position);
            }

            return $accounts;
        };
        foreach ($pages->read($read) as $accounts) {
            $found += $accounts;
        }

        return array_values($found);
    }

    /**
     * @param array<string, mixed> $account
     * @return array<string, string>
     */
    private static function account(array $account, int $position): array
    {
        $states = ['active' => Status::ACTIVE, 'suspended' => Status::SUSPENDED];
        $state = $account['state'] ?? null;
        if (!is_string($state) || !isset($states[$state])) {
            throw Pages::unusable($position, 'state');
        }
        $email = $account['email'] ?? '';
        if (!is_string($email)) {
            throw Pages::unusable($position, 'email');
        }
        $quota = $account['quota_gb'] ?? null;
        if ($quota !== null && (!is_int($quota) || $quota < 1)) {
            throw Pages::unusable($position, 'quota_gb');
        }
        $created = self::localTime($account['created'] ?? null);
        if ($created === null) {
            throw Pages::unusable($position, 'created');
        }

        return [
            'email' => $email,
            'username' => $account['user_id'],
            'domain' => '',
            'uniqueIdentifier' => $account['user_id'],
            // Compared with the product's setting "Storage quota (GB)".
            'product' => $quota === null ? 'unlimited' : (string) $quota,
            'primaryip' => '',
            'created' => $created,
            'status' => $states[$state],
        ];
    }

    /**
     * An RFC 3339 time as WHMCS writes times: in PHP's time zone.
     *
     * @param mixed $time
     */
    private static function localTime($time): ?string
    {
        $pattern = '/^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/D';
        if (!is_string($time) || preg_match($pattern, $time, $part) !== 1) {
            return null;
        }
        $seconds = checkdate((int) $part[2], (int) $part[3], (int) $part[1]) ? strtotime($time) : false;

        return $seconds === false ? null : date('Y-m-d H:i:s', $seconds);
    }
}

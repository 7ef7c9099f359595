<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Ostor\Credentials;
use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Params;
use WHMCS\Module\Server\Ostor\Server;
use WHMCS\Module\Server\Ostor\Whmcs;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The services WHMCS has on a cluster, as the bridge compares them with its own records.
 */
final class Services
{
    /** Rows asked for at once. */
    private const AT_ONCE = 1000;

    /** Statuses of services that may have an S3 user to adopt. */
    private const LIVING = ['Active', 'Suspended'];

    /** Bytes of an address the bridge takes. */
    private const LONGEST_EMAIL = 254;

    private const COLUMNS = ['id', 'userid', 'packageid', 'server', 'username', 'domainstatus'];

    private const ADDRESS = '/[a-z0-9.!#$%&\'*+\/=?^_`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/i';

    /**
     * What drift is looked for in: the services of a cluster, whatever their status.
     *
     * @return array<int, array<string, mixed>>
     */
    public static function compared(Cluster $cluster): array
    {
        $rows = self::rows(self::servers($cluster), array_keys(self::products()));

        return self::describe($rows);
    }

    /**
     * The same of one service, null when WHMCS has none of that number on the cluster.
     *
     * @return array<string, mixed>|null
     */
    public static function one(Cluster $cluster, int $serviceId): ?array
    {
        $row = Capsule::table('tblhosting')->where('id', $serviceId)->first();
        $isThere = $row !== null && isset(self::products()[(int) $row->packageid])
            && in_array((int) $row->server, self::servers($cluster), true);

        return $isThere ? self::describe([$row])[0] : null;
    }

    /**
     * The services that may have an S3 user, with all that hints at which one. Those of a product that had another
     * module when they were ordered have no server yet.
     *
     * @return array<int, array<string, mixed>> by number: id, client, server, user and key as stored (null and '' for
     *     none), and the evidence for the bridge
     */
    public static function adoptable(Cluster $cluster): array
    {
        $servers = self::servers($cluster);
        $products = self::products();
        $rows = self::rows($servers, array_keys($products));
        $serverless = array_filter($products, self::serves($servers));
        $rows = array_merge($rows, self::rows([0], array_keys($serverless)));
        $rows = array_filter($rows, static function (object $row): bool {
            return in_array($row->domainstatus, self::LIVING, true);
        });
        $services = [];
        $keys = self::keys();
        foreach ($rows as $row) {
            $username = Params::decode((string) $row->username);
            $services[(int) $row->id] = [
                'id' => (int) $row->id,
                'client' => (int) $row->userid,
                'server' => (int) $row->server,
                'user' => Params::isUserId($username) ? $username : null,
                'key' => $keys[(int) $row->id] ?? '',
            ];
        }
        ksort($services);

        return self::withEvidence($services);
    }

    /**
     * Such a service by its number.
     *
     * @return array<string, mixed>
     * @throws Failure when there is none
     */
    public static function adoptableOne(Cluster $cluster, int $serviceId): array
    {
        $service = self::adoptable($cluster)[$serviceId] ?? null;
        if ($service === null) {
            throw new Failure(Texts::text('service_not_adoptable', $serviceId));
        }

        return $service;
    }

    /**
     * Whether WHMCS has a service of that number, of whatever module and status.
     */
    public static function isThere(int $serviceId): bool
    {
        return Capsule::table('tblhosting')->where('id', $serviceId)->first() !== null;
    }

    /**
     * What was typed as a service's number.
     *
     * @throws Failure
     */
    public static function number(string $text): int
    {
        if (preg_match('/^[1-9][0-9]{0,9}$/D', $text) !== 1) {
            throw new Failure(Texts::text('service_wrong', $text));
        }

        return (int) $text;
    }

    /**
     * The server records that lead to a cluster under the same name of this WHMCS: one cluster may have several.
     *
     * @return int[]
     */
    public static function servers(Cluster $cluster): array
    {
        $ids = [];
        foreach (Whmcs::servers() as $id => $server) {
            try {
                if ($id === $cluster->serverId() || $cluster->isThatOf(new Server($server['params']))) {
                    $ids[] = $id;
                }
            } catch (Failure $failure) {
                // A record that is not filled in yet has no services.
                continue;
            }
        }

        return $ids;
    }

    /**
     * @return array<int, int> id of each product of the module => its server group
     */
    private static function products(): array
    {
        $products = [];
        foreach (Capsule::table('tblproducts')->where('servertype', 'ostor')->get() as $row) {
            $products[(int) $row->id] = (int) $row->servergroup;
        }

        return $products;
    }

    /**
     * Whether a server group leads to these servers and no other cluster's.
     *
     * @param int[] $servers
     * @return callable(int): bool
     */
    private static function serves(array $servers): callable
    {
        $groups = [];
        foreach (Capsule::table('tblservergroupsrel')->whereIn('serverid', $servers)->get() as $row) {
            $groups[(int) $row->groupid] = true;
        }
        $isOnlyCluster = count(Whmcs::servers()) === count($servers);

        return static function (int $group) use ($groups, $isOnlyCluster): bool {
            return $group === 0 ? $isOnlyCluster : isset($groups[$group]);
        };
    }

    /**
     * @param int[] $servers
     * @param int[] $products
     * @return object[] of tblhosting
     */
    private static function rows(array $servers, array $products): array
    {
        $rows = [];
        $found = Capsule::table('tblhosting')->whereIn('server', $servers)->whereIn('packageid', $products);
        foreach ($found->orderBy('id')->get(self::COLUMNS) as $row) {
            $rows[] = $row;
        }

        return $rows;
    }

    /**
     * @param object[] $rows
     * @return array<int, array<string, mixed>>
     */
    private static function describe(array $rows): array
    {
        $emails = self::emails(array_column($rows, 'userid'));
        $services = [];
        foreach ($rows as $row) {
            $username = Params::decode((string) $row->username);
            $services[] = [
                'service_id' => (int) $row->id,
                'client_id' => (int) $row->userid,
                'email' => $emails[(int) $row->userid] ?? '',
                'status' => (string) $row->domainstatus,
                'user_id' => Params::isUserId($username) ? $username : null,
            ];
        }

        return $services;
    }

    /**
     * @param array<int, array<string, mixed>> $services
     * @return array<int, array<string, mixed>>
     */
    private static function withEvidence(array $services): array
    {
        $clients = array_column($services, 'client');
        $emails = self::emails($clients);
        $noted = SecretNotes::keyIds();
        $strangers = array_filter($services, static function (array $service) use ($noted): bool {
            return $service['user'] === null && !isset($noted[$service['client']]);
        });
        $former = self::formerEmails(array_column($strangers, 'client'));
        foreach ($services as $id => $service) {
            $client = $service['client'];
            $email = $emails[$client] ?? '';
            // A client's notes are about no service in particular: not about one whose user is known.
            $keys = $service['user'] === null ? $noted[$client] ?? [] : [];
            $services[$id]['evidence'] = [
                'service_id' => $id,
                'client_id' => $client,
                'email' => $email,
                'former_emails' => array_values(array_diff($former[$client] ?? [], [strtolower($email)])),
                'user_id' => $service['user'],
                'access_key_ids' => $service['key'] === '' ? $keys : [$service['key']],
            ];
        }

        return $services;
    }

    /**
     * @param mixed[] $clients
     * @return array<int, string> as typed
     */
    private static function emails(array $clients): array
    {
        $emails = [];
        foreach (self::chunks($clients) as $chunk) {
            foreach (Capsule::table('tblclients')->whereIn('id', $chunk)->get(['id', 'email']) as $row) {
                $email = Params::decode((string) $row->email);
                $emails[(int) $row->id] = self::isAddress($email) ? $email : '';
            }
        }

        return $emails;
    }

    /**
     * Addresses clients had, as far as the activity log tells, and those of the people who log in for them.
     *
     * @param mixed[] $clients
     * @return array<int, string[]> in lower case
     */
    private static function formerEmails(array $clients): array
    {
        $found = [];
        foreach (self::chunks($clients) as $chunk) {
            $lines = Capsule::table('tblactivitylog')->whereIn('userid', $chunk);
            foreach ($lines->where('description', 'like', '%Modified%mail%')->get(['userid', 'description']) as $line) {
                preg_match_all(self::ADDRESS, Params::decode((string) $line->description), $addresses);
                foreach ($addresses[0] as $address) {
                    $found[(int) $line->userid][] = strtolower(ltrim($address, '\''));
                }
            }
            $owners = [];
            foreach (Capsule::table('tblusers_clients')->whereIn('client_id', $chunk)->get() as $row) {
                $owners[(int) $row->auth_user_id][] = (int) $row->client_id;
            }
            foreach (Capsule::table('tblusers')->whereIn('id', array_keys($owners))->get(['id', 'email']) as $user) {
                foreach ($owners[(int) $user->id] as $client) {
                    $found[$client][] = strtolower(Params::decode((string) $user->email));
                }
            }
        }

        return array_map(static function (array $addresses): array {
            return array_values(array_filter(array_unique($addresses), [self::class, 'isAddress']));
        }, $found);
    }

    /**
     * Whether the bridge takes it: whatever else stands there must not keep all others from being compared.
     */
    private static function isAddress(string $text): bool
    {
        return strlen($text) <= self::LONGEST_EMAIL && preg_match('/^\P{Cc}+$/Du', $text) === 1;
    }

    /**
     * @return array<int, string> access key ids by service
     */
    private static function keys(): array
    {
        $fields = [];
        foreach (Capsule::table('tblcustomfields')->where('type', 'product')->get(['id', 'fieldname']) as $field) {
            if (explode('|', (string) $field->fieldname, 2)[0] === Credentials::KEY) {
                $fields[] = (int) $field->id;
            }
        }
        $keys = [];
        foreach (Capsule::table('tblcustomfieldsvalues')->whereIn('fieldid', $fields)->get(['relid', 'value']) as $row) {
            if ((string) $row->value !== '') {
                $keys[(int) $row->relid] = (string) $row->value;
            }
        }

        return $keys;
    }

    /**
     * @param mixed[] $ids
     * @return int[][]
     */
    private static function chunks(array $ids): array
    {
        return array_chunk(array_values(array_unique(array_map('intval', $ids))), self::AT_ONCE);
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

use WHMCS\Authentication\CurrentUser;
use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What pages read from WHMCS itself: server records, services, and who is at work.
 */
final class Whmcs
{
    /** Bytes of a name the bridge takes for its audit. */
    private const LONGEST_ACTOR = 200;

    /**
     * The server records of the module.
     *
     * @return array<int, array{name: string, params: Params}> server id => record
     */
    public static function servers(): array
    {
        self::needDatabase();
        $servers = [];
        foreach (Capsule::table('tblservers')->where('type', 'ostor')->orderBy('id')->get() as $row) {
            $servers[(int) $row->id] = [
                'name' => Params::decode((string) $row->name),
                'params' => new Params([
                    'serverid' => $row->id,
                    'serverip' => $row->ipaddress,
                    'serverhostname' => $row->hostname,
                    'serverusername' => $row->username,
                    'serverpassword' => \decrypt($row->password),
                    'serveraccesshash' => $row->accesshash,
                    'serversecure' => $row->secure,
                    'serverport' => $row->port,
                ]),
            ];
        }

        return $servers;
    }

    /**
     * A client's services of the module's products, by id.
     *
     * @return array<int, array{id: int, server: int, product: string, status: string, username: string,
     *     disk: int, updated: string}> disk in MB
     */
    public static function services(int $clientId): array
    {
        self::needDatabase();
        $products = [];
        foreach (Capsule::table('tblproducts')->where('servertype', 'ostor')->get() as $row) {
            $products[(int) $row->id] = Params::decode((string) $row->name);
        }
        $services = [];
        foreach (Capsule::table('tblhosting')->where('userid', $clientId)->orderBy('id')->get() as $row) {
            if (isset($products[(int) $row->packageid])) {
                $services[] = [
                    'id' => (int) $row->id,
                    'server' => (int) $row->server,
                    'product' => $products[(int) $row->packageid],
                    'status' => (string) $row->domainstatus,
                    'username' => (string) $row->username,
                    'disk' => (int) $row->diskusage,
                    'updated' => (string) $row->lastupdate,
                ];
            }
        }

        return $services;
    }

    /**
     * What WHMCS holds of a service, null when there is none.
     *
     * @return array{client: int, product: int, status: string, username: string, reason: string, disk: int,
     *     disk_limit: int, bandwidth: int, bandwidth_limit: int, updated: string|null} figures in MB, 0 as a limit is unlimited
     */
    public static function service(int $serviceId): ?array
    {
        self::needDatabase();
        $row = Capsule::table('tblhosting')->where('id', $serviceId)->first();
        if ($row === null) {
            return null;
        }
        $updated = (string) $row->lastupdate;

        return [
            'client' => (int) $row->userid,
            'product' => (int) $row->packageid,
            'status' => (string) $row->domainstatus,
            'username' => (string) $row->username,
            'reason' => trim(Params::decode((string) $row->suspendreason)),
            'disk' => (int) $row->diskusage,
            'disk_limit' => (int) $row->disklimit,
            'bandwidth' => (int) $row->bwusage,
            'bandwidth_limit' => (int) $row->bwlimit,
            'updated' => $updated === '' || strpos($updated, '0000') === 0 ? null : $updated,
        ];
    }

    /**
     * Whether a product is one of this module.
     */
    public static function sells(int $productId): bool
    {
        self::needDatabase();

        return Capsule::table('tblproducts')->where('id', $productId)->value('servertype') === 'ostor';
    }

    /**
     * Address of WHMCS with a slash at its end, '' when it is not known.
     */
    public static function address(): string
    {
        self::needDatabase();
        $address = (string) Capsule::table('tblconfiguration')->where('setting', 'SystemURL')->value('value');

        return $address === '' ? '' : rtrim($address, '/') . '/';
    }

    /**
     * Id of the client in whose name somebody uses the client area, or null.
     */
    public static function visitor(): ?int
    {
        if (!class_exists(CurrentUser::class)) {
            return null;
        }
        $client = (new CurrentUser())->client();

        return $client === null ? null : (int) $client->id;
    }

    /**
     * The owner of a service, or null when WHMCS has no such service.
     */
    public static function clientOf(int $serviceId): ?int
    {
        self::needDatabase();
        $client = Capsule::table('tblhosting')->where('id', $serviceId)->value('userid');

        return $client === null ? null : (int) $client;
    }

    /**
     * A client's e-mail address, '' when WHMCS has no such client.
     */
    public static function emailOf(int $clientId): string
    {
        self::needDatabase();

        return Params::decode((string) Capsule::table('tblclients')->where('id', $clientId)->value('email'));
    }

    /**
     * The language of the client who is logged in, in WHMCS's words, '' when none is chosen or known.
     */
    public static function languageOfVisitor(): string
    {
        try {
            $client = self::visitor();
            if ($client === null) {
                return '';
            }
            self::needDatabase();

            return strtolower((string) Capsule::table('tblclients')->where('id', $client)->value('language'));
        } catch (\Throwable $problem) {
            // A page in the language of WHMCS is better than none.
            return '';
        }
    }

    /**
     * The language of clients who have chosen none, in WHMCS's words, '' when it is not known.
     */
    public static function language(): string
    {
        try {
            self::needDatabase();

            return strtolower((string) Capsule::table('tblconfiguration')->where('setting', 'Language')->value('value'));
        } catch (\Throwable $problem) {
            // A page in English is better than none.
            return '';
        }
    }

    /**
     * Whether the addon ostor_admin is active, so that links may lead there.
     */
    public static function hasAddon(): bool
    {
        self::needDatabase();

        return Capsule::table('tbladdonmodules')->where('module', Links::ADDON)->value('module') !== null;
    }

    /**
     * Id of the admin who is logged in, or null.
     */
    public static function adminId(): ?int
    {
        $id = $_SESSION['adminid'] ?? null;

        return is_numeric($id) && (int) $id > 0 ? (int) $id : null;
    }

    /**
     * Who is at work, for the bridge's audit: the admin's user name.
     */
    public static function actor(): string
    {
        $id = self::adminId();
        if ($id === null) {
            return 'WHMCS';
        }
        $name = '';
        try {
            self::needDatabase();
            $name = Params::decode((string) Capsule::table('tbladmins')->where('id', $id)->value('username'));
        } catch (\Throwable $problem) {
            // The number names the admin as well.
            $name = '';
        }

        return $name === '' || strlen($name) > self::LONGEST_ACTOR ? 'admin ' . $id : $name;
    }

    private static function needDatabase(): void
    {
        if (!class_exists(Capsule::class)) {
            throw new Failure(Lang::text('database_missing'));
        }
    }
}

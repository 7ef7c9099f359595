<?php

declare(strict_types=1);

namespace WhmcsSandbox\Kernel;

use WHMCS\Database\Capsule;
use WHMCS\Service\Service;
use WhmcsSandbox\Billing\ConfigurableOptions;
use WhmcsSandbox\Host\Clients;
use WhmcsSandbox\Host\CustomFields;
use WhmcsSandbox\Host\Encryption;

/** Builds $params: ids are integers, module settings strings, secrets decrypted. */
final class Parameters
{
    public const WHMCS_VERSION = '8.13.1-release.1';

    public function __construct(private readonly Encryption $encryption)
    {
    }

    /** @return array<string, mixed> */
    public function forService(int $serviceId, string $action): array
    {
        $service = Capsule::table('tblhosting')->find($serviceId);
        $product = Capsule::table('tblproducts')->find($service->packageid);
        $params = [
            'whmcsVersion' => self::WHMCS_VERSION,
            'accountid' => (int) $service->id,
            'serviceid' => (int) $service->id,
            'addonId' => 0,
            'userid' => (int) $service->userid,
            'domain' => $service->domain,
            'username' => $service->username,
            'password' => $this->encryption->decrypt($service->password),
            'packageid' => (int) $product->id,
            'pid' => (int) $product->id,
            'serverid' => (int) $service->server,
            'status' => $service->domainstatus,
            'type' => $product->type,
            'producttype' => $product->type,
            'moduletype' => $product->servertype,
        ];
        for ($n = 1; $n <= 24; $n++) {
            $params["configoption$n"] = (string) $product->{"configoption$n"};
        }
        return $params + [
            'clientsdetails' => Clients::details((int) $service->userid),
            'customfields' => CustomFields::values((int) $service->id, (int) $product->id),
            'configoptions' => ConfigurableOptions::values((int) $service->id, (int) $product->id),
            'model' => Service::find($service->id),
            'action' => $action,
        ] + $this->serverPart((int) $service->server);
    }

    /** @return array<string, mixed> as TestConnection, UsageUpdate and metric functions get them */
    public function forServer(int $serverId, string $action): array
    {
        $server = Capsule::table('tblservers')->find($serverId);
        return ['whmcsVersion' => self::WHMCS_VERSION, 'moduletype' => $server->type, 'action' => $action]
            + $this->serverPart($serverId);
    }

    /** @return array<string, mixed> the same keys with empty values when there is no server */
    private function serverPart(int $serverId): array
    {
        $server = Capsule::table('tblservers')->find($serverId);
        $secure = ($server->secure ?? '') === 'on';
        return [
            'server' => $server !== null,
            'serverid' => $serverId,
            'serverip' => $server->ipaddress ?? '',
            'serverhostname' => $server->hostname ?? '',
            'serverusername' => $server->username ?? '',
            'serverpassword' => $this->encryption->decrypt($server->password ?? ''),
            'serveraccesshash' => $server->accesshash ?? '',
            'serversecure' => $secure,
            'serverhttpprefix' => $secure ? 'https' : 'http',
            'serverport' => (string) ($server->port ?? ''),
        ];
    }
}

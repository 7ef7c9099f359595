<?php

declare(strict_types=1);

namespace WhmcsSandbox\Kernel;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\CustomFields;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Refusal;

/**
 * Which service a remote account belongs to: the field the module names in its MetaData holds the account's unique
 * id. Server Sync and usage metrics join on it alike. Ids are compared exactly.
 */
final class Tenants
{
    private const FIELD = 'ListAccountsUniqueIdentifierField';
    private const CUSTOM_FIELD = 'customfield.';

    private function __construct(private readonly string $field)
    {
    }

    /** @throws Refusal when the module names no field; WHMCS's own choice then is not documented */
    public static function ofModule(Host $host, string $module): self
    {
        $field = (string) ($host->modules->metaData($module)[self::FIELD] ?? '');
        if (!in_array($field, ['domain', 'username'], true) && !preg_match('/^customfield\../', $field)) {
            $host->defects->add("{$module}_MetaData gives '$field' as " . self::FIELD
                . '; it is domain, username or customfield.NAME');
            throw new Refusal("The module '$module' does not say which field of a service holds the tenant id.");
        }
        return new self($field);
    }

    /** The tenant id of a service, '' when it has none (yet). */
    public function of(object $service): string
    {
        if (!str_starts_with($this->field, self::CUSTOM_FIELD)) {
            return $service->{$this->field};
        }
        $values = CustomFields::values((int) $service->id, (int) $service->packageid);
        return $values[substr($this->field, strlen(self::CUSTOM_FIELD))] ?? '';
    }

    /** Gives a service a tenant id. */
    public function assign(int $serviceId, int $productId, string $tenant): void
    {
        if (str_starts_with($this->field, self::CUSTOM_FIELD)) {
            CustomFields::save($serviceId, $productId, substr($this->field, strlen(self::CUSTOM_FIELD)), $tenant);
        } else {
            Capsule::table('tblhosting')->where('id', $serviceId)->update([$this->field => $tenant]);
        }
    }

    /**
     * The services of a server by tenant id, of every status; those without an id are left out.
     *
     * @return array<string, list<object>>
     */
    public function onServer(int $serverId): array
    {
        $tenants = [];
        foreach (Capsule::table('tblhosting')->where('server', $serverId)->orderBy('id')->get() as $service) {
            $tenants[$this->of($service)][] = $service;
        }
        unset($tenants['']);
        return $tenants;
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Database\Capsule;

/**
 * $params['model']->serviceProperties: some documented names are core columns of the
 * service, every other name is a custom field that is made when it is missing.
 */
final class ServiceProperties
{
    // "License Key" is documented as a core column without saying which; tblhosting
    // has none of that name, so the domain column is assumed.
    private const CORE_COLUMNS = [
        'Username' => 'username',
        'Password' => 'password',
        'Domain' => 'domain',
        'License Key' => 'domain',
        'Dedicated IP' => 'dedicatedip',
        'Disk Usage' => 'diskusage',
        'Disk Limit' => 'disklimit',
        'Bandwidth Usage' => 'bwusage',
        'Bandwidth Limit' => 'bwlimit',
        'Last Update' => 'lastupdate',
    ];

    public function __construct(private readonly int $serviceId)
    {
    }

    /** @param array<string, string|int|float|null> $values by property name */
    public function save(array $values): void
    {
        foreach ($values as $name => $value) {
            $column = self::CORE_COLUMNS[$name] ?? null;
            $value = (string) $value;
            if ($column === null) {
                CustomFields::save($this->serviceId, $this->productId(), (string) $name, $value);
                continue;
            }
            $stored = $name === 'Password' ? Host::current()->encryption->encrypt($value) : $value;
            Capsule::table('tblhosting')->where('id', $this->serviceId)->update([$column => $stored]);
        }
    }

    /** The value, '' for a property that does not exist. */
    public function get(string $name): string
    {
        $column = self::CORE_COLUMNS[$name] ?? null;
        if ($column === null) {
            return CustomFields::values($this->serviceId, $this->productId())[$name] ?? '';
        }
        $value = (string) Capsule::table('tblhosting')->where('id', $this->serviceId)->value($column);
        return $name === 'Password' ? Host::current()->encryption->decrypt($value) : $value;
    }

    private function productId(): int
    {
        return (int) Capsule::table('tblhosting')->where('id', $this->serviceId)->value('packageid');
    }
}

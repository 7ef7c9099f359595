<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Database\Capsule;

/** Product custom fields and their values per service. */
final class CustomFields
{
    /**
     * Every field of the service's product; the key is the part before a pipe.
     *
     * @return array<string, string>
     */
    public static function values(int $serviceId, int $productId): array
    {
        $fields = Capsule::table('tblcustomfields')->where(['type' => 'product', 'relid' => $productId])->get();
        $values = Capsule::table('tblcustomfieldsvalues')->where('relid', $serviceId)->pluck('value', 'fieldid');
        $result = [];
        foreach ($fields as $field) {
            $result[self::key($field->fieldname)] = (string) ($values[$field->id] ?? '');
        }
        return $result;
    }

    /** Stores a value, making an admin-only text field when the product has none of that name. */
    public static function save(int $serviceId, int $productId, string $name, string $value): void
    {
        $fieldId = self::find($productId, $name) ?? Capsule::table('tblcustomfields')->insertGetId([
            'type' => 'product',
            'relid' => $productId,
            'fieldname' => $name,
            'fieldtype' => 'text',
            'adminonly' => 'on',
        ]);
        Capsule::table('tblcustomfieldsvalues')->updateOrInsert(
            ['fieldid' => $fieldId, 'relid' => $serviceId],
            ['value' => $value]
        );
    }

    /** Carries the values over to the fields of the same names of another product. */
    public static function move(int $serviceId, int $fromProductId, int $toProductId): void
    {
        foreach (self::values($serviceId, $fromProductId) as $name => $value) {
            if (self::find($toProductId, $name) !== null) {
                self::save($serviceId, $toProductId, $name, $value);
            }
        }
    }

    private static function find(int $productId, string $name): ?int
    {
        $fields = Capsule::table('tblcustomfields')->where(['type' => 'product', 'relid' => $productId])->get();
        foreach ($fields as $field) {
            if (self::key($field->fieldname) === $name) {
                return (int) $field->id;
            }
        }
        return null;
    }

    private static function key(string $fieldName): string
    {
        return explode('|', $fieldName, 2)[0];
    }
}

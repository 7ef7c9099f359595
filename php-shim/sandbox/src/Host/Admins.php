<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Database\Capsule;

/** Administrators, their roles and what a role may do. */
final class Admins
{
    public const LIST_CLIENTS = 'List Clients';
    public const CLIENT_SUMMARY = 'View Clients Summary';
    public const VIEW_SERVICES = 'View Clients Products/Services';
    public const EDIT_SERVICES = 'Edit Clients Products/Services';
    public const SERVER_OPERATIONS = 'Perform Server Operations';
    public const ADDONS = 'Addon Modules';
    public const CONFIGURE_ADDONS = 'Configure Addon Modules';
    public const PRODUCTS = 'View Products/Services';
    public const EDIT_PRODUCTS = 'Edit Products/Services';
    public const ACTIVITY_LOG = 'View Activity Log';
    public const MODULE_LOG = 'View Module Debug Log';

    private const READING = [self::LIST_CLIENTS, self::CLIENT_SUMMARY, self::VIEW_SERVICES];

    /** Role id => name and permissions. */
    private const ROLES = [
        1 => ['Full Administrator', [...self::READING, self::EDIT_SERVICES, self::SERVER_OPERATIONS, self::ADDONS,
            self::CONFIGURE_ADDONS, self::PRODUCTS, self::EDIT_PRODUCTS, self::ACTIVITY_LOG, self::MODULE_LOG]],
        2 => ['Sales Operator', [...self::READING, self::ADDONS]],
        3 => ['Support Operator', [...self::READING, self::EDIT_SERVICES, self::SERVER_OPERATIONS, self::ADDONS,
            self::ACTIVITY_LOG]],
    ];

    /** User name => role id, first and last name. */
    private const ADMINS = ['admin' => [1, 'Ada', 'Full'], 'sales' => [2, 'Sam', 'Sales'], 'support' => [3, 'Sue', 'Support']];

    /** The admins of a fresh sandbox, one per role. */
    public static function install(): void
    {
        foreach (self::ROLES as $id => [$name, $permissions]) {
            Capsule::table('tbladminroles')->insert(['id' => $id, 'name' => $name]);
            foreach ($permissions as $permission) {
                Capsule::table('sandbox_admin_permissions')->insert(['roleid' => $id, 'permission' => $permission]);
            }
        }
        foreach (self::ADMINS as $username => [$role, $first, $last]) {
            Capsule::table('tbladmins')->insert([
                'roleid' => $role, 'username' => $username, 'password' => LogIn::hash(LogIn::FIXTURE_PASSWORD),
                'firstname' => $first, 'lastname' => $last, 'email' => "$username@example.com",
            ]);
        }
    }

    /** The row of an admin who may still log in. */
    public static function find(int $id): ?object
    {
        return Capsule::table('tbladmins')->where(['id' => $id, 'disabled' => 0])->first();
    }

    /** @return list<string> */
    public static function permissions(int $roleId): array
    {
        return Capsule::table('sandbox_admin_permissions')->where('roleid', $roleId)->pluck('permission')->all();
    }

    /** @return array<int, string> names by id */
    public static function roles(): array
    {
        return Capsule::table('tbladminroles')->orderBy('id')->pluck('name', 'id')->all();
    }
}

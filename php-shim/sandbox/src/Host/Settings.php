<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Database\Capsule;

/** tblconfiguration: one text value per setting. */
final class Settings
{
    public function get(string $name, string $default = ''): string
    {
        return (string) (Capsule::table('tblconfiguration')->where('setting', $name)->value('value') ?? $default);
    }

    public function int(string $name): int
    {
        return (int) $this->get($name, '0');
    }

    public function set(string $name, string $value): void
    {
        Capsule::table('tblconfiguration')->updateOrInsert(['setting' => $name], ['value' => $value]);
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\SampleAddon;

use WHMCS\Database\Capsule;

final class Notes
{
    public static function add(string $note): void
    {
        Capsule::table('mod_sample_notes')->insert(['note' => $note]);
    }

    /** @return list<string> */
    public static function all(): array
    {
        return Capsule::table('mod_sample_notes')->orderBy('id')->pluck('note')->all();
    }
}

<?php

/** Writes to data that belongs to WHMCS. */

declare(strict_types=1);

use WHMCS\Database\Capsule;

function samplemeddle_ConfigOptions(): array
{
    return [];
}

function samplemeddle_CreateAccount(array $params): string
{
    Capsule::table('tblhosting')->where('id', $params['serviceid'])->update(['domainstatus' => 'Active', 'username' => 'mine']);
    return 'success';
}

function samplemeddle_SuspendAccount(array $params): string
{
    Capsule::table('tblhosting')->update(['username' => 'everybody']);
    return 'success';
}

function samplemeddle_UnsuspendAccount(array $params): string
{
    Capsule::table('tblclients')->update(['status' => 'Closed']);
    return 'success';
}

function samplemeddle_UsageUpdate(array $params): void
{
    Capsule::table('tblhosting')->update(['diskusage' => 5, 'username' => 'usage']);
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Host\ServerSync;

/** `whmcs sync`: the page Sync Accounts of a server. */
final class SyncCommand
{
    public function __construct(private readonly Host $host)
    {
    }

    public function run(Arguments $arguments): Report
    {
        $sync = new ServerSync($this->host, $arguments->id('server'));
        $found = $sync->compare();
        $lines = [count($found['accounts']) . ' accounts on the server, ' . count($found['equal']) . ' as in WHMCS.'];
        foreach ($found['remote_only'] as $account) {
            $lines[] = "Only on the server: {$account['uniqueIdentifier']} ({$account['status']}, {$account['product']})";
        }
        foreach ($found['whmcs_only'] as $service) {
            $lines[] = "Only in WHMCS: service {$service['service']} '{$service['tenant']}' ({$service['status']})";
        }
        foreach ($found['differing'] as $pair) {
            foreach ($pair['differences'] as $field => $values) {
                $lines[] = "Service {$pair['service']} differs in $field: '{$values['whmcs']}' in WHMCS, "
                    . "'{$values['server']}' on the server";
            }
        }
        $changed = ['imported' => [], 'updated' => [], 'terminated' => []];
        if ($arguments->has('import')) {
            $changed['imported'] = array_map($sync->import(...), $found['remote_only']);
            $changed['updated'] = array_map($sync->update(...), $found['differing']);
        }
        if ($arguments->has('terminate-missing')) {
            $changed['terminated'] = array_map($sync->terminate(...), $found['whmcs_only']);
        }
        foreach (array_filter($changed) as $what => $services) {
            $lines[] = ucfirst($what) . ': service ' . implode(', ', $services);
        }
        return new Report(array_diff_key($found, ['accounts' => 0]) + $changed, $lines);
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

use DateTimeZone;
use WhmcsSandbox\Host\Clock;
use WhmcsSandbox\Host\Fixtures;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Refusal;

/** `whmcs install`: a fresh schema with its fixtures. */
final class InstallCommand
{
    public function run(Host $host, Arguments $arguments): Report
    {
        $timezone = $arguments->text('timezone', 'UTC');
        if (!in_array($timezone, DateTimeZone::listIdentifiers(), true)) {
            throw new Refusal("'$timezone' is not a time zone.");
        }
        $clock = $arguments->text('clock', 'still');
        if (!in_array($clock, ['still', 'system'], true) || ($clock === 'system' && $arguments->has('date'))) {
            throw new UsageError('--clock is `still`, with an optional --date, or `system`, without one.');
        }
        $module = $arguments->text('module', 'ostor');
        $host->modules->load($module);
        $host->database->recreate();
        $host->boot();
        Fixtures::install($host, $module, [
            'hostname' => $arguments->text('hostname'),
            'port' => $arguments->text('port'),
            'secure' => $arguments->has('secure'),
            'username' => $arguments->text('username'),
            'password' => $arguments->text('password'),
            'accesshash' => $arguments->text('accesshash'),
        ]);
        $host->settings->set('SandboxTimezone', $timezone);
        $host->clock->apply();
        if ($clock === 'system') {
            $host->clock->followSystem();
        } elseif ($arguments->has('date')) {
            $host->clock->stop(Clock::moment($arguments->text('date')));
        }
        return new Report(
            ['module' => $module, 'clock' => $host->clock->timestamp()],
            ["Installed with module $module; the clock " . ($clock === 'system' ? "is the system's, now" : 'stands at')
                . " {$host->clock->timestamp()} $timezone.",
                'Clients 1 and 2, products 1 to 4; next: whmcs order --client 1 --product 1']
        );
    }
}

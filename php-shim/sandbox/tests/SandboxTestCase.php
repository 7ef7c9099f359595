<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use WHMCS\Database\Capsule;
use WhmcsSandbox\Billing\Invoices;
use WhmcsSandbox\Billing\Orders;
use WhmcsSandbox\Billing\Upgrades;
use WhmcsSandbox\Host\Clock;
use WhmcsSandbox\Host\Database;
use WhmcsSandbox\Host\Fixtures;
use WhmcsSandbox\Host\Host;

/** A fresh sandbox per test, in its own database, with one of the sample modules. */
abstract class SandboxTestCase extends TestCase
{
    protected const SERVER_PASSWORD = 'server-password-0123456789';

    protected Host $host;
    protected Upgrades $upgrades;
    protected Invoices $invoices;

    protected function install(string $module, bool $strict = true, string $date = '2031-01-10'): void
    {
        $GLOBALS['sample_calls'] = [];
        $GLOBALS['sample_answer'] = 'success';
        $database = new Database(getenv('WHMCS_SANDBOX_SOCKET'), 'test_host');
        $database->recreate();
        $this->host = (new Host($database, $this->modules(), $strict))->boot();
        Fixtures::install($this->host, $module, [
            'hostname' => 'bridge.example.com', 'port' => '8787', 'secure' => true, 'username' => 'whmcs',
            'password' => self::SERVER_PASSWORD, 'accesshash' => 'eu1',
        ]);
        $this->host->clock->stop(Clock::moment($date));
        $this->host->modules->loadHooks();
        $this->upgrades = new Upgrades($this->host);
        $this->invoices = new Invoices($this->host, $this->upgrades);
    }

    /** The directory of the modules. */
    protected function modules(): string
    {
        return __DIR__ . '/modules';
    }

    /** @param list<string> $config */
    protected function order(int $product = 1, int $client = 1, array $config = [], string $domain = 'Storage-1.example'): array
    {
        return (new Orders($this->host, $this->invoices))->place($client, $product, $domain, $config);
    }

    protected function service(int $id = 1): object
    {
        return Capsule::table('tblhosting')->find($id);
    }

    /** @return list<string> */
    protected function activity(): array
    {
        return Capsule::table('tblactivitylog')->orderBy('id')->pluck('description')->all();
    }

    /** @return list<string> */
    protected function defects(): array
    {
        return $this->host->defects->since(0);
    }

    protected function tearDown(): void
    {
        Capsule::connection()->disconnect();
        Carbon\Carbon::setTestNow();
    }
}

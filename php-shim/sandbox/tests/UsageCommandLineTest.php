<?php

declare(strict_types=1);

/** Usage, invoices, synchronisation and the clock on the command line. */
final class UsageCommandLineTest extends CommandLineTestCase
{
    /** @param array<string, mixed> $answers of the module samplemeter */
    private function answers(array $answers): void
    {
        $this->environment['SAMPLE_METER'] = json_encode($answers);
    }

    private function install(string ...$words): void
    {
        $this->json('install', '--module', 'samplemeter', ...$words);
        $this->json('order');
        $this->json('pay', '1');
    }

    public function testFromAPriceToTheInvoice(): void
    {
        $this->install('--date', '2031-01-10');
        $this->answers(['usage' => ['user0001' => ['traffic' => 150, 'storage' => 2.5]]]);
        $this->json('usage', 'price', '--product', '1', '--metric', 'traffic', '--included', '20', '--graduated', '0=0.10,100=0.05');
        $this->json('usage', 'price', '--product', '1', '--metric', 'storage', '--per-unit', '1');
        $cron = $this->json('cron', '--until', '2031-02-24', '--step', '1d');
        self::assertSame(['2031-02-24 00:00:00', 45, [2, 3]], [$cron['clock'], $cron['runs'], $cron['invoices']]);
        self::assertCount(45, $cron['metrics']);

        $invoice = $this->json('invoice', 'show', '3');
        self::assertSame('24.00', $invoice['invoice']['total']);
        self::assertSame([
            ['Hosting', 1, 'Object Storage 100 (from 2031-03-10)', '10.00'],
            ['UsageBilling', 1, 'Storage (on 2031-02-10): 2.5 GB, 0 included, 2.5 × 1 EUR', '2.50'],
            ['UsageBilling', 1, 'Traffic (2031-01): 150 GB, 20 included, 100 × 0.1 EUR + 30 × 0.05 EUR', '11.50'],
        ], array_map('array_values', $invoice['lines']));
        self::assertStringContainsString('       24.00  total', $this->whmcs('invoice', 'show', '3')[1]);
    }

    public function testRecordsAndPricesAreShown(): void
    {
        $this->install('--date', '2031-01-10');
        $this->answers(['usage' => ['user0001' => ['traffic' => 1.25]], 'columns' => ['diskusage' => 2048]]);
        $this->json('usage', 'price', '--product', '1', '--metric', 'traffic', '--volume', '0=0.10,100=0.05', '--included', '5');
        $this->json('usage', 'price', '--product', '2', '--metric', 'storage', '--off');
        $this->json('usage', 'overage', '--product', '1', '--disk', '1GB=0.5');
        $this->json('cron', '--date', '2031-01-31');
        self::assertSame([0, "Service 1: traffic month 2031-01-01 1.25 GB, collected 2031-01-31 00:00:00\n"
            . "Service 1: Disk space overage (2031-01): 1.0 GB above 1 GB, 0.5 EUR per GB\n"
            . "Product 1: traffic, 5 included, volume from 0: 0.1 EUR\n"
            . "Product 1: traffic, 5 included, volume from 100: 0.05 EUR\n"
            . "Product 2: storage (off), 0 included\n", ''], $this->whmcs('usage', 'show', '--service', '1'));
        self::assertSame('1.25000000000000', $this->json('usage', 'show')['records'][0]['value']);
        self::assertSame([], $this->json('usage', 'show', '--service', '2')['records']);
    }

    public function testARefreshOfOneService(): void
    {
        $this->install('--date', '2031-01-10');
        $this->answers(['usage' => ['user0001' => ['storage' => 3]]]);
        self::assertSame([0, "storage: 3 GB\n", ''], $this->whmcs('usage', 'refresh', '--service', '1'));
        self::assertSame('3.00000000000000', $this->json('usage', 'show')['records'][0]['value']);
        $this->answers([]);
        self::assertSame([0, "The module has no figures for service 1.\n", ''], $this->whmcs('usage', 'refresh', '--service', '1'));
    }

    public function testAFailedCollectionGivesExitCodeOneOrThree(): void
    {
        $this->install('--date', '2031-01-10');
        $this->answers(['failure' => 'The bridge is down.']);
        [$code, $output] = $this->whmcs('cron', '--date', '2031-01-11', '--lenient');
        self::assertSame(1, $code);
        self::assertStringContainsString('were not collected', $output);
        self::assertSame(3, $this->whmcs('cron', '--date', '2031-01-12')[0]);
    }

    public function testSyncComparesAndChangesOnlyOnRequest(): void
    {
        $this->install('--date', '2031-01-10');
        $this->json('order', '--client', '2');
        $this->json('pay', '2');
        $this->answers(['accounts' => ['success' => false, 'error' => 'page 2 did not come']]);
        self::assertSame(
            [1, '', "whmcs: The accounts of server 1 cannot be listed: page 2 did not come\n"],
            $this->whmcs('sync', '--server', '1', '--import', '--terminate-missing')
        );
        $account = ['email' => 'a@example.com', 'domain' => '', 'product' => '100', 'primaryip' => '',
            'created' => '2031-01-10 00:00:00', 'status' => 'Suspended'];
        $this->answers(['accounts' => ['success' => true, 'accounts' => [
            $account + ['username' => 'user0001', 'uniqueIdentifier' => 'user0001'],
            $account + ['username' => 'user0009', 'uniqueIdentifier' => 'user0009'],
        ]]]);
        self::assertSame([0, "2 accounts on the server, 0 as in WHMCS.\nOnly on the server: user0009 (Suspended, 100)\n"
            . "Only in WHMCS: service 2 'user0002' (Active)\n"
            . "Service 1 differs in status: 'Active' in WHMCS, 'Suspended' on the server\n", ''], $this->whmcs('sync', '--server', '1'));
        self::assertSame(['Active', 'Active'], array_column($this->json('show')['services'], 'domainstatus'));

        $sync = $this->json('sync', '--server', '1', '--import', '--terminate-missing');
        self::assertSame([[3], [1], [2]], [$sync['imported'], $sync['updated'], $sync['terminated']]);
        self::assertSame(['Suspended', 'Terminated', 'Suspended'], array_column($this->json('show')['services'], 'domainstatus'));
    }

    private static function refusals(): array
    {
        return [
            [['usage', 'price', '--product', '1', '--metric', 'nope', '--per-unit', '1'], 1, 'it has: storage, traffic, requests.'],
            [['usage', 'price', '--product', '9', '--metric', 'storage', '--per-unit', '1'], 1, 'There is no product 9'],
            [['usage', 'price', '--product', '1', '--metric', 'storage', '--per-unit', 'x'], 1, 'A price of --per-unit is a number'],
            [['usage', 'price', '--product', '1', '--metric', 'storage', '--per-unit', '1', '--currency', 'XYZ'], 1, "no currency 'XYZ'"],
            [['usage', 'price', '--product', '1', '--metric', 'storage', '--volume', '5=1'], 1, 'The first bracket starts at 0'],
            [['usage', 'price', '--product', '1', '--metric', 'storage', '--volume', '0=1,9=2,9=3'], 1, 'starts above the one before'],
            [['usage', 'price', '--product', '1', '--metric', 'storage', '--per-unit', '1', '--included', '0.000001'], 1, 'at most 5 decimals'],
            [['usage', 'price', '--product', '1', '--metric', 'storage'], 2, 'Give one of'],
            [['usage', 'price', '--product', '1', '--metric', 'storage', '--per-unit', '1', '--off'], 2, 'Give one of'],
            [['usage', 'overage', '--product', '1'], 2, 'Give --disk, --bandwidth or both'],
            [['usage', 'overage', '--product', '1', '--disk', '5=1'], 2, "not '5=1'"],
            [['usage', 'refresh', '--service', '9'], 1, 'There is no service 9'],
            [['usage'], 2, 'There are'],
            [['sync'], 2, '--server is missing'],
            [['sync', '--server', '9'], 1, 'There is no server 9'],
            [['invoice', 'show', '9'], 1, 'There is no invoice 9'],
        ];
    }

    public function testMistakesAreNamed(): void
    {
        $this->json('install', '--module', 'samplemeter');
        foreach (self::refusals() as [$words, $expected, $sentence]) {
            [$code, , $errors] = $this->whmcs(...$words);
            self::assertSame($expected, $code, implode(' ', $words));
            self::assertStringContainsString($sentence, $errors);
        }
    }

    public function testTheClockCanFollowTheSystemsWhichLibfaketimeMoves(): void
    {
        $time = new FakeTime(TEST_DIRECTORY . '/faketime');
        $this->environment = $time->environment();
        $at = static fn (string $moment) => $time->set(new DateTimeImmutable("$moment UTC"));

        $at('2031-01-10 08:00:00');
        $this->install('--clock', 'system', '--timezone', 'Europe/Berlin');
        $this->json('usage', 'price', '--product', '1', '--metric', 'traffic', '--per-unit', '0.10');
        $moments = ['2031-01-30 23:00:00', '2031-01-31 11:00:00', '2031-01-31 22:59:00', '2031-01-31 23:00:00', '2031-02-01 11:00:00'];
        foreach ($moments as $position => $moment) {
            $at($moment);
            $this->answers(['usage' => ['user0001' => ['traffic' => $position + 1]]]);
            $cron = $this->json('cron');
            self::assertStringStartsWith(date('Y-m-d H:i', strtotime("$moment UTC") + 3600), $cron['clock']);
            $collected[] = $cron['metrics'] !== [];
        }
        self::assertSame([true, true, false, true, true], $collected);
        $records = $this->json('usage', 'show')['records'];
        self::assertSame(['2031-01-01' => '2.00000000000000', '2031-02-01' => '5.00000000000000'], array_column($records, 'value', 'period_start'));
        $at('2031-02-23 23:00:00');
        self::assertSame([3], $this->json('cron')['invoices']);
        self::assertSame('Traffic (2031-01): 2 GB, 0 included, 2 × 0.1 EUR', $this->json('invoice', 'show', '3')['lines'][1]['description']);
        $repeatedHour = ['2031-10-26 00:00:00', '2031-10-26 12:00:00'];
        foreach ($repeatedHour as $moment) {
            $at($moment);
            $this->answers([]);
            self::assertNotSame([], $this->json('cron')['metrics'], 'twelve hours have passed');
        }
        foreach (['--date', '--until'] as $option) {
            [$code, , $errors] = $this->whmcs('cron', $option, '2031-03-01');
            self::assertSame([1, "whmcs: The sandbox's clock is the system's; it cannot be moved from here.\n"], [$code, $errors]);
        }
    }
}

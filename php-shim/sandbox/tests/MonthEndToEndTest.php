<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Database;

/**
 * Usage from the gateway to the invoice, in a time of their own for all programs. The host's months begin at 18:15 UTC.
 */
final class MonthEndToEndTest extends ChainTestCase
{
    private const ZONE = 'Asia/Kathmandu';
    private const START = '2031-01-01 00:30';
    private const HOURS = ['2031-01' => 744, '2031-02' => 672, '2031-03' => 744];

    /** Of the products of the worker, the archivist and the sleeper, which have their clients' numbers. */
    private const PRICES = [
        1 => [
            'bandwidth_in' => ['unit', '0', ['0' => '0.1234']],
            'bandwidth_out' => ['unit', '10', ['0' => '0.899']],
            'buckets' => ['unit', '0', ['0' => '0.5']],
            'requests_get' => ['unit', '1000', ['0' => '0.00042']],
            'requests_list' => ['unit', '0', ['0' => '0.005']],
            'requests_other' => ['unit', '0', ['0' => '0.0001']],
            'requests_put' => ['unit', '500', ['0' => '0.0051']],
            'storage' => ['unit', '2.5', ['0' => '1.01']],
            'storage_month' => ['unit', '1.25', ['0' => '23.99']],
        ],
        2 => [
            'bandwidth_in' => ['volume', '0', ['0' => '0.5', '2' => '0.45', '100' => '0.3']],
            'bandwidth_out' => ['graduated', '0.5', ['0' => '1.10', '2.5' => '0.88', '5' => '0.7512345678']],
            'buckets' => ['volume', '1', ['0' => '2', '5' => '1.5']],
            'requests_get' => ['graduated', '0', ['0' => '0.01', '100' => '0.005', '1000' => '0.001']],
            'requests_list' => ['volume', '10', ['0' => '0.02', '50' => '0.01']],
            'requests_other' => ['graduated', '0', ['0' => '0.001', '200' => '0.0005']],
            'requests_put' => ['volume', '0', ['0' => '0.02', '1000' => '0.01']],
            'storage' => ['graduated', '0', ['0' => '3', '1' => '2.25', '10' => '1.5']],
            'storage_month' => ['graduated', '0.75', ['0' => '15', '1' => '12.5', '2' => '11']],
        ],
        3 => [
            'bandwidth_in' => ['unit', '0', ['0' => '0.02']],
            'bandwidth_out' => ['graduated', '1', ['0' => '0.09', '10' => '0.05']],
            'buckets' => ['unit', '1', ['0' => '0.5']],
            'requests_get' => ['unit', '100', ['0' => '0.01']],
            'requests_list' => ['volume', '0', ['0' => '0.02', '100' => '0.01']],
            'requests_other' => ['unit', '100', ['0' => '0.01']],
            'requests_put' => ['unit', '100', ['0' => '0.01']],
            'storage' => ['unit', '0', ['0' => '0.02']],
            'storage_month' => ['volume', '0', ['0' => '0.02', '10' => '0.01']],
        ],
    ];
    private const HOSTING = [1 => '10.00', 2 => '40.00', 3 => '5.00'];
    private const MIB = 1 << 20;

    private FakeTime $time;
    private PriceList $prices;
    private Customers $customers;
    /** @var array<int, string> S3 user of each service */
    private array $users = [];
    /** @var array<string, Truth> by the moment of a collection: what had been used by then */
    private array $collected = [];
    /** @var array<string, Truth> what had been used before each month of the host */
    private array $before = [];

    protected function setUp(): void
    {
        parent::setUp();
        $this->time = new FakeTime("$this->directory/time");
        $this->environment = $this->time->environment();
        $this->time->set(self::moment(self::START));
        $this->startGateway();
        $this->moveTo(self::START);
        $this->prices = new PriceList(self::PRICES);
        $this->customers = new Customers($this->simulator(...));
    }

    protected function tearDown(): void
    {
        parent::tearDown();
        if ($this->users !== []) {
            Capsule::connection()->disconnect();
        }
    }

    public function testThreeCustomersAreBilledForAMonthOfTrafficTheTruthTimesThePrice(): void
    {
        $this->startBridge('127.0.0.1:0');
        $this->openTheShop();
        foreach ([1 => 'worker', 2 => 'archive', 3 => 'sleeper'] as $service => $bucket) {
            $this->order($service);
            $this->writesAndReads($service, $bucket);
        }
        $this->before['2031-01'] = Truth::none();
        foreach (self::moments('2031-01-01 03:00', 'PT12H', '2031-01-31 15:00') as $moment) {
            match ($moment) {
                '2031-01-12 15:00', '2031-01-13 03:00' => $this->stepWithoutTheGateway($moment),
                '2031-01-15 03:00' => $this->stepBeforeACrash($moment),
                '2031-01-17 03:00' => $this->stepWithAnotherBridge($moment),
                '2031-01-18 03:00' => $this->assertOnlyTheServicesAreBilled($this->step($moment)),
                default => $this->step($moment),
            };
            $this->customers->act($moment, $this->users);
        }
        // WHMCS asks no more in January: what is used now belongs to February's figures.
        foreach (['2031-01-31 20:10', '2031-01-31 23:58'] as $moment) {
            $this->moveTo($moment);
            $this->customers->act($moment, $this->users);
        }
        $this->moveTo('2031-02-01 00:01');
        $this->before['2031-02'] = $this->truth();
        // Usage is booked where its statistics object begins, and a restarted gateway begins one.
        $this->simulator('POST', 'restart', ['gateway' => 0, 'flush' => true]);
        $this->customers->act('2031-02-01 00:01', $this->users);
        foreach (self::moments('2031-02-01 03:00', 'P1D', '2031-02-14 03:00') as $moment) {
            $this->step($moment);
            $this->customers->act($moment, $this->users);
        }
        $invoices = $this->step('2031-02-15 03:00');
        $this->assertBilled($invoices, '2031-01', '2031-02-01');
        $this->assertLateUsageIsTold();

        $this->step('2031-02-28 15:00');
        $this->before['2031-03'] = $this->truth();
        $this->step('2031-03-01 03:00');
        $invoices = $this->step('2031-03-18 03:00');
        $this->assertBilled($invoices, '2031-02', '2031-03-01');
        $this->assertAllIsWell();
    }

    public function testBeforeTheFirstCollectionNothingIsTold(): void
    {
        $this->takeTheGatewayDown();
        $this->startBridge('127.0.0.1:0');
        $this->waitForTheBridgeToSay('statistics were not collected', 'bucket sizes were not read');
        $this->openTheShop();
        $this->simulator('DELETE', 'fault');
        $this->order(1);
        $this->takeTheGatewayDown();
        $this->writesAndReads(1, 'worker');
        $this->customers->object($this->users[1], 'worker', 'large', 5 * self::MIB + 1);
        Capsule::table('tblhosting')->update(['diskusage' => 7777, 'bwusage' => 8888]);

        $this->stepWithoutTheGateway('2031-01-01 06:30');
        $sentences = $this->sentences();
        self::assertStringContainsString('no statistics object was collected from it yet', $sentences);
        self::assertStringContainsString('its bucket sizes were not read yet', $sentences);
        self::assertSame([], $this->records());
        self::assertSame([7777, 8888], [$this->columns()[0]['diskusage'], $this->columns()[0]['bwusage']]);

        $this->before['2031-01'] = Truth::none();
        $this->step('2031-01-02 03:00');
        self::assertSame(5, $this->columns()[0]['diskusage']);
        self::assertCount(count(Truth::OF_A_MONTH) + count(Truth::OF_A_MOMENT), $this->records());
    }

    /** Installs WHMCS and lets a third client in. */
    private function openTheShop(): void
    {
        $this->install(['--clock', 'system', '--timezone', self::ZONE]);
        (new Database(getenv('WHMCS_SANDBOX_SOCKET'), self::DATABASE))->connect();
        Capsule::table('tblclients')->insert(['currency' => 1, 'status' => 'Active', 'firstname' => 'Third', 'lastname' => 'Client',
            'email' => 'third@example.com', 'country' => 'NP', 'language' => 'english', 'defaultgateway' => 'banktransfer']);
        $this->prices->store();
    }

    private function order(int $service): void
    {
        $this->orderAndPay($service, $service);
        $this->users[$service] = Capsule::table('tblhosting')->where('id', $service)->value('username');
    }

    /**
     * Collects, runs the cron, and compares what WHMCS then holds with the truth. Invoices are paid at once.
     *
     * @return array<int, int> the new invoices by service
     */
    private function step(string $moment): array
    {
        $this->moveTo($moment);
        [$code, $output, $errors] = $this->program(['usage', 'collect']);
        self::assertSame(0, $code, "$moment: $output$errors");
        $cron = $this->whmcs(['cron']);
        self::assertSame([self::collection(count($this->users), [])], $cron['metrics'], $moment);
        $this->collected[$moment] = $this->truth();
        $this->assertRecordsTell($moment);
        if ($cron['daily']) {
            $this->assertColumnsTell($moment);
        }
        $invoices = [];
        foreach ($cron['invoices'] as $invoice) {
            $service = (int) Capsule::table('tblinvoiceitems')->where(['invoiceid' => $invoice, 'type' => 'Hosting'])->value('relid');
            $invoices[$service] = $invoice;
            $this->whmcs(['pay', (string) $invoice]);
        }
        return $invoices;
    }

    /** The cron runs all the same, and everything it cannot know stays as it was. */
    private function stepWithoutTheGateway(string $moment): void
    {
        $this->moveTo($moment);
        $before = [$this->columns(), $this->records()];
        $said = $this->sentences();
        $this->takeTheGatewayDown();
        self::assertSame(1, $this->program(['usage', 'collect'])[0], $moment);
        $cron = $this->whmcs(['cron']);
        $this->simulator('DELETE', 'fault');
        self::assertSame([self::collection(0, array_keys($this->users))], $cron['metrics'], $moment);
        self::assertSame($before, [$this->columns(), $this->records()], $moment);
        $news = substr($this->sentences(), strlen($said));
        self::assertStringContainsString('usage metrics of server 1: not every figure is known', $news);
        if ($cron['daily']) {
            self::assertStringContainsString('usage of server 1: not every figure is known', $news);
        }
    }

    /** Every management call to it is cut off, until faults are taken back. */
    private function takeTheGatewayDown(): void
    {
        $this->simulator('POST', 'fault', ['fault' => 'cut_before', 'always' => true]);
    }

    private function stepWithAnotherBridge(string $moment): void
    {
        $this->moveTo($moment);
        $address = $this->bridge->address;
        $this->bridge->stop();
        $this->startBridge($address);
        $this->step($moment);
    }

    /** The crash takes with it what the gateway has not written yet. */
    private function stepBeforeACrash(string $moment): void
    {
        $this->step($moment);
        $this->customers->traffic($this->users[1], 'worker', 'lost', Customers::GIB);
        $this->simulator('POST', 'restart', ['gateway' => 0, 'flush' => false]);
    }

    /** The record of each month holds what was used between the last collections of that month and of the one before. */
    private function assertRecordsTell(string $moment): void
    {
        $expected = $found = [];
        foreach ($this->users as $service => $user) {
            $told = Truth::none();
            foreach ($this->months() as $month => $truth) {
                foreach (Truth::OF_A_MONTH as $metric) {
                    $expected["$service $metric month $month-01"] = (string) $truth->used($user, $metric, $told);
                }
                $told = $truth;
            }
            foreach (Truth::OF_A_MOMENT as $metric) {
                $expected["$service $metric snapshot 0000-00-00"] = (string) $this->collected[$moment]->used($user, $metric);
            }
        }
        foreach ($this->records() as $record) {
            if ($record['kind'] !== 'due') {
                $key = "{$record['service_id']} {$record['metric']} {$record['kind']} {$record['period_start']}";
                $found[$key] = self::whole($record);
            }
        }
        ksort($expected);
        ksort($found);
        self::assertSame($expected, $found, $moment);
    }

    /** What a record holds, as the whole number that Truth has of it. */
    private static function whole(array $record): string
    {
        $units = Truth::units($record['metric'], self::HOURS[substr($record['period_start'], 0, 7)] ?? 0);
        return bcadd(bcmul($record['value'], $units, 20), '0.5', 0);
    }

    /** Disk is what is stored now, bandwidth what was downloaded in the calendar month, in whole MB. */
    private function assertColumnsTell(string $moment): void
    {
        $expected = [];
        foreach ($this->users as $service => $user) {
            $truth = $this->collected[$moment];
            $expected[] = [
                'id' => $service,
                'diskusage' => intdiv($truth->used($user, 'storage'), self::MIB),
                'bwusage' => intdiv($truth->used($user, 'bandwidth_out', $this->before[substr($moment, 0, 7)]), self::MIB),
                'lastupdate' => substr($moment, 0, 10),
            ];
        }
        $dated = static fn (array $row): array => array_replace($row, ['lastupdate' => substr($row['lastupdate'], 0, 10)]);
        self::assertSame($expected, array_map($dated, $this->columns()), $moment);
    }

    /** @param array<int, int> $invoices by service */
    private function assertOnlyTheServicesAreBilled(array $invoices): void
    {
        self::assertSame([1, 2, 3], array_keys($invoices));
        foreach ($invoices as $service => $invoice) {
            $shown = $this->whmcs(['invoice', 'show', (string) $invoice]);
            self::assertSame([self::HOSTING[$service]], array_column($shown['lines'], 'amount'), 'the month has not ended');
        }
    }

    /**
     * Each invoice has a line for each metric, and each is the truth times the price.
     *
     * @param array<int, int> $invoices by service
     * @param string $due the day whose snapshots are billed
     */
    private function assertBilled(array $invoices, string $month, string $due): void
    {
        self::assertSame([1, 2, 3], array_keys($invoices));
        foreach ($invoices as $service => $invoice) {
            $expected = [['Hosting', self::HOSTING[$service]]];
            foreach ($this->billable($service, $month, $due) as $metric => [$line, $count]) {
                $units = Truth::units($metric, self::HOURS[$month]);
                $expected[] = [$line, $this->prices->amount($service, $metric, (string) $count, $units)];
            }
            $shown = $this->whmcs(['invoice', 'show', (string) $invoice]);
            $found = array_map(static fn (array $line): array => [
                $line['type'] === 'UsageBilling' ? strtok($line['description'], ':') : $line['type'],
                $line['amount'],
            ], $shown['lines']);
            self::assertSame($expected, $found, "service $service in $month");
            $amounts = array_column($expected, 1);
            self::assertSame(array_reduce($amounts, static fn (string $sum, string $amount): string => bcadd($sum, $amount, 2), '0'),
                $shown['invoice']['total']);
            $usage = array_unique(array_slice($amounts, 1));
            self::assertSame($service === 3, $usage === ['0.00'], 'only the sleeper pays nothing');
        }
    }

    /** @return array<string, array{string, int}> by metric: how its line begins, and what was used */
    private function billable(int $service, string $month, string $due): array
    {
        $user = $this->users[$service];
        $names = array_column($this->records(), 'display_name', 'metric');
        $months = $this->months();
        $until = array_search($month, array_keys($months), true);
        $told = $until === 0 ? Truth::none() : array_values($months)[$until - 1];
        $billable = [];
        foreach (Truth::OF_A_MONTH as $metric) {
            $billable[$metric] = ["$names[$metric] ($month)", $months[$month]->used($user, $metric, $told)];
        }
        foreach (Truth::OF_A_MOMENT as $metric) {
            $billable[$metric] = ["$names[$metric] (on $due)", $this->collected["$due 03:00"]->used($user, $metric)];
        }
        ksort($billable);
        return $billable;
    }

    /** @return array<string, Truth> what had been used by the last collection of each month */
    private function months(): array
    {
        $months = [];
        foreach ($this->collected as $moment => $truth) {
            $months[substr($moment, 0, 7)] = $truth;
        }
        return $months;
    }

    /** February's figures begin with what came too late for January's. */
    private function assertLateUsageIsTold(): void
    {
        $january = $this->months()['2031-01'];
        foreach ([1, 2] as $service) {
            $late = $this->before['2031-02']->used($this->users[$service], 'bandwidth_out', $january);
            self::assertGreaterThan(self::MIB, $late);
        }
    }

    /** All records of all months add up to the truth, and WHMCS and the cluster agree about who there is. */
    private function assertAllIsWell(): void
    {
        $sums = [];
        foreach ($this->records() as $record) {
            if ($record['kind'] === 'month') {
                $sum = &$sums[$record['service_id']][$record['metric']];
                $sum = bcadd($sum ?? '0', self::whole($record));
                unset($sum);
            }
        }
        $truth = $this->truth();
        foreach ($this->users as $service => $user) {
            foreach (Truth::OF_A_MONTH as $metric) {
                self::assertSame((string) $truth->used($user, $metric), $sums[$service][$metric], "$metric of service $service");
            }
        }
        self::assertNotSame([], $this->simulator('GET', 'truth')['lost'], 'the crash took something');
        $sync = $this->whmcs(['sync', '--server', '1']);
        self::assertSame([[1, 2, 3], [], [], []], [$sync['equal'], $sync['remote_only'], $sync['whmcs_only'], $sync['differing']]);
        self::assertSame([], $this->whmcs(['queue'])['queue']);
    }

    /** @return list<array<string, mixed>> */
    private function columns(): array
    {
        return self::rows(Capsule::table('tblhosting')->orderBy('id')->get(['id', 'diskusage', 'bwusage', 'lastupdate']));
    }

    /** @return list<array<string, mixed>> */
    private function records(): array
    {
        return self::rows(Capsule::table('sandbox_usage_records')->orderBy('id')->get());
    }

    /** @return list<array<string, mixed>> */
    private static function rows(iterable $rows): array
    {
        return array_map(static fn (object $row): array => (array) $row, [...$rows]);
    }

    /** The activity log as one text. */
    private function sentences(): string
    {
        return Capsule::table('tblactivitylog')->orderBy('id')->pluck('description')->implode("\n");
    }

    private function truth(): Truth
    {
        return Truth::of($this->simulator('GET', 'truth'));
    }

    /**
     * What the cron says of a collection of metrics.
     *
     * @param list<int> $without services without figures
     */
    private static function collection(int $stored, array $without): array
    {
        return ['server' => 1, 'stored' => $stored, 'unknown' => [], 'without' => $without, 'error' => ''];
    }

    private function waitForTheBridgeToSay(string ...$sentences): void
    {
        $deadline = microtime(true) + 30;
        foreach ($sentences as $sentence) {
            while (!str_contains($this->bridge->log(), $sentence)) {
                self::assertLessThan($deadline, microtime(true), "The bridge did not say: $sentence\n{$this->bridge->log()}");
                usleep(20_000);
            }
        }
    }

    /** Makes it this time for all programs and for the gateway. */
    private function moveTo(string $moment): void
    {
        $time = self::moment($moment);
        $this->time->set($time);
        $this->simulator('POST', 'clock', ['set' => gmdate('Y-m-d\TH:i:s\Z', $time->getTimestamp())]);
    }

    private static function moment(string $text): DateTimeImmutable
    {
        return new DateTimeImmutable($text, new DateTimeZone(self::ZONE));
    }

    /** @return list<string> from the first to the last one, both included */
    private static function moments(string $first, string $step, string $last): array
    {
        $moments = [];
        for ($at = self::moment($first); $at <= self::moment($last); $at = $at->add(new DateInterval($step))) {
            $moments[] = $at->format('Y-m-d H:i');
        }
        return $moments;
    }
}

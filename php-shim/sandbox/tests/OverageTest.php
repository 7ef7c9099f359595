<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WhmcsSandbox\Billing\Overage;

/** Soft limits for disk and bandwidth; the figures are those UsageUpdate stores on the last day of the month. */
final class OverageTest extends UsageTestCase
{
    private const NONE = ['limit' => 0, 'unit' => 'GB', 'price' => '0'];

    public static function excesses(): array
    {
        $limit = 100 * 1024;
        return [
            'at the limit' => ['100 GB', '1', $limit, null],
            '51 MB are 0.0498 GB' => ['100 GB', '1', $limit + 51, null],
            '52 MB are 0.0508 GB' => ['100 GB', '1', $limit + 52, ['0.1', '0.10']],
            '1234 MB are 1.205 GB' => ['100 GB', '1', $limit + 1234, ['1.2', '1.20']],
            '1280 MB are 1.25 GB' => ['100 GB', '1', $limit + 1280, ['1.3', '1.30']],
            'half a cent goes up' => ['100 GB', '0.05', $limit + 102, ['0.1', '0.01']],
            'four decimals' => ['100 GB', '0.0123', $limit + 1024 * 10, ['10.0', '0.12']],
            'a limit in TB' => ['1 TB', '10', 1536 * 1024, ['512.0', '5.00']],
            'a limit in MB' => ['10 MB', '0.01', 10 + 1024, ['1.0', '10.24']],
            'no limit at all' => ['0 GB', '1', 2048, ['2.0', '2.00']],
            'free' => ['100 GB', '0', $limit + 1024, null],
        ];
    }

    /** @dataProvider excesses */
    public function testAnExcessIsRoundedToATenthOfAGigabyte(string $limit, string $price, int $usedMegabytes, ?array $expected): void
    {
        [$quantity, $unit] = explode(' ', $limit);
        Overage::set(1, ['limit' => (int) $quantity, 'unit' => $unit, 'price' => $price], self::NONE);
        $GLOBALS['sample_meter']['columns'] = ['diskusage' => $usedMegabytes];
        $this->tick('2031-01-31');
        $row = Capsule::table('sandbox_overages')->first();
        self::assertSame($expected, $row === null ? null : [$row->excess_gb, $row->amount]);
    }

    public function testOverageIsComputedOnTheLastDayAndBilledWithTheNextRenewal(): void
    {
        Overage::set(1, ['limit' => 1, 'unit' => 'GB', 'price' => '0.5'], ['limit' => 2, 'unit' => 'GB', 'price' => '0.25']);
        $GLOBALS['sample_meter']['columns'] = ['diskusage' => 3 * 1024, 'bwusage' => 6 * 1024];
        self::assertSame([], $this->tick('2031-01-30')['overages']);
        self::assertCount(2, $this->tick('2031-01-31')['overages']);
        self::assertSame([], $this->tick('2031-01-31T12:00')['overages']);
        self::assertSame([], $this->tick('2031-02-01')['overages']);
        self::assertSame([], $this->extraLines(2));
        $this->tick('2031-02-24');
        self::assertSame([
            'Disk space overage (2031-01): 2.0 GB above 1 GB, 0.5 EUR per GB' => '1.00',
            'Bandwidth overage (2031-01): 4.0 GB above 2 GB, 0.25 EUR per GB' => '1.00',
        ], $this->extraLines(3));
        self::assertSame('12.00', Capsule::table('tblinvoices')->where('id', 3)->value('total'));
        $this->tick('2031-02-28');
        $this->tick('2031-03-27');
        self::assertCount(2, $this->extraLines(4), 'those of February only');
    }

    public function testAMissedLastDayIsNotMadeUpFor(): void
    {
        Overage::set(1, ['limit' => 1, 'unit' => 'GB', 'price' => '0.5'], self::NONE);
        $GLOBALS['sample_meter']['columns'] = ['diskusage' => 3 * 1024];
        $this->tick('2031-01-30');
        $this->tick('2031-02-01');
        self::assertSame(0, Capsule::table('sandbox_overages')->count());
    }

    public function testThePriceInTheDefaultCurrencyIsConverted(): void
    {
        Capsule::table('tblcurrencies')->insert(['code' => 'USD', 'prefix' => '$', 'suffix' => '', 'format' => 1, 'rate' => '1.10500']);
        Capsule::table('tblclients')->where('id', 1)->update(['currency' => 2]);
        Overage::set(1, ['limit' => 1, 'unit' => 'GB', 'price' => '0.5'], self::NONE);
        $GLOBALS['sample_meter']['columns'] = ['diskusage' => 4 * 1024];
        $this->tick('2031-01-31');
        // 3.0 GB × 0.5 EUR × 1.105 = 1.6575 dollars.
        self::assertSame('1.66', Capsule::table('sandbox_overages')->value('amount'));
    }

    public function testOnlyProductsThatChargeOverageDo(): void
    {
        Overage::set(1, ['limit' => 1, 'unit' => 'GB', 'price' => '0.5'], self::NONE);
        Overage::switchOff(1);
        $GLOBALS['sample_meter']['columns'] = ['diskusage' => 4 * 1024];
        self::assertSame([], $this->tick('2031-01-31')['overages']);
    }
}

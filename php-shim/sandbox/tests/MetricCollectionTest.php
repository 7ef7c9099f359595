<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WHMCS\Service\Service;
use WHMCS\Service\Status;
use WhmcsSandbox\Refusal;
use WhmcsSandbox\Usage\Collection;

/** Which record a figure of the module becomes, and what never becomes one. */
final class MetricCollectionTest extends UsageTestCase
{
    public function testASnapshotOverwritesThePreviousOne(): void
    {
        $this->reports(['user0001' => ['storage' => 1.5]]);
        $this->tick('2031-01-10T12:00');
        $this->reports(['user0001' => ['storage' => 0.25]]);
        $this->tick('2031-02-11');
        self::assertContains('1 storage snapshot 0000-00-00 0.25', $this->records());
        self::assertSame([], preg_grep('/ 1\.5$/', $this->records()));
        self::assertSame([], $this->defects());
    }

    public function testPeriodsOverwriteTheRunningDayOrMonthOnly(): void
    {
        foreach (['2031-01-30T00:00' => 10, '2031-01-31T12:00' => 20, '2031-02-01T00:00' => 1, '2031-02-01T12:00' => 2] as $moment => $value) {
            $this->reports(['user0001' => ['traffic' => $value, 'requests' => $value]]);
            $this->tick($moment);
        }
        self::assertSame([
            '1 requests day 2031-01-30 10', '1 requests day 2031-01-31 20', '1 requests day 2031-02-01 2',
            '1 traffic month 2031-01-01 20', '1 traffic month 2031-02-01 2',
        ], $this->records());
    }

    public function testDaysAndMonthsAreThoseOfTheHostsTimeZone(): void
    {
        $this->useTimezone('Europe/Berlin', '2031-01-31T23:30');
        $this->reports(['user0001' => ['traffic' => 7, 'requests' => 7]]);
        $this->tick('2031-01-31T23:30');
        $this->host->settings->set('SandboxLastMetricCollection', '0');
        $this->reports(['user0001' => ['traffic' => 1, 'requests' => 1]]);
        $this->tick('2031-02-01T00:30');
        self::assertSame([
            '1 requests day 2031-01-31 7', '1 requests day 2031-02-01 1',
            '1 traffic month 2031-01-01 7', '1 traffic month 2031-02-01 1',
        ], $this->records());
    }

    public function testZeroIsAFigureAndAnAbsentMetricIsNone(): void
    {
        $this->reports(['user0001' => ['storage' => 5, 'traffic' => 3]]);
        $this->tick('2031-01-11');
        $this->reports(['user0001' => ['storage' => 0]]);
        $this->tick('2031-01-12');
        self::assertSame(['1 storage snapshot 0000-00-00 0', '1 traffic month 2031-01-01 3'], $this->records());
        $this->reports([]);
        $report = $this->tick('2031-01-13');
        self::assertSame(['1 storage snapshot 0000-00-00 0', '1 traffic month 2031-01-01 3'], $this->records());
        self::assertSame([1], $report['metrics'][0]['without']);
        self::assertSame([], $this->defects());
    }

    public function testAFailureIsReportedAndLeavesAllRecords(): void
    {
        $this->reports(['user0001' => ['storage' => 5]]);
        $this->tick('2031-01-11');
        $GLOBALS['sample_meter']['failure'] = 'The bridge is down.';
        $report = $this->tick('2031-01-12');
        self::assertSame("samplemeter_MetricProvider's usage() failed: The bridge is down.", $report['metrics'][0]['error']);
        self::assertSame(['1 storage snapshot 0000-00-00 5'], $this->records());
        self::assertContains("Usage metrics of server 1 were not collected: {$report['metrics'][0]['error']}", $this->activity());
        self::assertTrue($report['daily'], 'the rest of the cron still runs');
        self::assertSame(["samplemeter_MetricProvider's usage() threw RuntimeException: The bridge is down."], $this->defects());
    }

    public function testUnknownTenantsAndServicesWithoutFiguresAreReported(): void
    {
        $this->orderAndPay();
        $this->order();
        $this->reports(['user0001' => ['storage' => 1], 'stranger' => ['storage' => 2]]);
        $report = $this->tick('2031-01-11');
        self::assertSame([['server' => 1, 'stored' => 1, 'unknown' => ['stranger'], 'without' => [2], 'error' => '']], $report['metrics']);
        self::assertSame(['1 storage snapshot 0000-00-00 1'], $this->records());
        self::assertSame(
            ["samplemeter_MetricProvider's usage() gives the tenant 'stranger', which no service on server 1 has"],
            $this->defects()
        );
    }

    public function testTenantsAreLookedUpOnTheirOwnServerOnly(): void
    {
        Capsule::table('tblhosting')->update(['server' => 2]);
        $this->reports(['user0001' => ['storage' => 1]]);
        self::assertSame(['user0001'], $this->tick('2031-01-11')['metrics'][0]['unknown']);
        self::assertSame([], $this->records());
    }

    public function testEveryEnabledServerIsAskedWithItsOwnParameters(): void
    {
        Capsule::table('tblservers')->where('id', 2)->update(['active' => 1, 'hostname' => 'second.example.com']);
        $this->orderAndPay(4);
        $this->reports([]);
        self::assertSame([1, 2], array_column($this->tick('2031-01-11')['metrics'], 'server'));
        $asked = array_column(array_filter($GLOBALS['sample_calls'], static fn (array $c): bool => $c[0] === 'usage'), 1);
        self::assertSame(['bridge.example.com', 'second.example.com'], array_column($asked, 'serverhostname'));
        self::assertSame([self::SERVER_PASSWORD, ''], array_column($asked, 'serverpassword'));
        Capsule::table('tblservers')->where('id', 1)->update(['disabled' => 1]);
        self::assertSame([2], array_column($this->tick('2031-01-12')['metrics'], 'server'));
    }

    public function testServicesOfEveryStatusGetFigures(): void
    {
        $this->orderAndPay();
        $statuses = [1 => Status::SUSPENDED, 2 => Status::TERMINATED];
        foreach ($statuses as $id => $status) {
            Capsule::table('tblhosting')->where('id', $id)->update(['domainstatus' => $status]);
        }
        $this->reports(['user0001' => ['storage' => 1], 'user0002' => ['storage' => 2]]);
        $this->tick('2031-01-11');
        self::assertSame(['1 storage snapshot 0000-00-00 1', '2 storage snapshot 0000-00-00 2'], $this->records());
    }

    public static function fields(): array
    {
        return [
            ['domain', 'Storage-1.example'],
            ['customfield.Tenant id', '4711'],
        ];
    }

    /** @dataProvider fields */
    public function testTheModuleChoosesTheFieldThatHoldsTheTenant(string $field, string $tenant): void
    {
        $GLOBALS['sample_meter']['field'] = $field;
        Service::find(1)->serviceProperties->save(['Tenant id' => '4711']);
        $this->reports([$tenant => ['storage' => 3]]);
        $this->tick('2031-01-11');
        self::assertSame(['1 storage snapshot 0000-00-00 3'], $this->records());
        self::assertSame([], $this->defects());
    }

    public function testServicesThatShareATenantAllGetItsFigures(): void
    {
        $this->orderAndPay();
        $GLOBALS['sample_meter']['field'] = 'domain';
        $this->reports(['Storage-1.example' => ['storage' => 3]]);
        $this->tick('2031-01-11');
        self::assertSame(['1 storage snapshot 0000-00-00 3', '2 storage snapshot 0000-00-00 3'], $this->records());
    }

    public function testTenantIdsAreComparedExactly(): void
    {
        $this->reports(['USER0001' => ['storage' => 3]]);
        self::assertSame(['USER0001'], $this->tick('2031-01-11')['metrics'][0]['unknown']);
    }

    public function testMetricsAreCollectedEveryTwelveHours(): void
    {
        $this->reports(['user0001' => ['storage' => 3]]);
        $moments = ['2031-01-11T00:00', '2031-01-11T05:00', '2031-01-11T11:59', '2031-01-11T12:00', '2031-01-13T00:00', '2031-01-13T11:00'];
        $ran = array_map(fn (string $moment): bool => $this->tick($moment)['metrics'] !== [], $moments);
        self::assertSame([true, false, false, true, true, false], $ran);
    }

    public function testFiguresKeepTheirDecimals(): void
    {
        foreach ([0.1, 1.0E-9, 1.76951288E-8, 52.9000000000001, 52900.0000000001, 9007199254740992] as $value) {
            $this->reports(['user0001' => ['storage' => $value]]);
            (new Collection($this->host))->run();
            $stored[] = Capsule::table('sandbox_usage_records')->value('value');
        }
        self::assertSame(['0.10000000000000', '0.00000000100000', '0.00000001769513', '52.90000000000010', '52900.00000000010000',
            '9007199254740992.00000000000000'], $stored);
    }

    public function testARefreshAsksForOneTenant(): void
    {
        $this->orderAndPay();
        $this->reports(['user0001' => ['storage' => 1], 'user0002' => ['storage' => 2, 'traffic' => 4]]);
        $readings = (new Collection($this->host))->refresh(2);
        self::assertSame(['storage', 'traffic'], array_column($readings, 'metric'));
        self::assertSame(['2 storage snapshot 0000-00-00 2', '2 traffic month 2031-01-01 4'], $this->records());
        self::assertSame(['tenantUsage', 'user0002'], [end($GLOBALS['sample_calls'])[0], end($GLOBALS['sample_calls'])[2]]);
    }

    public function testARefreshOfAServiceWithoutTenantGivesTheModuleAnEmptyId(): void
    {
        $this->order();
        self::assertSame([], (new Collection($this->host))->refresh(2));
        self::assertSame(['tenantUsage', ''], [end($GLOBALS['sample_calls'])[0], end($GLOBALS['sample_calls'])[2]]);
        self::assertSame([], $this->defects());
    }

    public function testAModuleWithoutMetricsIsNotAsked(): void
    {
        $this->install('sampleok');
        $this->order();
        self::assertSame([], (new Collection($this->host))->run());
        $this->expectException(Refusal::class);
        $this->expectExceptionMessage("The module 'sampleok' offers no usage metrics.");
        (new Collection($this->host))->refresh(1);
    }
}

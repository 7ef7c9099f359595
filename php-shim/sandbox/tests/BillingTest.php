<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WhmcsSandbox\Billing\ConfigurableOptions;
use WhmcsSandbox\Billing\Cron;
use WhmcsSandbox\Host\Clock;
use WhmcsSandbox\Kernel\ModuleAction;
use WhmcsSandbox\Kernel\ModuleQueue;
use WhmcsSandbox\Refusal;

/** Orders, payments, upgrades and the daily cron. */
final class BillingTest extends SandboxTestCase
{
    protected function setUp(): void
    {
        $this->install('sampleok');
    }

    private function cron(string $date): array
    {
        $this->host->clock->advance(Clock::moment($date));
        return (new Cron($this->host, $this->invoices))->run();
    }

    private function called(): array
    {
        return array_column($GLOBALS['sample_calls'], 0);
    }

    public function testPaymentCreatesTheAccountAndMovesTheDueDate(): void
    {
        $placed = $this->order();
        self::assertSame([], $this->called());
        $this->invoices->pay($placed['invoice']);
        self::assertSame(['CreateAccount'], $this->called());
        self::assertSame(['Active', '2031-02-10'], [$this->service()->domainstatus, $this->service()->nextduedate]);
        $this->expectException(Refusal::class);
        $this->invoices->pay($placed['invoice']);
    }

    public function testALifeOfUnpaidInvoices(): void
    {
        $this->invoices->pay($this->order()['invoice']);
        self::assertSame([], $this->cron('2031-01-26')['invoices']);
        self::assertSame([2], $this->cron('2031-01-27')['invoices']);
        self::assertSame([], $this->cron('2031-02-14')['outcomes']);
        self::assertSame('Active', $this->service()->domainstatus);

        $this->cron('2031-02-15');
        self::assertSame(['Suspended', 'Overdue on Payment'], [$this->service()->domainstatus, $this->service()->suspendreason]);
        self::assertSame('Overdue on Payment', $GLOBALS['sample_calls'][array_search('SuspendAccount', $this->called(), true)][1]['suspendreason']);
        $this->invoices->pay(2);
        self::assertSame(['Active', '2031-03-10'], [$this->service()->domainstatus, $this->service()->nextduedate]);

        $this->cron('2031-03-15');
        self::assertSame('Suspended', $this->service()->domainstatus);
        $this->cron('2031-04-08');
        self::assertSame('Suspended', $this->service()->domainstatus);
        $this->cron('2031-04-09');
        self::assertSame('Terminated', $this->service()->domainstatus);
    }

    public function testTheDailyTasksRunOncePerDayTheCronHookEachTime(): void
    {
        $runs = [];
        foreach (['PreCronJob', 'DailyCronJob', 'AfterCronJob'] as $point) {
            add_hook($point, 1, static function (array $vars) use (&$runs, $point): void {
                $runs[] = $point;
            });
        }
        self::assertTrue($this->cron('2031-01-11T03:00')['daily']);
        self::assertFalse($this->cron('2031-01-11T23:59')['daily']);
        self::assertTrue($this->cron('2031-01-12T00:00')['daily']);
        self::assertSame(['PreCronJob', 'DailyCronJob', 'AfterCronJob', 'AfterCronJob', 'PreCronJob', 'DailyCronJob', 'AfterCronJob'], $runs);
    }

    public function testTheClockOnlyMovesForward(): void
    {
        $this->cron('2031-01-11');
        $this->expectException(Refusal::class);
        $this->cron('2031-01-10');
    }

    public function testAManualSuspensionIsNotLiftedByAPayment(): void
    {
        $this->invoices->pay($this->order()['invoice']);
        $this->host->kernel->run(1, ModuleAction::Suspend, false, ['suspendreason' => 'Abuse']);
        $this->cron('2031-02-10');
        $this->invoices->pay(2);
        self::assertSame('Suspended', $this->service()->domainstatus);
    }

    public function testServicesExemptFromSuspensionAreLeftAlone(): void
    {
        $this->invoices->pay($this->order()['invoice']);
        Capsule::table('tblhosting')->update(['overideautosuspend' => 1, 'overidesuspenduntil' => '2031-02-20']);
        $this->cron('2031-02-16');
        self::assertSame('Active', $this->service()->domainstatus);
        $this->cron('2031-02-20');
        self::assertSame('Suspended', $this->service()->domainstatus);
    }

    public function testAFailedTerminationStaysInTheQueueAndTheServiceKeepsItsStatus(): void
    {
        $this->invoices->pay($this->order()['invoice']);
        $GLOBALS['sample_answer'] = 'The bucket holds data.';
        $this->cron('2031-04-20');
        self::assertSame('Active', $this->service()->domainstatus);
        self::assertSame(['SuspendAccount', 'TerminateAccount'], array_map(static fn ($i) => $i->module_action, ModuleQueue::open()));
        $this->cron('2031-04-21');
        self::assertCount(2, ModuleQueue::open());
        $GLOBALS['sample_answer'] = 'success';
        $this->host->kernel->queue->retry(1, $this->host->kernel);
        self::assertSame('Overdue on Payment', $this->service()->suspendreason);
    }

    public function testUpgradeByProductHappensOnPaymentWithTheNewValues(): void
    {
        $this->invoices->pay($this->order()['invoice']);
        $upgrade = $this->upgrades->toProduct(1, 2, $this->invoices);
        self::assertSame(1, $this->service()->packageid);
        $seen = [];
        add_hook('AfterProductUpgrade', 1, static function (array $vars) use (&$seen): void {
            $seen[] = $vars;
        });
        $this->invoices->pay($upgrade['invoice']);
        [$function, $params] = end($GLOBALS['sample_calls']);
        self::assertSame(['ChangePackage', 2, '500'], [$function, $params['pid'], $params['configoption1']]);
        self::assertSame([['upgradeid' => $upgrade['upgrade']]], $seen);
        self::assertSame('Completed', Capsule::table('tblupgrades')->value('status'));
        self::assertSame('40.00', $this->service()->amount);
    }

    public function testUpgradeOfOptionsKeepsTheOtherChoices(): void
    {
        $this->invoices->pay($this->order(1, 1, ['GET/s=50'])['invoice']);
        $upgrade = $this->upgrades->toOptions(1, ['Storage quota (GB)=250'], $this->invoices);
        self::assertSame('', ConfigurableOptions::values(1, 1)['Storage quota (GB)']);
        $this->invoices->pay($upgrade['invoice']);
        [$function, $params] = end($GLOBALS['sample_calls']);
        self::assertSame(['ChangePackage', '250', '50'],
            [$function, $params['configoptions']['Storage quota (GB)'], $params['configoptions']['GET/s']]);
    }

    public function testUsageIsCollectedDailyFromActiveServersOnly(): void
    {
        $this->order();
        self::assertSame([1], $this->cron('2031-01-11')['usage']);
        self::assertSame(12, $this->service()->diskusage);
        self::assertSame([], $this->defects());
    }
}

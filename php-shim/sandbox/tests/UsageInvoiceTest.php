<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WhmcsSandbox\Billing\PriceSchema;
use WhmcsSandbox\Billing\UsagePrice;
use WhmcsSandbox\Billing\UsagePrices;
use WhmcsSandbox\Usage\Reading;
use WhmcsSandbox\Usage\Records;

/** What metered usage adds to renewal invoices; the service is due on the 10th, invoices come 14 days earlier. */
final class UsageInvoiceTest extends UsageTestCase
{
    protected function tearDown(): void
    {
        $invoices = Capsule::table('tblinvoices')->pluck('total', 'id')->all();
        $sums = Capsule::table('tblinvoiceitems')->selectRaw('invoiceid, SUM(amount) AS total')->groupBy('invoiceid')
            ->pluck('total', 'invoiceid')->all();
        self::assertSame($invoices, $sums, 'the total of every invoice is the sum of its lines');
        parent::tearDown();
    }

    /** A figure of a metric in the month the clock stands in. */
    private function record(string $type, string $value, string $metric = 'traffic'): void
    {
        (new Records($this->host->clock))->store(1, new Reading($metric, ucfirst($metric), 'GB', $type, $value, $this->host->clock->timestamp()));
    }

    public function testAMonthIsBilledOnceItHasEnded(): void
    {
        $this->price('traffic', [0 => '0.02'], '10');
        $this->reports(['user0001' => ['traffic' => 123.456]]);
        $first = $this->tick('2031-01-27')['invoices'];
        self::assertSame([2], $first);
        self::assertSame([], $this->extraLines(2), 'January has not ended');

        $this->reports(['user0001' => ['traffic' => 5]]);
        $second = $this->tick('2031-02-24')['invoices'];
        self::assertSame([3], $second);
        self::assertSame(['Traffic (2031-01): 123.456 GB, 10 included, 113.456 × 0.02 EUR' => '2.27'], $this->extraLines(3));
        self::assertSame('12.27', Capsule::table('tblinvoices')->where('id', 3)->value('total'));

        $this->tick('2031-03-27');
        self::assertSame(['Traffic (2031-02): 5 GB, 10 included, nothing to charge' => '0.00'], $this->extraLines(4));
    }

    public function testALongTermSumsItsMonthsAndThenAppliesIncludedAndBracketsOnce(): void
    {
        Capsule::table('tblhosting')->update(['billingcycle' => 'Quarterly', 'nextduedate' => '2031-04-10', 'nextinvoicedate' => '2031-04-10']);
        $this->price('traffic', [0 => '0.10', 100 => '0.08'], '50', PriceSchema::Graduated);
        foreach (['2031-01-31' => 60, '2031-02-28' => 70, '2031-03-20' => 70, '2031-03-27' => 75] as $date => $value) {
            $this->reports(['user0001' => ['traffic' => $value]]);
            $this->tick($date);
        }
        self::assertSame(
            ['Traffic (2031-01 to 2031-02): 130 GB, 50 included, 80 × 0.1 EUR' => '8.00'],
            $this->extraLines(2),
            'March runs on'
        );
        $this->invoices->pay(2);
        foreach (['2031-04-30' => 100, '2031-05-31' => 1, '2031-06-26' => 0] as $date => $value) {
            $this->reports(['user0001' => ['traffic' => $value]]);
            $this->tick($date);
        }
        // 75 + 100 + 1 - 50 = 126: 100 at 0.10 and 26 at 0.08.
        self::assertSame(
            ['Traffic (2031-03 to 2031-05): 176 GB, 50 included, 100 × 0.1 EUR + 26 × 0.08 EUR' => '12.08'],
            $this->extraLines(3)
        );
    }

    public function testDaysAreSummedLikeMonths(): void
    {
        $this->price('traffic', [0 => '1']);
        foreach (['2031-01-30', '2031-01-31', '2031-02-01'] as $date) {
            $this->tick($date);
            $this->record(MetricInterface::TYPE_PERIOD_DAY, '1.5');
        }
        $this->tick('2031-02-24');
        self::assertSame(['Traffic (2031-01): 3 GB, 0 included, 3 × 1 EUR' => '3.00'], $this->extraLines(3));
    }

    public function testVolumeNamesTheReachedBracketsPrice(): void
    {
        $this->price('traffic', [0 => '0.10', 100 => '0.08'], '0', PriceSchema::Volume);
        $this->record(MetricInterface::TYPE_PERIOD_MONTH, '100');
        $this->tick('2031-02-24');
        self::assertSame(['Traffic (2031-01): 100 GB, 0 included, 100 × 0.08 EUR' => '8.00'], $this->extraLines(2));
    }

    public function testWhatIsInvoicedIsNeverInvoicedAgain(): void
    {
        $this->price('traffic', [0 => '1']);
        $this->record(MetricInterface::TYPE_PERIOD_MONTH, '4');
        $this->tick('2031-03-27');
        self::assertCount(1, $this->extraLines(2));
        self::assertSame([], $this->extraLines(3), 'both invoices were made in one run');
        $this->tick('2031-04-26');
        self::assertSame([], $this->extraLines(4));
        self::assertSame(2, Capsule::table('sandbox_usage_records')->value('invoice_id'));
    }

    public function testASnapshotIsBilledWithItsValueOnTheDueDate(): void
    {
        $this->price('storage', [0 => '0.50'], '1');
        foreach (['2031-01-27' => 3, '2031-02-09' => 5, '2031-02-10' => 7, '2031-02-11' => 9, '2031-02-24' => 11] as $date => $value) {
            $this->reports(['user0001' => ['storage' => $value]]);
            $this->tick($date);
        }
        self::assertSame([], $this->extraLines(2), 'its due date had not come');
        self::assertSame(['Storage (on 2031-02-10): 7 GB, 1 included, 6 × 0.5 EUR' => '3.00'], $this->extraLines(3));
        self::assertContains('1 storage snapshot 0000-00-00 11', $this->records());
    }

    public function testAnInvoiceMadeOnTheDueDateHoldsTheSnapshotOfThatDay(): void
    {
        $this->host->settings->set('CreateInvoiceDaysBefore', '0');
        $this->price('storage', [0 => '0.50']);
        foreach (['2031-02-09' => 5, '2031-02-10' => 7, '2031-02-11' => 9, '2031-03-10' => 4] as $date => $value) {
            $this->reports(['user0001' => ['storage' => $value]]);
            $this->tick($date);
        }
        self::assertSame(['Storage (on 2031-02-10): 7 GB, 0 included, 7 × 0.5 EUR' => '3.50'], $this->extraLines(2));
        self::assertSame(['Storage (on 2031-03-10): 4 GB, 0 included, 4 × 0.5 EUR' => '2.00'], $this->extraLines(3));
    }

    public function testAnEarlyPaymentDoesNotHideTheDueDate(): void
    {
        $this->price('storage', [0 => '1']);
        $this->reports(['user0001' => ['storage' => 7]]);
        $this->invoices->pay($this->tick('2031-01-27')['invoices'][0]);
        $this->tick('2031-02-10');
        $this->tick('2031-02-24');
        self::assertSame(['Storage (on 2031-02-10): 7 GB, 0 included, 7 × 1 EUR' => '7.00'], $this->extraLines(3));
    }

    public function testThePriceAndTheProductAreThoseOfTheDayOfInvoicing(): void
    {
        $this->price('traffic', [0 => '1']);
        $this->record(MetricInterface::TYPE_PERIOD_MONTH, '4');
        $this->price('traffic', [0 => '2']);
        $this->tick('2031-02-01');
        self::assertSame(['Traffic (2031-01): 4 GB, 0 included, 4 × 2 EUR' => '8.00'], $this->extraLines(2));
        $this->record(MetricInterface::TYPE_PERIOD_MONTH, '4');
        Capsule::table('tblhosting')->update(['packageid' => 2]);
        $this->tick('2031-03-01');
        self::assertSame([], $this->extraLines(3), 'the other product does not sell the metric');
    }

    public function testAMetricThatIsOffOrHasNoPriceWaits(): void
    {
        $this->record(MetricInterface::TYPE_PERIOD_MONTH, '4');
        $this->record(MetricInterface::TYPE_PERIOD_MONTH, '6', 'requests');
        $this->price('traffic', [0 => '1']);
        UsagePrices::switchOff(1, 'traffic');
        $this->tick('2031-02-01');
        self::assertSame([], $this->extraLines(2));
        $this->price('traffic', [0 => '1']);
        $this->tick('2031-02-24');
        self::assertSame(['Traffic (2031-01): 4 GB, 0 included, 4 × 1 EUR' => '4.00'], $this->extraLines(3));
    }

    public function testThePriceIsThatOfTheClientsCurrency(): void
    {
        Capsule::table('tblcurrencies')->insert(['code' => 'USD', 'prefix' => '$', 'suffix' => ' USD', 'format' => 1, 'rate' => '1.10000']);
        $this->price('traffic', [0 => '1']);
        $this->record(MetricInterface::TYPE_PERIOD_MONTH, '4');
        Capsule::table('tblclients')->where('id', 1)->update(['currency' => 2]);
        $this->tick('2031-02-01');
        self::assertSame([], $this->extraLines(2), 'there is no price in dollars');
        $price = UsagePrices::find(1, 'traffic', 1);
        UsagePrices::set(1, 'traffic', 2, new UsagePrice($price->schema, '1', [['from' => '0', 'price' => '1.20']]));
        $this->tick('2031-02-24');
        self::assertSame(['Traffic (2031-01): 4 GB, 1 included, 3 × $1.2 USD' => '3.60'], $this->extraLines(3));
    }

    public function testATerminatedServiceGetsNoFurtherInvoice(): void
    {
        $this->price('traffic', [0 => '1']);
        $this->record(MetricInterface::TYPE_PERIOD_MONTH, '4');
        Capsule::table('tblhosting')->update(['domainstatus' => 'Terminated']);
        self::assertSame([], $this->tick('2031-02-24')['invoices']);
        self::assertSame(0, Capsule::table('sandbox_usage_records')->value('invoice_id'));
    }
}

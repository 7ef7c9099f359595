<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WhmcsSandbox\Billing\Cron;
use WhmcsSandbox\Billing\PriceSchema;
use WhmcsSandbox\Billing\UsagePrice;
use WhmcsSandbox\Billing\UsagePrices;
use WhmcsSandbox\Host\Clock;

/** A sandbox with the module samplemeter and one paid service, user0001, ordered on 10 January 2031. */
abstract class UsageTestCase extends SandboxTestCase
{
    protected function setUp(): void
    {
        $GLOBALS['sample_meter'] = [];
        $this->install('samplemeter');
        $this->orderAndPay();
    }

    protected function tearDown(): void
    {
        unset($GLOBALS['sample_meter']);
        parent::tearDown();
    }

    protected function orderAndPay(int $product = 1, int $client = 1): int
    {
        $placed = $this->order($product, $client);
        $this->invoices->pay($placed['invoice']);
        return $placed['service'];
    }

    /** @param array<string, array<string, float|int>> $usage by tenant and metric */
    protected function reports(array $usage): void
    {
        $GLOBALS['sample_meter']['usage'] = $usage;
    }

    /** One run of the cron at a moment. */
    protected function tick(string $moment): array
    {
        $this->host->clock->advance(Clock::moment($moment));
        return (new Cron($this->host, $this->invoices))->run();
    }

    protected function useTimezone(string $zone, string $date): void
    {
        $this->host->settings->set('SandboxTimezone', $zone);
        $this->host->clock->apply();
        $this->host->clock->stop(Clock::moment($date));
    }

    /** @return list<string> "service metric kind period value" of every record */
    protected function records(): array
    {
        return Capsule::table('sandbox_usage_records')->orderBy('service_id')->orderBy('metric')->orderBy('kind')
            ->orderBy('period_start')->get()
            ->map(static fn (object $r): string => "$r->service_id $r->metric $r->kind $r->period_start " . (float) $r->value)
            ->all();
    }

    /**
     * @param array<string, string> $brackets starting quantity => price
     */
    protected function price(
        string $metric,
        array $brackets,
        string $included = '0',
        PriceSchema $schema = PriceSchema::PerUnit
    ): void {
        UsagePrices::set(1, $metric, 1, new UsagePrice($schema, $included, array_map(
            static fn (int|string $from, string $price): array => ['from' => (string) $from, 'price' => $price],
            array_keys($brackets),
            $brackets
        )));
    }

    /** @return array<string, string> description => amount of an invoice's lines but the service's own */
    protected function extraLines(int $invoice): array
    {
        return Capsule::table('tblinvoiceitems')->where('invoiceid', $invoice)->where('type', '!=', 'Hosting')
            ->orderBy('id')->pluck('amount', 'description')->all();
    }
}

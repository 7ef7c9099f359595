<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

use WhmcsSandbox\Billing\Cron;
use WhmcsSandbox\Billing\Invoices;
use WhmcsSandbox\Billing\Orders;
use WhmcsSandbox\Billing\Upgrades;
use WhmcsSandbox\Host\Host;

/** `whmcs order`, `pay`, `upgrade` and `cron`. */
final class BillingCommands
{
    private readonly Upgrades $upgrades;
    private readonly Invoices $invoices;

    public function __construct(private readonly Host $host)
    {
        $this->upgrades = new Upgrades($host);
        $this->invoices = new Invoices($host, $this->upgrades);
    }

    public function order(Arguments $arguments): Report
    {
        $placed = (new Orders($this->host, $this->invoices))->place(
            $arguments->id('client', 1),
            $arguments->id('product', 1),
            $arguments->text('domain'),
            $arguments->all('config')
        );
        $outcomes = $placed['outcomes'];
        unset($placed['outcomes']);
        return (new Report($placed, [
            "Order {$placed['order']}: service {$placed['service']} is Pending, invoice {$placed['invoice']} is unpaid.",
        ]))->withOutcomes($outcomes);
    }

    public function pay(Arguments $arguments): Report
    {
        $invoice = Arguments::number($arguments->words[0] ?? '', '`whmcs pay`');
        return (new Report(['invoice' => $invoice], ["Invoice $invoice is paid."]))->withOutcomes($this->invoices->pay($invoice));
    }

    public function upgrade(Arguments $arguments): Report
    {
        $service = $arguments->id('service');
        if ($arguments->has('product') === $arguments->has('config')) {
            throw new UsageError('Give either --product or --config.');
        }
        $placed = $arguments->has('product')
            ? $this->upgrades->toProduct($service, $arguments->id('product'), $this->invoices)
            : $this->upgrades->toOptions($service, $arguments->all('config'), $this->invoices);
        return new Report($placed, ["Upgrade {$placed['upgrade']} is ordered; it takes place when invoice {$placed['invoice']} is paid."]);
    }

    public function cron(Arguments $arguments): Report
    {
        if ($arguments->has('date')) {
            $this->host->clock->set($arguments->text('date'));
        }
        $result = (new Cron($this->host, $this->invoices))->run();
        $outcomes = $result['outcomes'];
        unset($result['outcomes']);
        $lines = ["Cron at {$this->host->clock->timestamp()}" . ($result['daily'] ? '.' : '; the daily tasks already ran today.')];
        foreach ($result['invoices'] as $invoice) {
            $lines[] = "Invoice $invoice was generated.";
        }
        return (new Report(['clock' => $this->host->clock->timestamp()] + $result, $lines))->withOutcomes($outcomes);
    }
}

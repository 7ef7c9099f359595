<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Billing\Cron;
use WhmcsSandbox\Billing\Invoices;
use WhmcsSandbox\Billing\Orders;
use WhmcsSandbox\Billing\Upgrades;
use WhmcsSandbox\Host\Clock;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Refusal;

/** `whmcs order`, `pay`, `upgrade`, `cron` and `invoice`. */
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

    /** One run of the cron, or one after each step up to a moment. */
    public function cron(Arguments $arguments): Report
    {
        if ($arguments->has('until')) {
            return $this->cronUntil($arguments);
        }
        if ($arguments->has('step')) {
            throw new UsageError('--step goes with --until.');
        }
        if ($arguments->has('date')) {
            $this->host->clock->advance(Clock::moment($arguments->text('date')));
        }
        $result = (new Cron($this->host, $this->invoices))->run();
        $first = "Cron at {$this->host->clock->timestamp()}" . ($result['daily'] ? '.' : '; the daily tasks already ran today.');
        return $this->report(['clock' => $this->host->clock->timestamp()] + $result, [$first]);
    }

    /** The lines of an invoice. */
    public function invoice(Arguments $arguments): Report
    {
        if (($arguments->words[0] ?? '') !== 'show') {
            throw new UsageError('There is `whmcs invoice show N`.');
        }
        $id = Arguments::number($arguments->words[1] ?? '', '`whmcs invoice show`');
        $invoice = Capsule::table('tblinvoices')->where('id', $id)
            ->first(['id', 'userid', 'date', 'duedate', 'datepaid', 'total', 'status'])
            ?? throw new Refusal("There is no invoice $id.");
        $items = Capsule::table('tblinvoiceitems')->where('invoiceid', $id)->orderBy('id')
            ->get(['type', 'relid', 'description', 'amount'])->all();
        $lines = ["Invoice $id of client $invoice->userid: due $invoice->duedate, $invoice->status"];
        foreach ([...$items, (object) ['amount' => $invoice->total, 'description' => 'total']] as $item) {
            $lines[] = sprintf('%12s  %s', $item->amount, $item->description);
        }
        return new Report(['invoice' => $invoice, 'lines' => $items], $lines);
    }

    private function cronUntil(Arguments $arguments): Report
    {
        if ($arguments->has('date')) {
            throw new UsageError('Give either --date or --until.');
        }
        if (!preg_match('/^([1-9]\d{0,3})([hd])$/', $arguments->text('step', '12h'), $m)) {
            throw new UsageError("--step is a number of hours or days such as 12h or 1d, not '{$arguments->text('step')}'.");
        }
        $end = Clock::moment($arguments->text('until'));
        $cron = new Cron($this->host, $this->invoices);
        $sum = ['runs' => 0, 'metrics' => [], 'invoices' => [], 'usage' => [], 'overages' => [], 'outcomes' => []];
        do {
            $now = $this->host->clock->now();
            $next = $m[2] === 'h' ? $now->addRealHours((int) $m[1]) : $now->addDays((int) $m[1]);
            $this->host->clock->advance($next->min($end));
            $result = $cron->run();
            $sum['runs']++;
            foreach (array_keys(array_diff_key($sum, ['runs' => 0])) as $part) {
                array_push($sum[$part], ...$result[$part]);
            }
        } while ($this->host->clock->now()->lt($end));
        return $this->report(['clock' => $this->host->clock->timestamp()] + $sum, ["Cron ran {$sum['runs']} times."]);
    }

    /**
     * @param array<string, mixed> $result of the cron
     * @param list<string> $lines
     */
    private function report(array $result, array $lines): Report
    {
        foreach ($result['metrics'] as $server) {
            $lines[] = $server['error'] === ''
                ? "Usage metrics of server {$server['server']}: {$server['stored']} services"
                    . ($server['unknown'] === [] ? '' : ', unknown tenants ' . implode(', ', $server['unknown']))
                    . ($server['without'] === [] ? '' : ', no figures for service ' . implode(', ', $server['without'])) . '.'
                : "Usage metrics of server {$server['server']} were not collected: {$server['error']}";
        }
        foreach ($result['invoices'] as $invoice) {
            $lines[] = "Invoice $invoice was generated.";
        }
        array_push($lines, ...$result['overages']);
        $outcomes = $result['outcomes'];
        unset($result['outcomes']);
        $failed = array_filter(array_column($result['metrics'], 'error'));
        return (new Report($result, $lines, $failed === []))->withOutcomes($outcomes);
    }
}

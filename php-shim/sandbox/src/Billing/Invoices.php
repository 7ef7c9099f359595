<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

use WHMCS\Database\Capsule;
use WHMCS\Product\Product;
use WHMCS\Service\Status;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Kernel\ModuleAction;
use WhmcsSandbox\Kernel\Outcome;
use WhmcsSandbox\Refusal;

/** Invoices, and what WHMCS does by itself once one is paid. */
final class Invoices
{
    /** The reason automatic suspension stores; only this one is lifted by a payment. */
    public const OVERDUE = 'Overdue on Payment';

    public function __construct(private readonly Host $host, private readonly Upgrades $upgrades)
    {
    }

    /** @param list<array{type: string, relid: int, description: string, amount: string}> $items */
    public function create(int $clientId, string $dueDate, array $items): int
    {
        $invoiceId = Capsule::table('tblinvoices')->insertGetId([
            'userid' => $clientId, 'date' => $this->host->clock->today(), 'duedate' => $dueDate,
            'total' => Decimal::total(array_column($items, 'amount')), 'status' => 'Unpaid', 'paymentmethod' => 'banktransfer',
        ]);
        foreach ($items as $item) {
            Capsule::table('tblinvoiceitems')
                ->insert($item + ['invoiceid' => $invoiceId, 'userid' => $clientId, 'duedate' => $dueDate]);
        }
        return $invoiceId;
    }

    /**
     * Marks an invoice paid and runs the automation of its items.
     *
     * @return list<Outcome> of the module commands that ran
     */
    public function pay(int $invoiceId): array
    {
        $invoice = Capsule::table('tblinvoices')->find($invoiceId) ?? throw new Refusal("There is no invoice $invoiceId.");
        if ($invoice->status !== 'Unpaid') {
            throw new Refusal("Invoice $invoiceId is $invoice->status, only an unpaid one can be paid.");
        }
        Capsule::table('tblinvoices')->where('id', $invoiceId)
            ->update(['status' => 'Paid', 'datepaid' => $this->host->clock->timestamp()]);
        $outcomes = [];
        foreach (Capsule::table('tblinvoiceitems')->where('invoiceid', $invoiceId)->orderBy('id')->get() as $item) {
            $done = match ($item->type) {
                'Hosting' => $this->servicePaid((int) $item->relid),
                'Upgrade' => $this->upgrades->provision((int) $item->relid),
                default => [],
            };
            array_push($outcomes, ...$done);
        }
        $this->host->hooks->run('InvoicePaid', [
            'invoiceid' => $invoiceId,
            'invoice' => Capsule::table('tblinvoices')->find($invoiceId),
        ]);
        return $outcomes;
    }

    /** Whether a service has an unpaid invoice that was due on or before a date. */
    public static function overdue(int $serviceId, string $dueOnOrBefore): bool
    {
        return Capsule::table('tblinvoiceitems')
            ->join('tblinvoices', 'tblinvoices.id', '=', 'tblinvoiceitems.invoiceid')
            ->where(['tblinvoiceitems.type' => 'Hosting', 'tblinvoiceitems.relid' => $serviceId])
            ->where('tblinvoices.status', 'Unpaid')
            ->where('tblinvoices.duedate', '<=', $dueOnOrBefore)
            ->exists();
    }

    /** @return list<Outcome> */
    private function servicePaid(int $serviceId): array
    {
        $service = Capsule::table('tblhosting')->find($serviceId);
        $product = Capsule::table('tblproducts')->find($service->packageid);
        Capsule::table('tblhosting')->where('id', $serviceId)
            ->update(['nextduedate' => Cycle::next($service->nextduedate, $service->billingcycle)]);
        if ($service->domainstatus === Status::PENDING) {
            return $product->autosetup === Product::AUTO_SETUP_PAYMENT
                ? [$this->host->kernel->run($serviceId, ModuleAction::Create, true)]
                : [];
        }
        $outcomes = [];
        if ($this->host->modules->function($product->servertype, ModuleAction::Renew->value) !== null) {
            $outcomes[] = $this->host->kernel->run($serviceId, ModuleAction::Renew, true);
        }
        if (
            $service->domainstatus === Status::SUSPENDED
            && $service->suspendreason === self::OVERDUE
            && !self::overdue($serviceId, $this->host->clock->today())
        ) {
            $outcomes[] = $this->host->kernel->run($serviceId, ModuleAction::Unsuspend, true);
        }
        return $outcomes;
    }
}

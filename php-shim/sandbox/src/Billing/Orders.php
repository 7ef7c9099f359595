<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

use WHMCS\Database\Capsule;
use WHMCS\Product\Product;
use WHMCS\Service\Status;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Kernel\Credentials;
use WhmcsSandbox\Kernel\ModuleAction;
use WhmcsSandbox\Kernel\Outcome;
use WhmcsSandbox\Refusal;

/** New orders: an order, an unpaid invoice and a Pending service. */
final class Orders
{
    private const CYCLE = 'Monthly';

    public function __construct(private readonly Host $host, private readonly Invoices $invoices)
    {
    }

    /**
     * @param list<string> $config "Name=Value" of configurable options
     * @return array{order: int, invoice: int, service: int, outcomes: list<Outcome>} outcomes: set-up on order, if any
     */
    public function place(int $clientId, int $productId, string $domain, array $config): array
    {
        Capsule::table('tblclients')->find($clientId) ?? throw new Refusal("There is no client $clientId.");
        $product = Capsule::table('tblproducts')->find($productId) ?? throw new Refusal("There is no product $productId.");
        $choices = ConfigurableOptions::choose($productId, $config);
        $price = self::price($productId);
        $today = $this->host->clock->today();

        $orderId = self::record($this->host, $clientId, $price);
        $serviceId = Capsule::table('tblhosting')->insertGetId([
            'userid' => $clientId, 'orderid' => $orderId, 'packageid' => $productId,
            'server' => Credentials::pickServer($productId), 'regdate' => $today, 'domain' => $domain,
            'paymentmethod' => 'banktransfer', 'firstpaymentamount' => $price, 'amount' => $price,
            'billingcycle' => self::CYCLE, 'nextduedate' => $today, 'nextinvoicedate' => $today,
            'domainstatus' => Status::PENDING,
        ]);
        ConfigurableOptions::store($serviceId, $choices);
        $invoiceId = $this->invoices->create($clientId, $today, [
            ['type' => 'Hosting', 'relid' => $serviceId, 'description' => $product->name, 'amount' => $price],
        ]);
        Capsule::table('tblorders')->where('id', $orderId)->update(['invoiceid' => $invoiceId]);
        Capsule::table('tblhosting')->where('id', $serviceId)->update(['nextinvoicedate' => Cycle::next($today, self::CYCLE)]);
        $outcomes = $product->autosetup === Product::AUTO_SETUP_ORDER
            ? [$this->host->kernel->run($serviceId, ModuleAction::Create, true)]
            : [];
        return ['order' => $orderId, 'invoice' => $invoiceId, 'service' => $serviceId, 'outcomes' => $outcomes];
    }

    /** The row of tblorders that every order, upgrades included, has. */
    public static function record(Host $host, int $clientId, string $amount): int
    {
        return Capsule::table('tblorders')->insertGetId([
            'ordernum' => random_int(1_000_000_000, 9_999_999_999), 'userid' => $clientId,
            'date' => $host->clock->timestamp(), 'amount' => $amount, 'paymentmethod' => 'banktransfer',
            'status' => 'Pending',
        ]);
    }

    /** Monthly price in the default currency. */
    public static function price(int $productId): string
    {
        return Capsule::table('tblpricing')->where(['type' => 'product', 'relid' => $productId])->value('monthly') ?? '0.00';
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

use WHMCS\Database\Capsule;
use WHMCS\Service\Status;
use WhmcsSandbox\Host\CustomFields;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Kernel\ModuleAction;
use WhmcsSandbox\Kernel\Outcome;
use WhmcsSandbox\Refusal;

/** Upgrades of a service to another product, or of its configurable options. */
final class Upgrades
{
    public function __construct(private readonly Host $host)
    {
    }

    /**
     * Orders a change of product; it takes place when the invoice is paid.
     *
     * @return array{order: int, invoice: int, upgrade: int}
     */
    public function toProduct(int $serviceId, int $productId, Invoices $invoices): array
    {
        $service = self::activeService($serviceId);
        $product = Capsule::table('tblproducts')->find($productId) ?? throw new Refusal("There is no product $productId.");
        $current = Capsule::table('tblproducts')->find($service->packageid);
        if ($product->servertype !== $current->servertype) {
            throw new Refusal("Product $productId uses another module, a service cannot be upgraded to it.");
        }
        $difference = bcsub(Orders::price($productId), Orders::price((int) $service->packageid), 2);
        return $this->order($service, $difference[0] === '-' ? '0.00' : $difference, "Upgrade to $product->name", $invoices, [
            'type' => 'package',
            'originalvalue' => (string) $service->packageid,
            'newvalue' => "$productId," . strtolower($service->billingcycle),
        ]);
    }

    /**
     * Orders other configurable options; they take effect when the invoice is paid.
     *
     * @param list<string> $config "Name=Value"
     * @return array{order: int, invoice: int, upgrade: int}
     */
    public function toOptions(int $serviceId, array $config, Invoices $invoices): array
    {
        $service = self::activeService($serviceId);
        $choices = ConfigurableOptions::choose((int) $service->packageid, $config, $serviceId);
        return $this->order($service, '1.00', 'Upgrade of ' . implode(', ', $config), $invoices, [
            'type' => 'configoptions',
            'originalvalue' => '',
            'newvalue' => json_encode($choices),
        ]);
    }

    /**
     * Applies a paid upgrade and tells the module, which sees the new values only.
     *
     * @return list<Outcome>
     */
    public function provision(int $upgradeId): array
    {
        $upgrade = Capsule::table('tblupgrades')->find($upgradeId);
        $serviceId = (int) $upgrade->relid;
        if ($upgrade->type === 'package') {
            $this->changeProduct($serviceId, (int) $upgrade->newvalue);
        } else {
            ConfigurableOptions::store($serviceId, json_decode($upgrade->newvalue, true));
        }
        Capsule::table('tblupgrades')->where('id', $upgradeId)->update(['status' => 'Completed', 'paid' => 'Y']);
        $outcome = $this->host->kernel->run($serviceId, ModuleAction::ChangePackage, true);
        $point = $upgrade->type === 'package' ? 'AfterProductUpgrade' : 'AfterConfigOptionsUpgrade';
        $this->host->hooks->run($point, ['upgradeid' => $upgradeId]);
        return [$outcome];
    }

    private function changeProduct(int $serviceId, int $productId): void
    {
        $service = Capsule::table('tblhosting')->find($serviceId);
        CustomFields::move($serviceId, (int) $service->packageid, $productId);
        Capsule::table('tblhosting')->where('id', $serviceId)
            ->update(['packageid' => $productId, 'amount' => Orders::price($productId)]);
        ConfigurableOptions::store($serviceId, ConfigurableOptions::choose($productId, [], $serviceId));
    }

    private function order(object $service, string $amount, string $text, Invoices $invoices, array $upgrade): array
    {
        $orderId = Orders::record($this->host, (int) $service->userid, $amount);
        $upgradeId = Capsule::table('tblupgrades')->insertGetId($upgrade + [
            'userid' => $service->userid, 'orderid' => $orderId, 'date' => $this->host->clock->today(),
            'relid' => $service->id, 'amount' => $amount, 'status' => 'Pending', 'paid' => 'N',
        ]);
        $invoiceId = $invoices->create((int) $service->userid, $this->host->clock->today(), [
            ['type' => 'Upgrade', 'relid' => $upgradeId, 'description' => $text, 'amount' => $amount],
        ]);
        Capsule::table('tblorders')->where('id', $orderId)->update(['invoiceid' => $invoiceId]);
        return ['order' => $orderId, 'invoice' => $invoiceId, 'upgrade' => $upgradeId];
    }

    private static function activeService(int $serviceId): object
    {
        $service = Capsule::table('tblhosting')->find($serviceId) ?? throw new Refusal("There is no service $serviceId.");
        if ($service->domainstatus !== Status::ACTIVE) {
            throw new Refusal("Service $serviceId is $service->domainstatus; only an active one can be upgraded.");
        }
        return $service;
    }
}

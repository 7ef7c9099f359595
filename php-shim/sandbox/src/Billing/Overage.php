<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

use Illuminate\Database\Query\Builder;
use WHMCS\Database\Capsule;
use WHMCS\Service\Status;
use WhmcsSandbox\Host\Clock;
use WhmcsSandbox\Refusal;

/**
 * The older way to bill usage: soft limits of a product for disk and bandwidth, and a price for what is above them.
 *
 * Computed on the last day of each month from the figures UsageUpdate stored, with a precision of 0.1 GB, half rounded
 * up. Units step by 1024; prices are in the default currency and are converted with the rate of the client's.
 * The columns of tblproducts that hold the units are not published: here overagesenabled is `1,DISKUNIT,BANDWIDTHUNIT`.
 */
final class Overage
{
    public const UNITS = ['MB' => 1, 'GB' => 1024, 'TB' => 1024 * 1024];
    /** Gigabytes times this are the unit; all three are exact. */
    private const PER_GIGABYTE = ['MB' => '1024', 'GB' => '1', 'TB' => '0.0009765625'];
    private const TYPE = 'Overage';
    private const RESOURCES = [
        'disk' => ['Disk space', 'diskusage', 'overagesdisklimit', 'overagesdiskprice'],
        'bandwidth' => ['Bandwidth', 'bwusage', 'overagesbwlimit', 'overagesbwprice'],
    ];

    public function __construct(private readonly Clock $clock)
    {
    }

    /**
     * @param array{limit: int, unit: string, price: string} $disk
     * @param array{limit: int, unit: string, price: string} $bandwidth
     */
    public static function set(int $productId, array $disk, array $bandwidth): void
    {
        self::product($productId)->update([
            'overagesenabled' => "1,{$disk['unit']},{$bandwidth['unit']}",
            'overagesdisklimit' => $disk['limit'], 'overagesdiskprice' => $disk['price'],
            'overagesbwlimit' => $bandwidth['limit'], 'overagesbwprice' => $bandwidth['price'],
        ]);
    }

    public static function switchOff(int $productId): void
    {
        self::product($productId)->update(['overagesenabled' => '']);
    }

    /**
     * On the last day of a month: what every service has used beyond its product's limits.
     *
     * @return list<string> the descriptions of the new lines
     */
    public function compute(): array
    {
        if (!$this->clock->now()->isLastOfMonth()) {
            return [];
        }
        $services = Capsule::table('tblhosting')
            ->join('tblproducts', 'tblproducts.id', '=', 'tblhosting.packageid')
            ->whereIn('tblhosting.domainstatus', [Status::ACTIVE, Status::SUSPENDED])
            ->where('tblproducts.overagesenabled', 'like', '1,%')
            ->get(['tblhosting.id', 'tblhosting.userid', 'diskusage', 'bwusage', 'overagesenabled', 'overagesdisklimit',
                'overagesbwlimit', 'overagesdiskprice', 'overagesbwprice']);
        $found = [];
        foreach ($services as $service) {
            $units = array_combine(array_keys(self::RESOURCES), array_slice(explode(',', $service->overagesenabled), 1));
            foreach ($units as $resource => $unit) {
                array_push($found, ...$this->computeOne($service, $resource, $unit));
            }
        }
        return $found;
    }

    /** @return list<PendingLine> what is not invoiced yet */
    public function forRenewal(int $serviceId): array
    {
        $rows = Capsule::table('sandbox_overages')->where(['service_id' => $serviceId, 'invoice_id' => 0])->orderBy('id')->get();
        return $rows->map(static fn (object $row): PendingLine => new PendingLine([
            'type' => self::TYPE, 'relid' => $serviceId, 'description' => $row->description, 'amount' => $row->amount,
        ], 'sandbox_overages', [(int) $row->id]))->all();
    }

    /** @return list<object> of one service, or of all */
    public static function all(?int $serviceId = null): array
    {
        $rows = Capsule::table('sandbox_overages')->orderBy('id');
        return ($serviceId === null ? $rows : $rows->where('service_id', $serviceId))->get()->all();
    }

    /** @return list<string> one description, or none when nothing is charged */
    private function computeOne(object $service, string $resource, string $unit): array
    {
        [$label, $usage, $limit, $price] = self::RESOURCES[$resource];
        $excessMegabytes = $service->$usage - $service->$limit * self::UNITS[$unit];
        $tenths = $excessMegabytes > 0 ? intdiv($excessMegabytes * 10 + 512, 1024) : 0;
        if ($tenths === 0 || bccomp($service->$price, '0', 4) === 0) {
            return [];
        }
        $excess = bcdiv((string) $tenths, '10', 1);
        $currency = getCurrency($service->userid);
        $default = (array) Capsule::table('tblcurrencies')->where('default', 1)->first();
        $inDefault = bcmul(bcmul($excess, self::PER_GIGABYTE[$unit], 11), $service->$price, 15);
        $month = $this->clock->now()->format('Y-m');
        $description = "$label overage ($month): $excess GB above {$service->$limit} $unit, {$default['prefix']}"
            . Decimal::plain($service->$price) . "{$default['suffix']} per $unit";
        Capsule::table('sandbox_overages')->insertOrIgnore([
            'service_id' => $service->id, 'resource' => $resource, 'month' => "$month-01", 'excess_gb' => $excess,
            'amount' => Decimal::cents(bcmul($inDefault, $currency['rate'], 20)), 'description' => $description,
        ]);
        return [$description];
    }

    private static function product(int $productId): Builder
    {
        Capsule::table('tblproducts')->find($productId) ?? throw new Refusal("There is no product $productId.");
        return Capsule::table('tblproducts')->where('id', $productId);
    }
}

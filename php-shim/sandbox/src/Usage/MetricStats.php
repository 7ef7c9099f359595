<?php

declare(strict_types=1);

namespace WhmcsSandbox\Usage;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Billing\UsagePrices;

/** `$metricStats` of the client's product page: the metrics that are sold, with prices, as the official theme reads them. */
final class MetricStats
{
    /** @return list<array<string, mixed>> empty for a product without metrics that are switched on */
    public static function of(int $serviceId): array
    {
        $service = Capsule::table('tblhosting')->find($serviceId);
        $currency = (int) Capsule::table('tblclients')->where('id', $service->userid)->value('currency');
        $code = Capsule::table('tblcurrencies')->where('id', $currency)->value('code');
        $items = Capsule::table('tblusage_items')
            ->where(['rel_type' => 'Product', 'rel_id' => $service->packageid, 'is_hidden' => 0])->orderBy('id')->get();
        $stats = [];
        foreach ($items as $item) {
            $price = UsagePrices::find((int) $service->packageid, $item->metric, $currency);
            $record = Capsule::table('sandbox_usage_records')
                ->where(['service_id' => $serviceId, 'metric' => $item->metric])
                ->where('kind', '<>', Records::DUE)->orderByDesc('period_start')->first();
            $pricing = array_map(static fn (array $bracket): array => [
                'from' => self::plain($bracket['from']), 'price_per_unit' => self::plain($bracket['price']) . " $code",
            ], $price->brackets ?? []);
            $stats[] = [
                'systemName' => $item->metric,
                'displayName' => $record->display_name ?? $item->metric,
                'unitName' => $record->unit ?? '',
                'currentValue' => $record->value ?? '-',
                'lastUpdated' => $record->collected_at ?? '',
                'pricing' => $pricing,
                'lowestPrice' => $pricing === [] ? null : end($pricing)['price_per_unit'],
                'includedQuantity' => self::plain($price->included ?? '0'),
                'includedQuantityUnits' => $record->unit ?? '',
                'pricingSchema' => ['info' => $price?->schema->value ?? '', 'detail' => ''],
            ];
        }
        return $stats;
    }

    /** A decimal of the database without the zeros at its end. */
    private static function plain(string $decimal): string
    {
        return str_contains($decimal, '.') ? rtrim(rtrim($decimal, '0'), '.') : $decimal;
    }
}

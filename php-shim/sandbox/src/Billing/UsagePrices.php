<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Refusal;

/** The price definitions of products, per metric and currency, and which metrics are sold at all. */
final class UsagePrices
{
    /** As tblusage_items keeps them. */
    private const INCLUDED_PLACES = 5;

    /**
     * Stores the definition of a metric in one currency and switches the metric on. The included quantity is the
     * same in every currency.
     */
    public static function set(int $productId, string $metric, int $currencyId, UsagePrice $price): void
    {
        self::check($price);
        $itemId = self::item($productId, $metric);
        Capsule::table('tblusage_items')->where('id', $itemId)->update(['included' => $price->included, 'is_hidden' => 0]);
        Capsule::table('sandbox_usage_prices')->where(['usage_item_id' => $itemId, 'currency' => $currencyId])->delete();
        foreach ($price->brackets as $bracket) {
            Capsule::table('sandbox_usage_prices')->insert([
                'usage_item_id' => $itemId, 'currency' => $currencyId, 'price_schema' => $price->schema->value,
                'starting_quantity' => $bracket['from'], 'price' => $bracket['price'],
            ]);
        }
    }

    /** Switches a metric off; its prices stay for the day it is switched on again. */
    public static function switchOff(int $productId, string $metric): void
    {
        Capsule::table('tblusage_items')->where('id', self::item($productId, $metric))->update(['is_hidden' => 1]);
    }

    /** The definition to bill by; null when the metric is off or has no price in the currency. */
    public static function find(int $productId, string $metric, int $currencyId): ?UsagePrice
    {
        $item = Capsule::table('tblusage_items')->where(self::key($productId, $metric) + ['is_hidden' => 0])->first();
        $rows = Capsule::table('sandbox_usage_prices')
            ->where(['usage_item_id' => $item->id ?? 0, 'currency' => $currencyId])
            ->orderBy('starting_quantity')->get();
        if ($rows->isEmpty()) {
            return null;
        }
        $brackets = $rows->map(static fn (object $row): array => ['from' => $row->starting_quantity, 'price' => $row->price]);
        return new UsagePrice(PriceSchema::from($rows[0]->price_schema), $item->included, $brackets->all());
    }

    /** @return list<object> every bracket with its product, metric and currency code */
    public static function all(): array
    {
        return Capsule::table('tblusage_items as item')
            ->leftJoin('sandbox_usage_prices as price', 'price.usage_item_id', '=', 'item.id')
            ->leftJoin('tblcurrencies as currency', 'currency.id', '=', 'price.currency')
            ->orderBy('item.rel_id')->orderBy('item.metric')->orderBy('price.currency')->orderBy('price.starting_quantity')
            ->get(['item.rel_id as product', 'item.metric', 'item.included', 'item.is_hidden', 'currency.code as currency',
                'price.price_schema as schema', 'price.starting_quantity as from', 'price.price'])
            ->all();
    }

    private static function item(int $productId, string $metric): int
    {
        $key = self::key($productId, $metric);
        return (int) (Capsule::table('tblusage_items')->where($key)->value('id')
            ?? Capsule::table('tblusage_items')->insertGetId($key));
    }

    /** @return array<string, int|string> what tells an item from the others */
    private static function key(int $productId, string $metric): array
    {
        $product = Capsule::table('tblproducts')->find($productId) ?? throw new Refusal("There is no product $productId.");
        return ['rel_type' => 'Product', 'rel_id' => $productId, 'module_type' => 'servers',
            'module' => $product->servertype, 'metric' => $metric];
    }

    private static function check(UsagePrice $price): void
    {
        if (bccomp($price->included, bcadd($price->included, '0', self::INCLUDED_PLACES), Decimal::PLACES) !== 0) {
            throw new Refusal('The included quantity has at most ' . self::INCLUDED_PLACES . ' decimals.');
        }
        if (bccomp($price->brackets[0]['from'] ?? '1', '0', Decimal::PLACES) !== 0) {
            throw new Refusal('The first bracket starts at 0.');
        }
        if ($price->schema === PriceSchema::PerUnit && count($price->brackets) > 1) {
            throw new Refusal('A price per unit has no brackets.');
        }
        foreach (array_slice($price->brackets, 1) as $position => $bracket) {
            if (bccomp($bracket['from'], $price->brackets[$position]['from'], Decimal::PLACES) <= 0) {
                throw new Refusal('Every bracket starts above the one before it.');
            }
        }
    }
}

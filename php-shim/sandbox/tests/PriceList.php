<?php

declare(strict_types=1);

use WhmcsSandbox\Billing\PriceSchema;
use WhmcsSandbox\Billing\UsagePrice;
use WhmcsSandbox\Billing\UsagePrices;

/** Prices per product and metric, and what they come to: computed here anew, not by the code under test. */
final class PriceList
{
    /** Of a quantity: 30 decimals hold every whole number of bytes in GiB. */
    private const PLACES = 30;

    /**
     * @param array<int, array<string, array{string, string, array<int|string, string>}>> $prices product => metric =>
     *     schema, included quantity, price by starting quantity
     */
    public function __construct(private readonly array $prices)
    {
    }

    /** Sells the metrics at these prices. */
    public function store(): void
    {
        foreach ($this->prices as $product => $metrics) {
            foreach ($metrics as $metric => [$schema, $included, $brackets]) {
                $rows = [];
                foreach ($brackets as $from => $price) {
                    $rows[] = ['from' => (string) $from, 'price' => $price];
                }
                UsagePrices::set($product, $metric, 1, new UsagePrice(PriceSchema::from($schema), $included, $rows));
            }
        }
    }

    /**
     * In whole cents, half a cent rounded up.
     *
     * @param string $count whole number, as Truth has it
     * @param string $units of it in one of what is sold
     */
    public function amount(int $product, string $metric, string $count, string $units): string
    {
        [$schema, $included, $brackets] = $this->prices[$product][$metric];
        $charged = bcsub(bcdiv($count, $units, self::PLACES), $included, self::PLACES);
        if (bccomp($charged, '0', self::PLACES) <= 0) {
            return '0.00';
        }
        $amount = '0';
        foreach (array_reverse($brackets, true) as $from => $price) {
            $above = bcsub($charged, (string) $from, self::PLACES);
            if (bccomp($above, '0', self::PLACES) < 0) {
                continue;
            }
            if ($schema !== 'graduated') {
                $amount = bcmul($charged, $price, self::PLACES);
                break;
            }
            $amount = bcadd($amount, bcmul($above, $price, self::PLACES), self::PLACES);
            $charged = (string) $from;
        }
        return bcadd($amount, '0.005', 2);
    }
}

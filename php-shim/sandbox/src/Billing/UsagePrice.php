<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

/** What a product asks for a metric, in one currency. */
final class UsagePrice
{
    /**
     * @param string $included the quantity that is not charged
     * @param list<array{from: string, price: string}> $brackets ascending, the first from 0
     */
    public function __construct(
        public readonly PriceSchema $schema,
        public readonly string $included,
        public readonly array $brackets
    ) {
    }

    /**
     * The price of a quantity: the included quantity is subtracted, then the schema is applied, then the sum is
     * rounded to cents once.
     *
     * @return array{amount: string, parts: list<array{quantity: string, price: string}>}
     */
    public function charge(string $quantity): array
    {
        $beyond = bcsub($quantity, $this->included, Decimal::PLACES);
        $parts = $this->schema->parts(bccomp($beyond, '0', Decimal::PLACES) > 0 ? $beyond : '0', $this->brackets);
        $amount = '0';
        foreach ($parts as $part) {
            $product = bcmul($part['quantity'], $part['price'], 2 * Decimal::PLACES);
            $amount = bcadd($amount, $product, 2 * Decimal::PLACES);
        }
        return ['amount' => Decimal::cents($amount), 'parts' => $parts];
    }
}

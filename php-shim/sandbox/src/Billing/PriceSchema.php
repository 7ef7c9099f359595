<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

/** The ways a price definition turns a quantity into money; the value is its name on the command line. */
enum PriceSchema: string
{
    /** One price for every unit. */
    case PerUnit = 'unit';
    /** The whole quantity at the price of the bracket it reaches. */
    case Volume = 'volume';
    /** Each bracket's share of the quantity at the bracket's own price. */
    case Graduated = 'graduated';

    /**
     * What is charged, as quantities and their prices; the products add up to the amount.
     *
     * A quantity that equals the starting quantity of a bracket has reached it.
     *
     * @param string $quantity what is left after the included quantity
     * @param list<array{from: string, price: string}> $brackets ascending, the first from 0
     * @return list<array{quantity: string, price: string}> empty for the quantity 0
     */
    public function parts(string $quantity, array $brackets): array
    {
        $parts = [];
        foreach ($brackets as $position => $bracket) {
            $end = $brackets[$position + 1]['from'] ?? null;
            $ends = $end === null || bccomp($quantity, $end, Decimal::PLACES) < 0;
            $last = $ends ? $quantity : $end;
            $parts[] = ['quantity' => bcsub($last, $bracket['from'], Decimal::PLACES), 'price' => $bracket['price']];
            if ($ends) {
                break;
            }
        }
        if ($this !== self::Graduated) {
            $parts = [['quantity' => $quantity, 'price' => end($parts)['price']]];
        }
        return array_values(array_filter(
            $parts,
            static fn (array $part): bool => bccomp($part['quantity'], '0', Decimal::PLACES) > 0
        ));
    }
}

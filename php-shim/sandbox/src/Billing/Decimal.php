<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

use WhmcsSandbox\Refusal;

/** Money and quantities as decimal text, never as floating point; none of them is negative. */
final class Decimal
{
    /** Decimals of quantities and of prices per unit: every significant digit of a figure from 1 up has its place. */
    public const PLACES = 14;
    /** What a number of floating point holds for certain. */
    private const SIGNIFICANT_DIGITS = 15;

    /** Reads what somebody typed. */
    public static function read(string $text, string $what): string
    {
        if (!preg_match('/^\d{1,15}(\.\d{1,' . self::PLACES . '})?$/', $text)) {
            throw new Refusal("$what is a number from 0 up with at most " . self::PLACES . " decimals, not '$text'.");
        }
        return $text;
    }

    /** A measured quantity with PLACES decimals, fewer where the number does not hold them. */
    public static function ofNumber(float $value): string
    {
        $wholeDigits = strlen(sprintf('%.0F', floor($value)));
        return sprintf('%.' . max(0, min(self::PLACES, self::SIGNIFICANT_DIGITS - $wholeDigits)) . 'F', $value + 0.0);
    }

    /** The amount with two decimals, half a cent rounded up. */
    public static function cents(string $amount): string
    {
        return bcadd($amount, '0.005', 2);
    }

    /** @param list<string> $amounts of whole cents */
    public static function total(array $amounts): string
    {
        return array_reduce($amounts, static fn (string $sum, string $amount): string => bcadd($sum, $amount, 2), '0.00');
    }

    /** Without trailing zeros, as people write it. */
    public static function plain(string $number): string
    {
        return str_contains($number, '.') ? rtrim(rtrim($number, '0'), '.') : $number;
    }
}

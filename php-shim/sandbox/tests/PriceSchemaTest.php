<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use WhmcsSandbox\Billing\Decimal;
use WhmcsSandbox\Billing\PriceSchema;
use WhmcsSandbox\Billing\UsagePrice;
use WhmcsSandbox\Refusal;

/** Amounts computed by hand. */
final class PriceSchemaTest extends TestCase
{
    private const BRACKETS = [['from' => '0', 'price' => '0.10'], ['from' => '100', 'price' => '0.08'], ['from' => '1000', 'price' => '0.05']];

    private static function amount(PriceSchema $schema, string $quantity, string $included = '0', ?array $brackets = null): string
    {
        return (new UsagePrice($schema, $included, $brackets ?? self::BRACKETS))->charge($quantity)['amount'];
    }

    public static function perUnit(): array
    {
        return [
            'nothing used' => ['0', '0', '0.02', '0.00'],
            'all included' => ['10', '10', '0.02', '0.00'],
            'less than included' => ['3', '10', '0.02', '0.00'],
            '113.456 × 0.02 = 2.26912' => ['123.456', '10', '0.02', '2.27'],
            'half a cent goes up' => ['1.25', '0', '0.10', '0.13'],
            'less than half a cent goes down' => ['1.2499999999', '0', '0.10', '0.12'],
            'a price below a cent' => ['2500001', '0', '0.0000004', '1.00'],
            'more digits than floating point has' => ['9007199254740993', '0', '0.01', '90071992547409.93'],
            'free' => ['500', '0', '0', '0.00'],
        ];
    }

    /** @dataProvider perUnit */
    public function testPerUnit(string $quantity, string $included, string $price, string $amount): void
    {
        self::assertSame($amount, self::amount(PriceSchema::PerUnit, $quantity, $included, [['from' => '0', 'price' => $price]]));
    }

    public static function volume(): array
    {
        return [
            ['0', '0.00'], ['99', '9.90'], ['99.99', '10.00'], ['100', '8.00'], ['100.01', '8.00'],
            ['999', '79.92'], ['1000', '50.00'], ['1500', '75.00'],
        ];
    }

    /** @dataProvider volume */
    public function testVolumeChargesTheWholeQuantityAtTheBracketItReaches(string $quantity, string $amount): void
    {
        self::assertSame($amount, self::amount(PriceSchema::Volume, $quantity));
    }

    public static function graduated(): array
    {
        return [
            ['0', '0.00'], ['99', '9.90'], ['100', '10.00'], ['150', '14.00'], ['1000', '82.00'], ['1000.1', '82.01'], ['1500', '107.00'],
        ];
    }

    /** @dataProvider graduated */
    public function testGraduatedChargesEachBracketSeparately(string $quantity, string $amount): void
    {
        self::assertSame($amount, self::amount(PriceSchema::Graduated, $quantity));
    }

    public function testBracketsCountWhatIsLeftAfterTheIncludedQuantity(): void
    {
        self::assertSame('9.90', self::amount(PriceSchema::Volume, '149', '50'));
        self::assertSame('8.00', self::amount(PriceSchema::Volume, '150', '50'));
        self::assertSame('10.00', self::amount(PriceSchema::Graduated, '150', '50'));
        self::assertSame('14.00', self::amount(PriceSchema::Graduated, '200', '50'));
        self::assertSame('0.00', self::amount(PriceSchema::Graduated, '49', '50'));
    }

    public function testTheSumOfTheBracketsIsRoundedOnce(): void
    {
        $brackets = [['from' => '0', 'price' => '0.004'], ['from' => '1', 'price' => '0.004'], ['from' => '2', 'price' => '0.004']];
        self::assertSame('0.01', self::amount(PriceSchema::Graduated, '3', '0', $brackets));
    }

    public function testThePartsNameQuantityAndPrice(): void
    {
        $charge = (new UsagePrice(PriceSchema::Graduated, '0', self::BRACKETS))->charge('150');
        self::assertSame([['100', '0.10'], ['50', '0.08']], array_map(
            static fn (array $part): array => [Decimal::plain($part['quantity']), $part['price']],
            $charge['parts']
        ));
    }

    public static function typed(): array
    {
        return [['-1'], ['1e3'], ['1,5'], [''], ['0.123456789012345'], ['.5'], ['NAN']];
    }

    /** @dataProvider typed */
    public function testWhatIsNoDecimalIsRefused(string $text): void
    {
        $this->expectException(Refusal::class);
        Decimal::read($text, 'A price');
    }
}

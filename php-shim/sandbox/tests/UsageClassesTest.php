<?php

declare(strict_types=1);

use Carbon\Carbon;
use PHPUnit\Framework\TestCase;
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WHMCS\UsageBilling\Contracts\Metrics\UnitInterface;
use WHMCS\UsageBilling\Metrics\Metric;
use WHMCS\UsageBilling\Metrics\Units\AbstractUnit;
use WHMCS\UsageBilling\Metrics\Units\Accounts;
use WHMCS\UsageBilling\Metrics\Units\Bytes;
use WHMCS\UsageBilling\Metrics\Units\Domains;
use WHMCS\UsageBilling\Metrics\Units\FloatingPoint;
use WHMCS\UsageBilling\Metrics\Units\GigaBytes;
use WHMCS\UsageBilling\Metrics\Units\KiloBytes;
use WHMCS\UsageBilling\Metrics\Units\MegaBytes;
use WHMCS\UsageBilling\Metrics\Units\WholeNumber;
use WHMCS\UsageBilling\Metrics\Usage;

/** The classes of WHMCS\UsageBilling as modules use them. */
final class UsageClassesTest extends TestCase
{
    protected function tearDown(): void
    {
        Carbon::setTestNow();
    }

    public function testWithUsageGivesAnotherMetricAndLeavesThisOne(): void
    {
        $metric = new Metric('traffic', 'Traffic', MetricInterface::TYPE_PERIOD_MONTH, new GigaBytes());
        $usage = new Usage(5);
        $filled = $metric->withUsage($usage);
        self::assertNull($metric->usage());
        self::assertSame($usage, $filled->usage());
        self::assertNull($filled->withUsage()->usage());
        self::assertSame($usage, $filled->usage());
        self::assertSame(['traffic', 'Traffic', MetricInterface::TYPE_PERIOD_MONTH, 'Gigabytes'],
            [$filled->systemName(), $filled->displayName(), $filled->type(), $filled->units()->name()]);
    }

    public function testWhatAMetricLeavesOut(): void
    {
        $metric = new Metric('traffic');
        self::assertSame(['traffic', MetricInterface::TYPE_SNAPSHOT], [$metric->displayName(), $metric->type()]);
        self::assertInstanceOf(FloatingPoint::class, $metric->units());
    }

    public function testTimesOfAUsage(): void
    {
        Carbon::setTestNow('2031-01-10 12:00:00');
        $usage = new Usage('2.5');
        self::assertSame(2.5, $usage->value());
        self::assertSame('2031-01-10 12:00:00', $usage->collectedAt()->format('Y-m-d H:i:s'));
        self::assertNull($usage->startAt());
        self::assertNull($usage->endAt());
        $start = new Carbon('2031-01-01');
        $usage = new Usage(0, 1925000000, $start, 1925000000.5);
        self::assertSame([0.0, 1925000000, $start, 1925000000],
            [$usage->value(), $usage->collectedAt()->getTimestamp(), $usage->startAt(), $usage->endAt()->getTimestamp()]);
    }

    public static function units(): array
    {
        return [
            [new WholeNumber(), UnitInterface::TYPE_INT, WholeNumber::class, '1,235', 1235.0],
            [new Accounts('Mailboxes'), UnitInterface::TYPE_INT, WholeNumber::class, '1,235', 1235.0],
            [new Domains(), UnitInterface::TYPE_INT, WholeNumber::class, '1,235', 1235.0],
            [new FloatingPoint(), UnitInterface::TYPE_FLOAT_PRECISION_LOW, AbstractUnit::class, '1,234.57', 1234.57],
            [new Bytes(), UnitInterface::TYPE_FLOAT_PRECISION_LOW, FloatingPoint::class, '1,234.57 B', 1234.57],
            [new KiloBytes(), UnitInterface::TYPE_FLOAT_PRECISION_LOW, Bytes::class, '1,234.57 KB', 1234.57],
            [new MegaBytes(), UnitInterface::TYPE_FLOAT_PRECISION_LOW, Bytes::class, '1,234.57 MB', 1234.57],
            [new GigaBytes('Storage', 'GiB', 'GiB', null, 'GiB'), UnitInterface::TYPE_FLOAT_PRECISION_LOW, Bytes::class, '1,234.57 GiB', 1234.57],
        ];
    }

    /** @dataProvider units */
    public function testUnits(UnitInterface $unit, string $type, string $parent, string $decorated, float $rounded): void
    {
        self::assertSame($type, $unit->type());
        self::assertInstanceOf($parent, $unit);
        self::assertSame($decorated, $unit->decorate(1234.5678));
        self::assertSame($rounded, $unit->roundForType(1234.5678));
    }

    public function testAModulesOwnUnit(): void
    {
        $hours = new class ('Hours', 'Hour', 'Hours', '~', 'h') extends AbstractUnit {
            public function type()
            {
                return self::TYPE_FLOAT_PRECISION_HIGH;
            }
        };
        self::assertSame(['Hours', 'Hour', 'Hours', '~', 'h', '~ 1.23457 h'],
            [$hours->name(), $hours->perUnitName(1), $hours->perUnitName(2), $hours->prefix(), $hours->suffix(), $hours->decorate(1.234567)]);
        self::assertSame('Mailboxes', (new Accounts('Mailboxes'))->name());
    }
}

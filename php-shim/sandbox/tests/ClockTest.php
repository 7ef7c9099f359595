<?php

declare(strict_types=1);

use Carbon\Carbon;
use WhmcsSandbox\Host\Clock;
use WhmcsSandbox\Refusal;

/** The host's time: standing still, or the system's. */
final class ClockTest extends SandboxTestCase
{
    protected function setUp(): void
    {
        $this->install('sampleok');
    }

    protected function tearDown(): void
    {
        date_default_timezone_set('UTC');
        parent::tearDown();
    }

    public function testAStillClockStandsStillAlsoForCarbon(): void
    {
        self::assertSame('2031-01-10 00:00:00', $this->host->clock->timestamp());
        self::assertSame('2031-01-10 00:00:00', Carbon::now()->format('Y-m-d H:i:s'));
        $this->host->clock->advance(Clock::moment('2031-01-10T05:30'));
        self::assertSame('2031-01-10 05:30:00', Carbon::now()->format('Y-m-d H:i:s'));
        $this->expectException(Refusal::class);
        $this->host->clock->advance(Clock::moment('2031-01-10T05:29'));
    }

    public function testMomentsAreReadInTheHostsTimeZone(): void
    {
        $this->host->settings->set('SandboxTimezone', 'Europe/Berlin');
        $this->host->clock->apply();
        self::assertSame('2031-01-10 01:00:00', $this->host->clock->timestamp());
        $this->host->clock->advance(Clock::moment('2031-07-01'));
        self::assertSame(gmmktime(22, 0, 0, 6, 30, 2031), $this->host->clock->now()->getTimestamp());
    }

    public function testTheRepeatedHourOfAutumnDoesNotTurnTheClockBack(): void
    {
        $this->host->settings->set('SandboxTimezone', 'Europe/Berlin');
        $this->host->clock->apply();
        $this->host->clock->stop(Clock::moment('2031-10-26T01:30'));
        foreach (['02:30:00 +02:00', '02:30:00 +01:00', '03:30:00 +01:00'] as $expected) {
            $this->host->clock->advance($this->host->clock->now()->addRealHours(1));
            self::assertSame($expected, $this->host->clock->now()->format('H:i:s P'));
        }
    }

    public function testTheSystemsClockIsReadOncePerCommandAndCannotBeMoved(): void
    {
        $before = time();
        $this->host->clock->followSystem();
        $now = $this->host->clock->now()->getTimestamp();
        self::assertGreaterThanOrEqual($before, $now);
        self::assertLessThanOrEqual(time(), $now);
        self::assertTrue(Carbon::hasTestNow());
        $this->expectException(Refusal::class);
        $this->host->clock->advance(Carbon::now()->addYear());
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use Carbon\Carbon;
use WhmcsSandbox\Refusal;

/**
 * The sandbox's time, in one of two ways.
 *
 * Still: it stands between commands and is moved by `whmcs cron --date`. Carbon follows it; PHP's own time()
 * cannot be frozen, so what a module signs or sends still carries the real time.
 *
 * System: it is PHP's time() at the start of each command. Whoever moves the clock of all programs (libfaketime
 * does) moves this one with them.
 */
final class Clock
{
    /** Seconds since 1970, or SYSTEM. */
    private const SETTING = 'SandboxClock';
    private const SYSTEM = 'system';

    /** PHP's time when apply() was called. */
    private int $systemTime = 0;

    public function __construct(private readonly Settings $settings)
    {
    }

    /** Puts Carbon to this clock's moment, where it stays; called once the database is connected. */
    public function apply(): void
    {
        date_default_timezone_set($this->settings->get('SandboxTimezone', 'UTC'));
        $this->systemTime = time();
        Carbon::setTestNow($this->now());
    }

    /** In the host's time zone. */
    public function now(): Carbon
    {
        $stored = $this->settings->get(self::SETTING);
        return Carbon::createFromTimestamp(ctype_digit($stored) ? (int) $stored : $this->systemTime);
    }

    public function followsSystem(): bool
    {
        return $this->settings->get(self::SETTING) === self::SYSTEM;
    }

    /** From now on the time is PHP's own. */
    public function followSystem(): void
    {
        $this->settings->set(self::SETTING, self::SYSTEM);
        $this->apply();
    }

    /** `Y-m-d`, as date columns hold it. */
    public function today(): string
    {
        return $this->now()->format('Y-m-d');
    }

    /** `Y-m-d H:i:s`, as datetime columns hold it. */
    public function timestamp(): string
    {
        return $this->now()->format('Y-m-d H:i:s');
    }

    /**
     * Reads a moment in the host's time zone.
     *
     * @param string $text `YYYY-MM-DD` (midnight) or `YYYY-MM-DDTHH:MM`
     */
    public static function moment(string $text): Carbon
    {
        if (!preg_match('/^(\d{4})-(\d\d)-(\d\d)(?:T([01]\d|2[0-3]):([0-5]\d))?$/', $text, $m)
            || !checkdate((int) $m[2], (int) $m[3], (int) $m[1])) {
            throw new Refusal("'$text' is not a date; write YYYY-MM-DD or YYYY-MM-DDTHH:MM.");
        }
        return Carbon::parse($text);
    }

    /** Stops the clock at a moment, also an earlier one. */
    public function stop(Carbon $moment): void
    {
        $this->settings->set(self::SETTING, (string) $moment->getTimestamp());
        $this->apply();
    }

    /** Moves a clock that stands still forward. */
    public function advance(Carbon $moment): void
    {
        if ($this->followsSystem()) {
            throw new Refusal("The sandbox's clock is the system's; it cannot be moved from here.");
        }
        if ($moment->lt($this->now())) {
            throw new Refusal("The sandbox's clock stands at {$this->timestamp()} and only moves forward.");
        }
        $this->stop($moment);
    }
}

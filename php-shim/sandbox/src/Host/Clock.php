<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use Carbon\Carbon;
use WhmcsSandbox\Refusal;

/**
 * The sandbox's frozen time. It stands still between commands and is moved by
 * `whmcs cron --date`. Carbon follows it; PHP's own time() cannot be frozen, so what
 * a module signs or sends still carries the real time.
 */
final class Clock
{
    private const SETTING = 'SandboxClock';

    public function __construct(private readonly Settings $settings)
    {
    }

    /** Puts Carbon to the stored moment; called once the database is connected. */
    public function apply(): void
    {
        date_default_timezone_set($this->settings->get('SandboxTimezone', 'UTC'));
        Carbon::setTestNow($this->now());
    }

    public function now(): Carbon
    {
        return new Carbon($this->settings->get(self::SETTING) ?: '@' . time());
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
     * Moves the clock forward.
     *
     * @param string $moment `YYYY-MM-DD` (midnight) or `YYYY-MM-DDTHH:MM`
     */
    public function set(string $moment, bool $mayGoBack = false): void
    {
        if (!preg_match('/^(\d{4})-(\d\d)-(\d\d)(?:T([01]\d|2[0-3]):([0-5]\d))?$/', $moment, $m)
            || !checkdate((int) $m[2], (int) $m[3], (int) $m[1])) {
            throw new Refusal("'$moment' is not a date; write YYYY-MM-DD or YYYY-MM-DDTHH:MM.");
        }
        $target = Carbon::parse($moment);
        if (!$mayGoBack && $target->lt($this->now())) {
            throw new Refusal("The sandbox's clock stands at {$this->timestamp()} and only moves forward.");
        }
        $this->settings->set(self::SETTING, $target->format('Y-m-d H:i:s'));
        Carbon::setTestNow($target);
    }
}

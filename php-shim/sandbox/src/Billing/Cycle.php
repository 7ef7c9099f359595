<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

use Carbon\Carbon;

/** Billing cycles by the names WHMCS stores. */
final class Cycle
{
    private const MONTHS = [
        'Monthly' => 1, 'Quarterly' => 3, 'Semi-Annually' => 6, 'Annually' => 12, 'Biennially' => 24, 'Triennially' => 36,
    ];

    public static function recurs(string $cycle): bool
    {
        return isset(self::MONTHS[$cycle]);
    }

    /** The date one cycle later (31 January plus a month is the last of February). */
    public static function next(string $date, string $cycle): string
    {
        return Carbon::parse($date)->addMonthsNoOverflow(self::MONTHS[$cycle])->format('Y-m-d');
    }
}

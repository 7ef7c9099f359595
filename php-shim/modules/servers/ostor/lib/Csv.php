<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Comma-separated values as RFC 4180 has them, which a spreadsheet opens without taking any text for a formula.
 */
final class Csv
{
    /**
     * @param array<int, string|int|null> $cells null: not known, an empty cell
     */
    public static function line(array $cells): string
    {
        return implode(',', array_map([self::class, 'cell'], $cells)) . "\r\n";
    }

    /**
     * @param string|int|null $cell
     */
    private static function cell($cell): string
    {
        if (!is_string($cell)) {
            return (string) $cell;
        }
        // An apostrophe in front makes it text for every spreadsheet.
        if (preg_match('/^[\s=+\-@|%]/', $cell) === 1) {
            $cell = "'" . $cell;
        }

        return preg_match('/[",\r\n]/', $cell) === 1 ? '"' . str_replace('"', '""', $cell) . '"' : $cell;
    }
}

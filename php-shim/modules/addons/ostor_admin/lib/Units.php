<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;


if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Figures as people read them. What is not known is a dash, never 0.
 */
final class Units
{
    private const NOT_KNOWN = '–';

    /**
     * @param mixed $bytes
     */
    public static function bytes($bytes): string
    {
        if (!is_int($bytes) && !is_float($bytes)) {
            return self::NOT_KNOWN;
        }
        $names = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
        $step = 0;
        while ($bytes >= 1024 && $step < count($names) - 1) {
            $bytes /= 1024;
            $step++;
        }

        return ($step === 0 ? (string) $bytes : number_format($bytes, 2, '.', '')) . ' ' . $names[$step];
    }

    /**
     * @param mixed $number
     */
    public static function number($number): string
    {
        return is_int($number) || is_float($number) ? (string) $number : self::NOT_KNOWN;
    }

    /**
     * @param mixed $text
     */
    public static function text($text): string
    {
        return is_scalar($text) && (string) $text !== '' ? (string) $text : self::NOT_KNOWN;
    }
}

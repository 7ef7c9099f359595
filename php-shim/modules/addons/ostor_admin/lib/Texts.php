<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The texts of lang/english.php.
 */
final class Texts
{
    /** @var array<string, string>|null */
    private static $texts = null;

    /**
     * The text of a key with its %s places filled, in order.
     *
     * @param string|int ...$values plain text; the result is plain text too
     */
    public static function text(string $key, ...$values): string
    {
        if (self::$texts === null) {
            self::$texts = self::load();
        }

        return vsprintf(self::$texts[$key], $values);
    }

    /**
     * @return array<string, string>
     */
    private static function load(): array
    {
        $_ADDONLANG = [];
        require dirname(__DIR__) . '/lang/english.php';

        return $_ADDONLANG;
    }
}

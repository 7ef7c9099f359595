<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Which module this is, and whether a bridge fits it: both are installed separately and upgraded at different times.
 *
 * Revisions of the interface decide, of which the bridge refuses those it does not understand. What is left to be
 * found here is a bridge that does not know of revisions. Versions are for the people who read the sentence.
 */
final class Release
{
    /** Version of the module: that of Cargo.toml, whmcs.json and the addon ostor_admin. */
    public const VERSION = '0.1.0';

    /**
     * Revision of the interface that the module speaks. It grows, and the bridge's with it, when the module begins to
     * need what the revision before did not have: a method, a parameter, a member of a result.
     */
    public const INTERFACE = 1;

    /**
     * What every call tells of the module.
     *
     * @return string[] headers
     */
    public static function headers(): array
    {
        return ['Ostor-Module: ' . self::VERSION, 'Ostor-Interface: ' . self::INTERFACE];
    }

    /**
     * Why the bridge that gave an answer does not fit the module, and what to do about it.
     *
     * @param string $url for the sentence
     * @param array<string, string> $headers of the answer, by their names in lower case
     * @return string|null a sentence for staff; null: it fits
     */
    public static function misfit(string $url, array $headers): ?string
    {
        $bridge = $headers['ostor-bridge'] ?? '';
        if (preg_match('/^[0-9A-Za-z.+-]{1,32}$/D', $bridge) !== 1) {
            $bridge = Lang::text('version_unknown');
        }
        if (preg_match('/^(\d{1,9})-(\d{1,9})$/D', $headers['ostor-interface'] ?? '', $understood) !== 1) {
            return Lang::text('bridge_silent', $url, self::VERSION, self::VERSION);
        }
        if (self::INTERFACE > (int) $understood[2]) {
            return Lang::text('bridge_too_old', $url, $bridge, self::VERSION, self::VERSION);
        }

        return self::INTERFACE < (int) $understood[1]
            ? Lang::text('module_too_old', $url, $bridge, self::VERSION, $bridge)
            : null;
    }
}

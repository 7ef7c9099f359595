<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Product settings and configurable options as the `plan` of the bridge, and back into labelled texts.
 *
 * An absent member means unlimited. Limits of the gateway are handed over as typed, 0, negative and fractional
 * ones too: whether they are allowed is the bridge's rule, and rounding here could make a limit vanish. The bandwidth
 * included is no limit of the gateway but what WHMCS shows beside the usage, where 0 would read as unlimited.
 */
final class Plan
{
    private const OPERATIONS = [
        'default' => Settings::REQUESTS,
        'get' => Settings::GET,
        'put' => Settings::PUT,
        'list' => Settings::LIST,
        'delete' => Settings::DELETE,
    ];

    /**
     * @throws Failure naming the setting whose text is not a number, or not a whole one above 0 where it must be
     */
    public static function fromParams(Params $params): object
    {
        $operations = [];
        foreach (self::OPERATIONS as $member => $setting) {
            $operations[$member] = self::number($setting, $params->setting($setting));
        }
        $operations = array_filter($operations, [self::class, 'isLimited']);

        return (object) array_filter([
            'quota_gb' => self::number(Settings::QUOTA, $params->setting(Settings::QUOTA)),
            'ops_per_second' => $operations === [] ? null : $operations,
            'bandwidth_out_kbps' => self::number(Settings::BANDWIDTH, $params->setting(Settings::BANDWIDTH)),
            'bandwidth_included_gb' => self::whole(
                Settings::INCLUDED_BANDWIDTH,
                $params->setting(Settings::INCLUDED_BANDWIDTH)
            ),
        ], [self::class, 'isLimited']);
    }

    /**
     * Every limit of a plan as text, "unlimited" included.
     *
     * @param array<string, mixed> $plan as the bridge sends it
     * @return array<string, string> setting name => text
     */
    public static function labelled(array $plan): array
    {
        $operations = is_array($plan['ops_per_second'] ?? null) ? $plan['ops_per_second'] : [];
        $texts = [Settings::QUOTA => self::shown($plan['quota_gb'] ?? null)];
        foreach (self::OPERATIONS as $member => $setting) {
            $rate = $operations[$member] ?? null;
            // A class without a rate of its own falls under the general one.
            $general = $rate === null && isset($operations['default']);
            $texts[$setting] = $general ? Lang::text('general_rate', Settings::REQUESTS) : self::shown($rate);
        }
        $texts[Settings::BANDWIDTH] = self::shown($plan['bandwidth_out_kbps'] ?? null);
        $texts[Settings::INCLUDED_BANDWIDTH] = self::shown($plan['bandwidth_included_gb'] ?? null);

        return $texts;
    }

    /**
     * @return int|float|null null for "unlimited" or nothing
     */
    private static function number(string $setting, string $text)
    {
        if ($text === '' || strcasecmp($text, 'unlimited') === 0) {
            return null;
        }
        if (strlen($text) > 18 || preg_match('/^-?([0-9]+(\.[0-9]+)?|\.[0-9]+)$/D', $text) !== 1) {
            throw new Failure(Lang::text('setting_not_a_number', $setting, $text));
        }

        return strpos($text, '.') === false ? (int) $text : (float) $text;
    }

    private static function whole(string $setting, string $text): ?int
    {
        $number = self::number($setting, $text);
        if ($number !== null && (!is_int($number) || $number < 1)) {
            throw new Failure(Lang::text('setting_not_whole', $setting, $text));
        }

        return $number;
    }

    /**
     * @param mixed $member
     */
    private static function isLimited($member): bool
    {
        return $member !== null;
    }

    /**
     * @param mixed $value
     */
    private static function shown($value): string
    {
        return is_int($value) || is_float($value) ? (string) $value : Lang::text('unlimited');
    }
}

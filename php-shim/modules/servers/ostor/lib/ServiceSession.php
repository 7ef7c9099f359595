<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What a button of the service page leaves for the page shown after it, once: WHMCS has no other way to tell more
 * than "success". Holds no secret, only the wish to see one.
 */
final class ServiceSession
{
    private const KEY = 'ostor_service';

    /** Seconds a wish counts. */
    private const LIFETIME = 60;

    public static function tell(int $serviceId, string $sentence): void
    {
        $_SESSION[self::KEY][$serviceId]['sentence'] = $sentence;
    }

    public static function wishCredentials(int $serviceId): void
    {
        $_SESSION[self::KEY][$serviceId]['credentials'] = time();
    }

    /**
     * The sentence left for the page, '' for none.
     */
    public static function sentence(int $serviceId): string
    {
        $sentence = self::take($serviceId, 'sentence');

        return is_string($sentence) ? $sentence : '';
    }

    /**
     * Whether the credentials are to be shown now.
     */
    public static function wantsCredentials(int $serviceId): bool
    {
        $since = self::take($serviceId, 'credentials');

        return is_int($since) && abs(time() - $since) <= self::LIFETIME;
    }

    /**
     * @return mixed
     */
    private static function take(int $serviceId, string $name)
    {
        $value = $_SESSION[self::KEY][$serviceId][$name] ?? null;
        unset($_SESSION[self::KEY][$serviceId][$name]);

        return $value;
    }
}

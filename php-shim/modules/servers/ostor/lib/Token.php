<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The bridge's bearer token: a JWT (HS256) for exactly one request body, usable once.
 */
final class Token
{
    /** Seconds; the bridge accepts at most 120. */
    private const LIFETIME = 120;

    /**
     * @param int $now Unix seconds
     */
    public static function mint(string $client, string $secret, string $body, int $now): string
    {
        $header = ['alg' => 'HS256', 'typ' => 'JWT', 'kid' => $client];
        $claims = [
            'iss' => $client,
            'aud' => 'ostor-bridge',
            'iat' => $now,
            'exp' => $now + self::LIFETIME,
            'jti' => bin2hex(random_bytes(16)),
            'body' => hash('sha256', $body),
        ];
        $signed = self::base64Url(self::json($header)) . '.' . self::base64Url(self::json($claims));

        return $signed . '.' . self::base64Url(hash_hmac('sha256', $signed, $secret, true));
    }

    /**
     * @param array<string, mixed> $value
     */
    private static function json(array $value): string
    {
        return json_encode($value, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR);
    }

    private static function base64Url(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }
}

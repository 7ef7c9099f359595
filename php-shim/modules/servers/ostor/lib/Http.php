<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * POST over ext-curl, bounded in time and size, following nothing. One object keeps its connection between calls.
 */
final class Http
{
    private const CONNECT_SECONDS = 5;

    private const MOST_BYTES = 8388608;

    /** @var int */
    private $seconds;

    /** @var resource|\CurlHandle|null */
    private $handle = null;

    /**
     * @param int $seconds for the whole exchange, connecting included
     */
    public function __construct(int $seconds)
    {
        $this->seconds = $seconds;
    }

    public function seconds(): int
    {
        return $this->seconds;
    }

    /**
     * @param string[] $headers
     * @return array{errno: int, error: string, connected: bool, status: int, type: string, body: string}
     *     errno 0 when an HTTP answer was read in full; connected: the request may have been sent
     */
    public function post(string $url, array $headers, string $body): array
    {
        $answer = '';
        $handle = $this->handle = $this->handle ?? curl_init();
        curl_setopt_array($handle, [
            CURLOPT_URL => $url,
            CURLOPT_POST => true,
            CURLOPT_POSTFIELDS => $body,
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_CONNECTTIMEOUT => self::CONNECT_SECONDS,
            CURLOPT_TIMEOUT => $this->seconds,
            CURLOPT_NOSIGNAL => true,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_SSL_VERIFYPEER => true,
            CURLOPT_SSL_VERIFYHOST => 2,
            CURLOPT_USERAGENT => 'ostor-whmcs',
            // Returning fewer bytes than given makes curl stop: nothing can fill WHMCS's memory.
            CURLOPT_WRITEFUNCTION => static function ($handle, string $part) use (&$answer): int {
                $answer .= $part;

                return strlen($answer) > self::MOST_BYTES ? 0 : strlen($part);
            },
        ]);
        curl_exec($handle);

        return [
            'errno' => curl_errno($handle),
            'error' => curl_error($handle),
            'connected' => curl_getinfo($handle, CURLINFO_PRETRANSFER_TIME) > 0,
            'status' => (int) curl_getinfo($handle, CURLINFO_RESPONSE_CODE),
            'type' => (string) curl_getinfo($handle, CURLINFO_CONTENT_TYPE),
            'body' => $answer,
        ];
    }
}

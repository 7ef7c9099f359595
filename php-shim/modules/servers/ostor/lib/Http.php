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

    /** Microseconds between looks at a request while curl names no socket to wait for. */
    private const PAUSE = 10000;

    /** @var int */
    private $seconds;

    /** @var resource|\CurlMultiHandle|null */
    private $multi = null;

    /** @var int number of the last request */
    private $last = 0;

    /** @var array<int, int> request number => cURL's error number, of requests that ended and were not fetched yet */
    private $ended = [];

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
     * Sends a request and comes back at once; on a new connection the rest is sent when an answer is waited for.
     * Several may be under way together.
     *
     * @param string[] $headers
     * @return callable(): array{errno: int, error: string, connected: bool, status: int, type: string,
     *     headers: array<string, string>, body: string} waits for the answer, to be called once. errno 0 when an HTTP
     *     answer was read in full; connected: the request may have been sent; headers: by their names in lower case
     */
    public function post(string $url, array $headers, string $body): callable
    {
        $answer = '';
        $headLength = 0;
        $received = [];
        $number = ++$this->last;
        $handle = curl_init();
        curl_setopt_array($handle, [
            CURLOPT_PRIVATE => (string) $number,
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
            CURLOPT_HEADERFUNCTION => static function ($handle, string $line) use (&$received, &$headLength): int {
                $headLength += strlen($line);
                $parts = explode(':', $line, 2);
                if (isset($parts[1])) {
                    $received[strtolower($parts[0])] = trim($parts[1]);
                }

                return $headLength > self::MOST_BYTES ? 0 : strlen($line);
            },
            CURLOPT_WRITEFUNCTION => static function ($handle, string $part) use (&$answer): int {
                $answer .= $part;

                return strlen($answer) > self::MOST_BYTES ? 0 : strlen($part);
            },
        ]);
        $multi = $this->multi = $this->multi ?? curl_multi_init();
        curl_multi_add_handle($multi, $handle);
        curl_multi_exec($multi, $running);

        return function () use ($multi, $number, $handle, &$answer, &$received): array {
            $errno = $this->finish($multi, $number);
            $exchange = [
                'errno' => $errno,
                'error' => $errno === 0 ? '' : (curl_error($handle) ?: (string) curl_strerror($errno)),
                'connected' => curl_getinfo($handle, CURLINFO_PRETRANSFER_TIME) > 0,
                'status' => (int) curl_getinfo($handle, CURLINFO_RESPONSE_CODE),
                'type' => (string) curl_getinfo($handle, CURLINFO_CONTENT_TYPE),
                'headers' => $received,
                'body' => $answer,
            ];
            curl_multi_remove_handle($multi, $handle);

            return $exchange;
        };
    }

    /**
     * @param resource|\CurlMultiHandle $multi
     * @return int cURL's error number; the time-outs above see to it that there is one
     */
    private function finish($multi, int $number): int
    {
        while (true) {
            curl_multi_exec($multi, $running);
            while (($done = curl_multi_info_read($multi)) !== false) {
                $this->ended[(int) curl_getinfo($done['handle'], CURLINFO_PRIVATE)] = $done['result'];
            }
            if (isset($this->ended[$number])) {
                $errno = $this->ended[$number];
                unset($this->ended[$number]);

                return $errno;
            }
            // On some builds -1 is answered at once while a name is resolved.
            if (curl_multi_select($multi) === -1) {
                usleep(self::PAUSE);
            }
        }
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Guide;

use WhmcsSandbox\Refusal;

/**
 * Calls of the gateway as the PHP function of the Integration Guide makes them: what is signed is the first part of the
 * query as it stands, the Host header has no port, and addresses are not encoded.
 */
final class Gateway
{
    private const SECONDS = 20;

    /** @param string $address http://host:port, without a slash at its end */
    public function __construct(
        private readonly string $address,
        private readonly string $key,
        private readonly string $secret
    ) {
    }

    /** @return array<string, mixed> the answer, empty when it was none: the scripts look no closer */
    public function call(string $method, string $query): array
    {
        $date = date(DATE_RFC2822);
        $signed = implode("\n", [$method, '', '', $date, explode('&', $query)[0]]);
        $signature = base64_encode(hash_hmac('sha1', $signed, $this->secret, true));
        $curl = curl_init($this->address . $query);
        curl_setopt_array($curl, [
            $method === 'PUT' ? CURLOPT_PUT : CURLOPT_POST => true,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => self::SECONDS,
            CURLOPT_NOPROXY => '*',
            CURLOPT_HTTPHEADER => [
                'Host: ' . parse_url($this->address, PHP_URL_HOST),
                "Date: $date",
                "Authorization: AWS $this->key:$signature",
                'Content-Type:',
                'Expect:',
            ],
        ]);
        $answer = curl_exec($curl);
        if ($answer === false) {
            throw new Refusal("The gateway at $this->address does not answer: " . curl_error($curl));
        }
        return (array) json_decode($answer, true);
    }
}

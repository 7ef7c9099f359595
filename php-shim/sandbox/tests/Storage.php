<?php

declare(strict_types=1);

/** A customer's S3 client: requests with one key pair, signed with version 2, path style. */
final class Storage
{
    public function __construct(
        private readonly string $gateway,
        private readonly string $key,
        private readonly string $secret
    ) {
    }

    /** @return array{int, string} status and body */
    public function request(string $method, string $path, string $body = ''): array
    {
        $date = gmdate('D, d M Y H:i:s') . ' GMT';
        $signature = base64_encode(hash_hmac('sha1', "$method\n\n\n$date\n$path", $this->secret, true));
        $curl = curl_init("http://$this->gateway$path");
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 20,
            CURLOPT_NOPROXY => '*',
            CURLOPT_HTTPHEADER => ["Date: $date", "Authorization: AWS $this->key:$signature", 'Content-Type:', 'Expect:'],
        ]);
        if ($method === 'PUT') {
            curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
        }
        $answer = curl_exec($curl);
        return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $answer === false ? curl_error($curl) : $answer];
    }
}

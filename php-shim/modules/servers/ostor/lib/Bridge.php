<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * JSON-RPC 2.0 client of the ostor-bridge service. Every call is signed, checked and logged here.
 */
final class Bridge
{
    /** Seconds a command may take: the bridge itself talks to a gateway and retries. */
    public const COMMAND_SECONDS = 100;

    /** Seconds an admin page may wait. */
    public const PAGE_SECONDS = 15;

    /** @var Server */
    private $server;

    /** @var ModuleLog */
    private $log;

    /** @var Http */
    private $http;

    public function __construct(Server $server, ModuleLog $log, int $seconds = self::COMMAND_SECONDS)
    {
        $this->server = $server;
        $this->log = $log;
        $this->http = new Http($seconds);
    }

    /**
     * Calls a method about the server record's cluster and returns its result.
     *
     * @param array<string, mixed> $params without the cluster
     * @param array<string, string> $members name => type (as gettype() calls it) the result must have
     * @return array<string, mixed>
     * @throws Failure with a sentence for staff; the outcome is then unknown unless it says otherwise
     */
    public function call(string $method, array $params, array $members): array
    {
        $requestId = bin2hex(random_bytes(8));
        $body = self::encode([
            'jsonrpc' => '2.0',
            'id' => $requestId,
            'method' => $method,
            'params' => ['cluster' => $this->server->cluster()] + $params,
        ]);
        $url = $this->server->url();
        $token = Token::mint($this->server->client(), $this->server->secret(), $body, time());
        $reply = new Reply($this->http->post($url, [
            'Content-Type: application/json',
            'Accept: application/json',
            'Authorization: Bearer ' . $token,
            'X-Request-Id: ' . $requestId,
            'Expect:',
        ], $body), $requestId);

        $this->log->hide($reply->secrets());
        $outcome = 'success';
        try {
            return $reply->result($url, $this->http->seconds(), $members);
        } catch (Failure $failure) {
            $outcome = $failure->getMessage();
            throw $failure;
        } finally {
            $this->log->record($method, 'POST ' . $url . "\n" . $body, $reply->summary(), $outcome);
        }
    }

    /**
     * @param array<string, mixed> $value
     */
    private static function encode(array $value): string
    {
        // The shortest exact spelling of floats, whatever the host's php.ini says: 0.1 and not 0.10000000000000001.
        $precision = ini_set('serialize_precision', '-1');
        try {
            return json_encode(
                $value,
                JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR
            );
        } finally {
            if ($precision !== false) {
                ini_set('serialize_precision', $precision);
            }
        }
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests\Support;

use PHPUnit\Framework\TestCase;

/**
 * A test class with a scripted bridge of its own and WHMCS-like parameters.
 */
abstract class BridgeTestCase extends TestCase
{
    protected const USER = '0123456789abcdef';
    protected const KEY = '0123456789abcdefXY7Z';
    protected const SECRET_KEY = 'S3/secret+key=of&the"customer<1>';
    protected const ACCOUNT = [
        'user_id' => self::USER,
        'user_email' => '7-42@ostor-bridge.invalid',
        'access_key_id' => self::KEY,
        'secret_access_key' => self::SECRET_KEY,
        'endpoint' => 'https://s3.example.com',
        'region' => 'us-east-1',
        'state' => 'active',
        'created' => true,
    ];

    /** @var ScriptedBridge */
    protected static $bridge;

    public static function setUpBeforeClass(): void
    {
        self::$bridge = new ScriptedBridge();
    }

    public static function tearDownAfterClass(): void
    {
        self::$bridge->stop();
    }

    protected function setUp(): void
    {
        Host::reset();
        self::$bridge->script([]);
    }

    /**
     * The server record as WHMCS passes it: numbers and booleans as strings or not, blanks left in.
     *
     * @param array<string, mixed> $overrides
     * @return array<string, mixed>
     */
    protected static function serverParams(array $overrides = []): array
    {
        return $overrides + [
            'server' => true,
            'serverid' => 3,
            'serverip' => '',
            'serverhostname' => '127.0.0.1',
            'serverusername' => ScriptedBridge::CLIENT,
            'serverpassword' => ScriptedBridge::SECRET,
            'serveraccesshash' => " eu1\r\n",
            'serversecure' => false,
            'serverport' => (string) self::$bridge->port,
            'serverhttpprefix' => 'http',
        ];
    }

    /**
     * A service never created before: WHMCS made up its username.
     *
     * @param array<string, mixed> $overrides
     * @return array<string, mixed>
     */
    protected static function serviceParams(array $overrides = []): array
    {
        return self::serverParams($overrides + [
            'serviceid' => '42',
            'userid' => 7,
            'pid' => '1',
            'domain' => 'example.com',
            'username' => 'examplec',
            'password' => 'tMpPass0rd',
            'producttype' => 'other',
            'moduletype' => 'ostor',
            'addonId' => 0,
            'configoption1' => '100',
            'configoption2' => '',
            'configoption8' => 'refuse',
            'configoption9' => 'ids',
            'clientsdetails' => ['firstname' => 'Zoë', 'email' => 'zoe@example.com'],
            'customfields' => [],
            'configoptions' => [],
            'model' => new Service(),
        ]);
    }

    /**
     * A page of a list.
     *
     * @param mixed $accounts
     * @param mixed $next cursor
     * @param array<string, mixed> $more members beside the usual ones, or in their place
     * @return array<string, mixed> answer for the script
     */
    protected static function page($accounts, $next = null, array $more = []): array
    {
        return self::result($more + [
            'complete_until' => '2026-11-22T15:30:00Z',
            'accounts' => $accounts,
            'withheld' => [],
            'next_cursor' => $next,
        ]);
    }

    /**
     * @param mixed $result
     * @return array<string, mixed> answer for the script
     */
    protected static function result($result): array
    {
        return self::json(200, ['jsonrpc' => '2.0', 'id' => '@ID@', 'result' => $result]);
    }

    /**
     * @param array<string, mixed> $data
     * @return array<string, mixed> answer for the script
     */
    protected static function error(string $message, array $data, int $status = 200): array
    {
        $error = ['code' => -32010, 'message' => $message, 'data' => $data];

        return self::json($status, ['jsonrpc' => '2.0', 'id' => '@ID@', 'error' => $error]);
    }

    /**
     * @param array<string, mixed> $answer
     * @return array<string, mixed> answer for the script
     */
    protected static function json(int $status, array $answer): array
    {
        $flags = JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR;

        return ['status' => $status, 'type' => 'application/json', 'body' => json_encode($answer, $flags)];
    }

    /**
     * The one request that came in, its token checked.
     *
     * @return array<string, mixed>
     */
    protected static function onlyRequest(): array
    {
        $requests = self::$bridge->requests();
        self::assertCount(1, $requests);
        self::assertSame('', $requests[0]['token_fault']);

        return $requests[0];
    }

    /**
     * Method and cursor (null on the first page) of each request that came in, their tokens checked.
     *
     * @return array<int, array{0: string, 1: string|null}>
     */
    protected static function asked(): array
    {
        return array_map(static function (array $request): array {
            self::assertSame('', $request['token_fault']);
            $call = json_decode($request['body'], true);

            return [$call['method'], $call['params']['cursor'] ?? null];
        }, self::$bridge->requests());
    }

    /**
     * The exact bytes of "params" in the one request that came in.
     */
    protected static function sentParams(string $method): string
    {
        $body = self::onlyRequest()['body'];
        $pattern = '/^\{"jsonrpc":"2\.0","id":"[0-9a-f]{16}","method":"' . $method . '","params":(.*)\}$/Ds';
        self::assertSame(1, preg_match($pattern, $body, $match), $body);

        return $match[1];
    }
}

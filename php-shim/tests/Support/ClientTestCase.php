<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests\Support;

/**
 * The customer of service 42 in front of the service's pages.
 */
abstract class ClientTestCase extends BridgeTestCase
{
    protected const KEY_2 = '0123456789abcdefAB8C';
    protected const NEW_KEY = '0123456789abcdefNEW1';
    protected const NEW_SECRET = 'New/secret+key&"<2>';
    protected const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 160" aria-hidden="true">'
        . '<rect x="1" y1="2" fill="#123456"/><text x="2">1 GiB</text></svg>';
    protected const AREA = [
        'state' => 'active', 'user_id' => self::USER, 'user_email' => '7-42@ostor-bridge.invalid',
        'endpoint' => 'https://s3.example.com', 'region' => 'us-east-1', 'access_key_id' => self::KEY, 'live' => true,
        'access_key_ids' => [self::KEY],
        'sub_accounts' => [['name' => 'backup', 'access_key_ids' => ['0123456789abcdefCC01', '0123456789abcdefCC02']]],
        'plan' => ['quota_gb' => 100], 'gigabyte' => 'binary',
        'storage' => ['bytes' => 53687091200, 'at' => '2026-11-22T15:30:00Z', 'quota_bytes' => 107374182400],
        'month' => [
            'start' => '2026-11-01T00:00:00Z', 'bytes_uploaded' => 0, 'bytes_downloaded' => 1610612736, 'ops_put' => 1234,
            'ops_get' => null, 'ops_list' => 0, 'ops_other' => 4, 'storage_byte_hours' => 5,
        ],
        'metrics' => ['storage' => 50.0, 'storage_month' => 20.12345, 'bandwidth_out' => 1.5, 'requests_put' => 1234],
        'buckets' => [
            ['name' => 'photos', 'bytes' => 53687091200, 'created' => '2026-03-01T10:00:00Z'],
            ['name' => 'empty', 'bytes' => 0, 'created' => null],
        ],
        'buckets_total' => 2, 'complete_until' => '2026-11-22T15:30:00Z',
        'days' => [
            ['start' => '2026-11-21T00:00:00+00:00', 'storage_bytes' => null, 'bytes_downloaded' => 0],
            ['start' => '2026-11-22T00:00:00+00:00', 'storage_bytes' => 53687091200, 'bytes_downloaded' => null],
        ],
        'months' => [['start' => '2026-11-01T00:00:00+00:00', 'storage_bytes' => 1, 'bytes_downloaded' => 1610612736]],
        'charts' => [
            'days_stored' => self::SVG, 'days_downloaded' => self::SVG, 'months_stored' => self::SVG,
            'months_downloaded' => self::SVG,
        ],
    ];

    /** @var string */
    private $timeZone;

    protected function setUp(): void
    {
        parent::setUp();
        $this->timeZone = date_default_timezone_get();
        date_default_timezone_set('UTC');
        $_SESSION = ['uid' => 7];
        $_SERVER['REQUEST_METHOD'] = 'GET';
        Host::$visitor = 7;
        Host::$services = [self::row()];
    }

    protected function tearDown(): void
    {
        date_default_timezone_set($this->timeZone);
        $_GET = $_POST = $_REQUEST = $_SESSION = [];
        unset($_SERVER['REQUEST_METHOD']);
    }

    /**
     * @param array<string, mixed> $overrides
     * @return array<string, mixed> row of tblhosting
     */
    protected static function row(array $overrides = []): array
    {
        return $overrides + [
            'id' => 42, 'userid' => 7, 'packageid' => 1, 'server' => 3, 'username' => self::USER, 'domainstatus' => 'Active',
            'suspendreason' => '', 'diskusage' => 2048, 'disklimit' => 4096, 'bwusage' => 1024, 'bwlimit' => 0,
            'lastupdate' => '2026-11-21 03:00:00',
        ];
    }

    /**
     * @param array<string, mixed> $overrides
     * @return array<string, mixed>
     */
    protected static function params(array $overrides = []): array
    {
        $params = self::serviceParams($overrides + [
            'username' => self::USER, 'password' => self::SECRET_KEY, 'configoption10' => '3',
            'clientsdetails' => ['email' => 'zoe@example.com'],
        ]);
        $params['model']->serviceProperties->saved = ['Access Key ID' => self::KEY];

        return $params;
    }

    /**
     * A page as its template and the variables of it.
     *
     * @param array<string, string> $address
     * @param array<string, mixed> $params
     * @return array{0: string, 1: array<string, mixed>}
     */
    protected static function open(array $address = [], array $params = []): array
    {
        $_GET = $address;
        $answer = ostor_ClientArea(self::params($params));
        self::assertCount(2, $answer);

        return [(string) reset($answer), $answer['templateVariables']['ostor']];
    }

    /**
     * What a form with a good token leads to.
     *
     * @param array<string, string> $fields
     * @param array<string, mixed> $params
     * @return array<string, mixed> variables of the page
     */
    protected static function send(string $function, array $fields = [], array $params = [], string $token = 'good-token'): array
    {
        $_SERVER['REQUEST_METHOD'] = 'POST';
        $_POST = $_REQUEST = ['token' => $token] + $fields;
        $function = 'ostor_' . $function;
        $answer = $function($params['model'] ?? null ? $params : self::params($params));
        self::assertFileExists(dirname(__DIR__, 2) . '/modules/servers/ostor/' . $answer['templatefile'] . '.tpl');
        self::assertStringStartsWith('clientarea.php?', (string) array_key_first($answer['breadcrumb']));

        return $answer['vars']['ostor'];
    }

    /**
     * An answer for one method, whenever it is called.
     *
     * @param mixed $result
     * @return array<string, mixed>
     */
    protected static function for(string $method, $result): array
    {
        return ['for' => $method] + self::result($result);
    }

    /**
     * Method and parameters of each request that came in, their tokens checked.
     *
     * @return array<int, array{0: string, 1: array<string, mixed>}>
     */
    protected static function calls(): array
    {
        return array_map(static function (array $request): array {
            self::assertSame('', $request['token_fault']);
            $call = json_decode($request['body'], true);

            return [$call['method'], $call['params']];
        }, self::$bridge->requests());
    }
}

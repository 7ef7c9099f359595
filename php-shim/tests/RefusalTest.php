<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;

/**
 * What is refused before any call, and with which words.
 */
final class RefusalTest extends BridgeTestCase
{
    private const VERBS = ['CreateAccount', 'SuspendAccount', 'UnsuspendAccount', 'TerminateAccount', 'ChangePackage'];

    /**
     * @return array<string, array{0: string, 1: array<string, mixed>, 2: string}>
     */
    public static function refusals(): array
    {
        $cases = [];
        foreach (self::VERBS as $verb) {
            $cases["$verb as addon"] = [$verb, ['addonId' => 5], 'product addon'];
            $cases["$verb with service 0"] = [$verb, ['serviceid' => 0], 'serviceid is missing'];
            $cases["$verb with negative service"] = [$verb, ['serviceid' => -4], 'serviceid is missing'];
            $cases["$verb with huge service"] = [$verb, ['serviceid' => str_repeat('9', 20)], 'serviceid is missing'];
            $cases["$verb without service"] = [$verb, ['serviceid' => ''], 'serviceid is missing'];
        }
        foreach (['CreateAccount', 'TerminateAccount'] as $verb) {
            $cases["$verb without client"] = [$verb, ['userid' => null], 'userid is missing'];
        }
        foreach (['CreateAccount', 'ChangePackage'] as $verb) {
            $cases["$verb with a bad number"] = [$verb, ['configoption7' => 'fast'],
                'Outgoing bandwidth (kB/s): fast is not a number'];
            $cases["$verb with no bandwidth included"] = [$verb, ['configoption11' => '0'],
                'Bandwidth included (GB): 0 is not a whole number above 0.'];
            $cases["$verb with a bad option"] = [$verb, ['configoptions' => ['PUT/s' => '<b>5</b> /s']],
                'PUT/s: &lt;b&gt;5&lt;/b&gt; /s is not a number'];
        }
        $cases['no model'] = ['CreateAccount', ['model' => null], 'Nothing was created.'];
        $cases['model without properties'] = ['CreateAccount', ['model' => new \stdClass()], 'Nothing was created.'];
        $cases['unknown note mode'] = ['CreateAccount', ['configoption9' => 'all'],
            'Client note: all is not one of off, ids, full.'];
        $cases['unknown policy'] = ['TerminateAccount', ['configoption8' => 'delete'],
            'On termination: delete is not one of refuse, grace, purge.'];

        return $cases;
    }

    /**
     * @dataProvider refusals
     */
    public function testRefusedWithoutACall(string $verb, array $overrides, string $words): void
    {
        self::assertStringContainsString($words, ('ostor_' . $verb)(self::serviceParams($overrides)));
        self::assertSame([], self::$bridge->requests());
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string}>
     */
    public static function badServers(): array
    {
        return [
            'nothing' => [
                ['serverhostname' => '', 'serverip' => '', 'serverusername' => '', 'serverpassword' => '',
                    'serveraccesshash' => ''],
                'lacks: Hostname, Username, Password, Access Hash.',
            ],
            'no host' => [['serverhostname' => ' ', 'serverip' => ''], 'lacks: Hostname.'],
            'no username' => [['serverusername' => ''], 'lacks: Username.'],
            'no password' => [['serverpassword' => ''], 'lacks: Password.'],
            'no access hash' => [['serveraccesshash' => " \r\n"], 'lacks: Access Hash.'],
            'URL as host' => [['serverhostname' => 'http://127.0.0.1'], 'is not a host name'],
            'path in host' => [['serverhostname' => '127.0.0.1/x?'], 'is not a host name'],
            'login in host' => [['serverhostname' => 'a@127.0.0.1'], 'is not a host name'],
            'line break in host' => [['serverhostname' => "127.0.0.1\r\nX: y"], 'is not a host name'],
            'port as word' => [['serverport' => 'http'], 'is not a port number'],
            'port too large' => [['serverport' => '65536'], 'is not a port number'],
        ];
    }

    /**
     * @dataProvider badServers
     */
    public function testServerRecordIsChecked(array $overrides, string $words): void
    {
        $test = ostor_TestConnection(self::serverParams($overrides));
        self::assertFalse($test['success']);
        self::assertStringContainsString($words, $test['error']);
        foreach (self::VERBS as $verb) {
            self::assertStringContainsString($words, ('ostor_' . $verb)(self::serviceParams($overrides)));
        }
        self::assertSame([], self::$bridge->requests());
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string}>
     */
    public static function addresses(): array
    {
        return [
            'default port' => [['serverport' => ''], 'http://127.0.0.1:8787/rpc'],
            'default port with TLS' => [['serverport' => 0, 'serversecure' => 'on'], 'https://127.0.0.1:443/rpc'],
            'TLS and port' => [['serversecure' => true, 'serverport' => '8443'], 'https://127.0.0.1:8443/rpc'],
            'IPv6' => [['serverhostname' => '', 'serverip' => '::1'], 'http://[::1]:'],
            'IPv6 in brackets' => [['serverhostname' => '[::1]'], 'http://[::1]:'],
        ];
    }

    /**
     * @dataProvider addresses
     */
    public function testAddress(array $overrides, string $url): void
    {
        $params = new \WHMCS\Module\Server\Ostor\Params(self::serverParams($overrides));
        self::assertStringStartsWith($url, (new \WHMCS\Module\Server\Ostor\Server($params))->url());
    }
}

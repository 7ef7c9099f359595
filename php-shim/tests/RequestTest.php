<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;

/**
 * What goes over the wire, byte by byte.
 */
final class RequestTest extends BridgeTestCase
{
    public function testCreateBeforeAnyUserExists(): void
    {
        self::$bridge->script([self::result(self::ACCOUNT)]);
        self::assertSame('success', ostor_CreateAccount(self::serviceParams()));
        self::assertSame(
            '{"cluster":"eu1","service_id":42,"client_id":7,"email":"zoe@example.com","plan":{"quota_gb":100}}',
            self::sentParams('CreateAccount')
        );
    }

    public function testCreateAgainTellsTheStoredUser(): void
    {
        self::$bridge->script([self::result(self::ACCOUNT)]);
        $params = self::serviceParams(['username' => self::USER, 'configoption1' => '', 'configoption3' => '100']);
        self::assertSame('success', ostor_CreateAccount($params));
        self::assertSame(
            '{"cluster":"eu1","service_id":42,"client_id":7,"email":"zoe@example.com",'
                . '"plan":{"ops_per_second":{"get":100}},"user_id":"0123456789abcdef"}',
            self::sentParams('CreateAccount')
        );
    }

    public function testPlanWithoutLimitsIsAnEmptyObject(): void
    {
        self::$bridge->script([self::result(self::ACCOUNT)]);
        self::assertSame('success', ostor_CreateAccount(self::serviceParams(['configoption1' => ''])));
        self::assertStringContainsString('"plan":{}', self::sentParams('CreateAccount'));
    }

    public function testFloatsKeepTheirSpellingWhateverPhpIniSays(): void
    {
        $before = ini_set('serialize_precision', '17');
        try {
            self::$bridge->script([self::result(['plan' => []])]);
            self::assertSame('success', ostor_ChangePackage(self::serviceParams(['configoption2' => '0.1'])));
            self::assertStringContainsString('{"default":0.1}', self::sentParams('ChangePackage'));
            self::assertSame('17', ini_get('serialize_precision'));
        } finally {
            ini_set('serialize_precision', $before);
        }
    }

    /**
     * @return array<string, array{0: string, 1: array<string, mixed>, 2: array<string, mixed>, 3: string}>
     */
    public static function otherVerbs(): array
    {
        $state = ['user_id' => self::USER, 'state' => 'whatever'];
        $known = ['username' => self::USER];
        $user = ',"user_id":"0123456789abcdef"';
        $base = '{"cluster":"eu1","service_id":42';

        return [
            'suspend' => ['SuspendAccount', $known + ['suspendreason' => 'Overdue on Payment'], $state,
                $base . ',"reason":"Overdue on Payment"' . $user . '}'],
            'suspend without reason' => ['SuspendAccount', $known, $state, $base . $user . '}'],
            'suspend, reason encoded' => [
                'SuspendAccount', $known + ['suspendreason' => 'Abuse &amp; &quot;spam&quot;'], $state,
                $base . ',"reason":"Abuse & \"spam\""' . $user . '}',
            ],
            'suspend before user is known' => ['SuspendAccount', [], $state, $base . '}'],
            'unsuspend' => ['UnsuspendAccount', $known, $state, $base . $user . '}'],
            'terminate, nothing chosen' => ['TerminateAccount', $known + ['configoption8' => ''],
                ['state' => 'deleted'], $base . ',"policy":"refuse"' . $user . '}'],
            'terminate with grace' => ['TerminateAccount', $known + ['configoption8' => 'grace'],
                ['state' => 'grace'], $base . ',"policy":"grace"' . $user . '}'],
            'terminate with purge' => ['TerminateAccount', $known + ['configoption8' => 'purge'],
                ['state' => 'purging', 'job_id' => 'j1'], $base . ',"policy":"purge"' . $user . '}'],
            'change package' => ['ChangePackage', $known + ['configoption1' => '250'],
                ['plan' => ['quota_gb' => 250]], $base . ',"plan":{"quota_gb":250}' . $user . '}'],
        ];
    }

    /**
     * @dataProvider otherVerbs
     */
    public function testVerb(string $verb, array $overrides, array $result, string $sent): void
    {
        self::$bridge->script([self::result($result)]);
        self::assertSame('success', ('ostor_' . $verb)(self::serviceParams($overrides)));
        self::assertSame($sent, self::sentParams($verb));
    }

    public function testAccountState(): void
    {
        self::$bridge->script([self::result(['state' => 'active'])]);
        ostor_AdminServicesTabFields(self::serviceParams(['username' => self::USER]));
        self::assertSame(
            '{"cluster":"eu1","service_id":42,"user_id":"0123456789abcdef"}',
            self::sentParams('AccountState')
        );
    }

    public function testConnectionTest(): void
    {
        self::$bridge->script([self::result(['ok' => true, 'warnings' => []])]);
        self::assertSame(['success' => true, 'error' => ''], ostor_TestConnection(self::serverParams()));
        self::assertSame('{"cluster":"eu1"}', self::sentParams('TestConnection'));
    }

    /**
     * @return array<string, array{0: string, 1: string}>
     */
    public static function usernames(): array
    {
        return [
            'upper case' => ['0123456789ABCDEF', ''],
            'too short' => ['0123456789abcde', ''],
            'too long' => ['0123456789abcdef0', ''],
            'no hex' => ['0123456789abcdeg', ''],
            'line break' => ["0123456789abcdef\n", ''],
            'empty' => ['', ''],
            'an id' => ['ffffffffffffffff', ',"user_id":"ffffffffffffffff"'],
        ];
    }

    /**
     * @dataProvider usernames
     */
    public function testUserIdIsSentOnlyWhenItIsOne(string $username, string $sent): void
    {
        self::$bridge->script([self::result(['user_id' => self::USER, 'state' => 'active'])]);
        ostor_UnsuspendAccount(self::serviceParams(['username' => $username]));
        self::assertSame('{"cluster":"eu1","service_id":42' . $sent . '}', self::sentParams('UnsuspendAccount'));
    }

    /**
     * @return array<string, array{0: string, 1: string}> e-mail as WHMCS stores it, as JSON
     */
    public static function emails(): array
    {
        return [
            'entity of an apostrophe' => ['o&#039;brien@example.com', '"o\'brien@example.com"'],
            'ampersand' => ['r&amp;d@example.com', '"r&d@example.com"'],
            'decoded once only' => ['a&amp;amp;b@example.com', '"a&amp;b@example.com"'],
            'quotes' => ['&quot;a b&quot;@example.com', '"\"a b\"@example.com"'],
            'plus and percent' => ['a+b%40c%@example.com', '"a+b%40c%@example.com"'],
            'emoji' => ['🪣@example.com', '"🪣@example.com"'],
            'line break' => ["a\r\nb@example.com", '"a\r\nb@example.com"'],
            'slash and backslash' => ['a/b\\c@example.com', '"a/b\\\\c@example.com"'],
            'invalid UTF-8' => ["a\xffb@example.com", "\"a\u{fffd}b@example.com\""],
            'none' => ['', '""'],
        ];
    }

    /**
     * @dataProvider emails
     */
    public function testEmail(string $stored, string $json): void
    {
        self::$bridge->script([self::result(self::ACCOUNT)]);
        $params = self::serviceParams(['clientsdetails' => ['email' => $stored]]);
        self::assertSame('success', ostor_CreateAccount($params));
        self::assertStringContainsString('"email":' . $json . ',"plan"', self::sentParams('CreateAccount'));
    }

    public function testHeadersAndPath(): void
    {
        self::$bridge->script([self::result(['ok' => true]), self::result(['ok' => true])]);
        ostor_TestConnection(self::serverParams());
        ostor_TestConnection(self::serverParams());
        [$first, $second] = self::$bridge->requests();

        self::assertSame(['POST', '/rpc'], [$first['method'], $first['path']]);
        self::assertSame('application/json', $first['headers']['content-type']);
        self::assertSame(['', ''], [$first['token_fault'], $second['token_fault']]);
        self::assertMatchesRegularExpression('/^[0-9a-f]{16}$/D', $first['headers']['x-request-id']);
        self::assertNotSame($first['headers']['x-request-id'], $second['headers']['x-request-id']);
    }

    /**
     * @return array<string, array{0: array<string, mixed>}>
     */
    public static function reachableServers(): array
    {
        return [
            'address only' => [['serverhostname' => '', 'serverip' => '127.0.0.1']],
            'host name wins over address' => [['serverhostname' => 'localhost', 'serverip' => '192.0.2.1']],
            'blanks around' => [['serverhostname' => ' 127.0.0.1 ', 'serverusername' => ScriptedBridge::CLIENT . ' ']],
            'secure as empty text' => [['serversecure' => '']],
            'secure as off' => [['serversecure' => 'off']],
        ];
    }

    /**
     * @dataProvider reachableServers
     */
    public function testServerRecord(array $overrides): void
    {
        self::$bridge->script([self::result(['ok' => true])]);
        self::assertSame(['success' => true, 'error' => ''], ostor_TestConnection(self::serverParams($overrides)));
        self::onlyRequest();
    }
}

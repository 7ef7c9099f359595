<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Account;
use WHMCS\Module\Server\Ostor\Bridge;
use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Http;
use WHMCS\Module\Server\Ostor\ModuleLog;
use WHMCS\Module\Server\Ostor\Params;
use WHMCS\Module\Server\Ostor\Server;
use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;

/**
 * Only a complete answer to our own call is success; everything else is a sentence.
 */
final class AnswerTest extends BridgeTestCase
{
    private const STATE = ['user_id' => self::USER, 'state' => 'suspended'];

    public function testErrorIsOneLineWithReasonAndRequest(): void
    {
        self::$bridge->script([self::error("Quota 0 is\nrefused.\tEnter at least 1.", [
            'reason' => 'invalid_plan', 'retryable' => false, 'request_id' => 'req-123',
        ])]);
        self::assertSame(
            'Quota 0 is refused. Enter at least 1. (reason: invalid_plan, request req-123)',
            ostor_ChangePackage(self::serviceParams())
        );
    }

    public function testRetryableErrorSaysSo(): void
    {
        self::$bridge->script([self::error('Gateway down.', [
            'reason' => 'gateway_unreachable', 'retryable' => true, 'request_id' => 'r1',
        ])]);
        self::assertSame(
            'Gateway down. (reason: gateway_unreachable, request r1) Repeating the command later may succeed.',
            ostor_SuspendAccount(self::serviceParams())
        );
    }

    public function testErrorWithoutDataNamesOurRequestId(): void
    {
        self::$bridge->script([self::error('', [])]);
        $text = ostor_SuspendAccount(self::serviceParams());
        $id = self::onlyRequest()['headers']['x-request-id'];
        self::assertSame(
            'The bridge reported an error without a message. (reason: unknown, request ' . $id . ')',
            $text
        );
    }

    public function testErrorTextIsEscapedOnce(): void
    {
        $data = ['reason' => 'x', 'request_id' => 'y'];
        self::$bridge->script([self::error('No <b>"bucket" & \'co\'</b> &amp;', $data)]);
        self::assertSame(
            'No &lt;b&gt;"bucket" &amp; \'co\'&lt;/b&gt; &amp;amp; (reason: x, request y)',
            ostor_SuspendAccount(self::serviceParams())
        );
    }

    public function testLongErrorIsCut(): void
    {
        self::$bridge->script([self::error(str_repeat('ä', 2000), ['reason' => 'x', 'request_id' => 'y'])]);
        self::assertSame(
            str_repeat('ä', 500) . '… (reason: x, request y)',
            ostor_SuspendAccount(self::serviceParams())
        );
    }

    public function testHostileReasonAndRequestIdAreNotRepeated(): void
    {
        $data = ['reason' => '<script>', 'request_id' => "a\nb", 'retryable' => 'yes'];
        self::$bridge->script([self::error('Bad.', $data)]);
        $text = ostor_SuspendAccount(self::serviceParams());
        self::assertMatchesRegularExpression('/^Bad\. \(reason: unknown, request [0-9a-f]{16}\)$/D', $text);
    }

    public function testErrorWithNullIdCounts(): void
    {
        self::$bridge->script([self::json(413, ['jsonrpc' => '2.0', 'id' => null, 'error' => [
            'code' => -32600, 'message' => 'Too large.', 'data' => ['reason' => 'body_too_large', 'request_id' => 'q'],
        ]])]);
        self::assertSame(
            'Too large. (reason: body_too_large, request q)',
            ostor_SuspendAccount(self::serviceParams())
        );
    }

    public function testWrongSecretTellsWhatToCompare(): void
    {
        self::$bridge->script([self::result(self::STATE)]);
        $text = ostor_SuspendAccount(self::serviceParams(['serverpassword' => 'another secret of 32 bytes length']));
        self::assertStringContainsString('refused our signature', $text);
        self::assertStringContainsString('clocks', $text);
        self::assertStringEndsWith('(request srv401)', $text);
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string}>
     */
    public static function strangeAnswers(): array
    {
        $html = '<html><body><h1>Bad & broken</h1></body></html>';
        $text = static function (int $status, string $type, string $body, array $more = []): array {
            return ['status' => $status, 'type' => $type, 'body' => $body] + $more;
        };
        $json = static function (string $body) use ($text): array {
            return $text(200, 'application/json', $body);
        };
        $ok = '"result":{"user_id":"0123456789abcdef","state":"suspended"}';

        return [
            'proxy without an answer' => [$text(504, 'text/html; charset=utf-8', $html), 'HTTP 504 (text/html)'],
            'plain 413' => [$text(413, 'text/plain', 'too big'), 'answered HTTP 413 (text/plain)'],
            'not found' => [$text(404, 'text/html', $html), 'answered HTTP 404 (text/html)'],
            'bare 401' => [$text(401, 'text/plain', ''), 'refused our signature'],
            'error status with a result' => [
                $text(500, 'application/json', '{"jsonrpc":"2.0","id":"@ID@",' . $ok . '}'),
                'answered HTTP 500 (application/json)',
            ],
            'redirect' => [$text(302, 'text/html', '', ['headers' => ['Location: /elsewhere']]), 'HTTP 302'],
            'empty' => [$json(''), 'empty answer'],
            'no content' => [$text(204, 'application/json', ''), 'HTTP 204'],
            'login page' => [$text(200, 'text/html', $html), 'is not JSON (text/html)'],
            'cut JSON' => [$json('{"jsonrpc":"2.0","id":"@ID@","result":{"user_id":"01234'), 'is not JSON'],
            'a number' => [$json('1'), 'is not JSON'],
            'too deep' => [$json(str_repeat('[', 100) . str_repeat(']', 100)), 'is not JSON'],
            'empty object' => [$json('{}'), 'does not belong to this call'],
            'a list' => [$json('[1,2]'), 'does not belong to this call'],
            'other id' => [$json('{"jsonrpc":"2.0","id":"1",' . $ok . '}'), 'does not belong to this call'],
            'id as number' => [$json('{"jsonrpc":"2.0","id":1,' . $ok . '}'), 'does not belong to this call'],
            'no id' => [$json('{"jsonrpc":"2.0",' . $ok . '}'), 'does not belong to this call'],
            'error of another call' => [$json('{"jsonrpc":"2.0","id":"x","error":{"code":1,"message":"Other."}}'),
                'does not belong to this call'],
            'other version' => [$json('{"jsonrpc":"1.0","id":"@ID@",' . $ok . '}'), 'does not belong to this call'],
            'no result' => [$json('{"jsonrpc":"2.0","id":"@ID@"}'), 'neither a result nor an error'],
            'null result' => [$json('{"jsonrpc":"2.0","id":"@ID@","result":null}'), 'neither a result nor an error'],
            'true result' => [$json('{"jsonrpc":"2.0","id":"@ID@","result":true}'), 'neither a result nor an error'],
            'success as text' => [$json('{"jsonrpc":"2.0","id":"@ID@","result":"success"}'),
                'neither a result nor an error'],
            'empty result' => [$json('{"jsonrpc":"2.0","id":"@ID@","result":{}}'), 'lacks a usable user_id'],
            'result without user' => [$json('{"jsonrpc":"2.0","id":"@ID@","result":{"state":"suspended"}}'),
                'lacks a usable user_id'],
            'empty user' => [$json('{"jsonrpc":"2.0","id":"@ID@","result":{"user_id":"","state":"suspended"}}'),
                'lacks a usable user_id'],
            'user as number' => [$json('{"jsonrpc":"2.0","id":"@ID@","result":{"user_id":7,"state":"suspended"}}'),
                'lacks a usable user_id'],
            'result and error' => [
                $json('{"jsonrpc":"2.0","id":"@ID@",' . $ok . ',"error":{"code":1,"message":"No."}}'),
                'No. (reason: unknown',
            ],
            'too large' => [$text(200, 'application/json', '        ', ['repeat' => 1200000]), 'is too large'],
        ];
    }

    /**
     * @dataProvider strangeAnswers
     */
    public function testStrangeAnswerIsASentence(array $answer, string $words): void
    {
        self::$bridge->script([$answer, self::result(self::STATE)]);
        $text = ostor_SuspendAccount(self::serviceParams(['username' => self::USER]));
        $request = self::onlyRequest();

        self::assertStringContainsString($words, $text);
        self::assertStringContainsString('request ' . $request['headers']['x-request-id'], $text);
        self::assertStringNotContainsString("\n", $text);
        self::assertStringNotContainsString('<', $text);
        self::assertSame($text, htmlspecialchars(Host::$moduleLog[0][4], ENT_NOQUOTES));
    }

    /**
     * @return array<string, array{0: string, 1: string}>
     */
    public static function membersOfCreate(): array
    {
        $cases = [];
        foreach (['user_id', 'access_key_id', 'secret_access_key', 'endpoint'] as $member) {
            foreach (['null' => null, 'empty' => '', 'number' => 5, 'list' => []] as $name => $value) {
                $cases[$member . ' ' . $name] = [$member, $value];
            }
        }

        return $cases;
    }

    /**
     * @dataProvider membersOfCreate
     * @param mixed $value
     */
    public function testCreateNeedsEveryCredential(string $member, $value): void
    {
        self::$bridge->script([self::result([$member => $value] + self::ACCOUNT)]);
        $params = self::serviceParams();
        self::assertStringContainsString('lacks a usable ' . $member, ostor_CreateAccount($params));
        self::assertSame([], $params['model']->serviceProperties->saved);
        self::assertSame([], Host::$notes);
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string}>
     */
    public static function terminations(): array
    {
        return [
            'deleted' => [['state' => 'deleted'], 'success'],
            'purging' => [['state' => 'purging', 'job_id' => '1'], 'success'],
            'grace' => [['state' => 'grace'], 'success'],
            'suspended' => [['state' => 'suspended'],
                'The bridge left the account in the state suspended, which does not count as terminated.'],
        ];
    }

    /**
     * @dataProvider terminations
     */
    public function testTerminateSucceedsInFinalStatesOnly(array $result, string $expected): void
    {
        self::$bridge->script([self::result($result)]);
        self::assertSame($expected, ostor_TerminateAccount(self::serviceParams()));
    }

    public function testChangePackageNeedsThePlanInTheAnswer(): void
    {
        self::$bridge->script([self::result(['plan' => null])]);
        self::assertStringContainsString('lacks a usable plan', ostor_ChangePackage(self::serviceParams()));
    }

    public function testClosedPort(): void
    {
        $port = ScriptedBridge::freePort();
        $text = ostor_SuspendAccount(self::serviceParams(['serverport' => (string) $port]));
        self::assertStringContainsString('http://127.0.0.1:' . $port . '/rpc cannot be reached', $text);
        self::assertStringContainsString('Nothing was changed.', $text);
    }

    public function testUnknownHost(): void
    {
        $text = ostor_SuspendAccount(self::serviceParams(['serverhostname' => 'bridge.invalid']));
        self::assertStringContainsString('bridge.invalid', $text);
        self::assertStringContainsString('cannot be reached', $text);
    }

    public function testTlsAgainstAPlainServer(): void
    {
        $text = ostor_SuspendAccount(self::serviceParams(['serversecure' => 'on']));
        self::assertStringContainsString('no trusted TLS connection', $text);
        self::assertSame([], self::$bridge->requests());
    }

    public function testHangingBridge(): void
    {
        self::$bridge->script([self::result(self::STATE) + ['sleep_ms' => 3000]]);
        $params = new Params(self::serviceParams());
        $log = new ModuleLog($params->secrets());
        $account = new Account($params, new Bridge(new Server($params), $log, new Http(1)), $log);
        $start = microtime(true);
        try {
            $account->suspend();
            self::fail('no failure');
        } catch (Failure $failure) {
            self::assertLessThan(2.9, microtime(true) - $start);
            self::assertStringContainsString('did not answer within 1 seconds', $failure->getMessage());
            self::assertStringContainsString('repeating it is safe', $failure->getMessage());
        }
    }

    public function testConnectionWarningsAreLoggedAndDoNotFail(): void
    {
        self::$bridge->script([self::result(['ok' => true, 'warnings' => ['Clock is 40 s off.', 'No quotas.']])]);
        self::assertSame(['success' => true, 'error' => ''], ostor_TestConnection(self::serverParams()));
        self::assertSame([
            ['ostor: connection test of cluster eu1: Clock is 40 s off.', 0],
            ['ostor: connection test of cluster eu1: No quotas.', 0],
        ], Host::$activityLog);
    }

    public function testConnectionThatIsNotOk(): void
    {
        self::$bridge->script([self::result(['ok' => false, 'warnings' => ['Keys lack the <system> flag.']])]);
        self::assertSame([
            'success' => false,
            'error' => 'The bridge reports trouble with cluster eu1. Keys lack the &lt;system&gt; flag.',
        ], ostor_TestConnection(self::serverParams()));
    }

    public function testConnectionErrorIsEscapedOnce(): void
    {
        self::$bridge->script([self::error('Unknown cluster <eu1> & more.', ['reason' => 'r', 'request_id' => 'q'])]);
        self::assertSame([
            'success' => false,
            'error' => 'Unknown cluster &lt;eu1&gt; &amp; more. (reason: r, request q)',
        ], ostor_TestConnection(self::serverParams()));
    }
}

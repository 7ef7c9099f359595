<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Bridge;
use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\ModuleLog;
use WHMCS\Module\Server\Ostor\Params;
use WHMCS\Module\Server\Ostor\Server;
use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;

/**
 * A call under which a replica of the bridge ended is made again, where that does no harm.
 */
final class RepetitionTest extends BridgeTestCase
{
    private const CUT = ['status' => 200, 'type' => 'application/json', 'body' => '{"jsonrpc', 'headers' => ['Content-Length: 500']];
    private const GONE = ['status' => 502, 'type' => 'text/html', 'body' => '<h1>502</h1>'];
    private const NOBODY = ['status' => 503, 'type' => 'text/html', 'body' => '<h1>503</h1>'];
    private const STATE = ['user_id' => self::USER, 'state' => 'suspended'];

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string}>
     */
    public static function cuts(): array
    {
        return [
            'a cut connection' => [self::CUT, 'broke off'],
            'a load balancer whose replica has gone' => [self::GONE, 'answered HTTP 502 (text/html)'],
            'a load balancer without a replica' => [self::NOBODY, 'answered HTTP 503 (text/html)'],
        ];
    }

    /**
     * @dataProvider cuts
     */
    public function testACommandThatWasCutOffIsMadeAgainWithATokenOfItsOwn(array $cut): void
    {
        self::$bridge->script([$cut, $cut, self::result(self::STATE)]);
        self::assertSame('success', ostor_SuspendAccount(self::serviceParams(['username' => self::USER])));
        self::assertSame(array_fill(0, 3, ['SuspendAccount', null]), self::asked());
        $requests = self::$bridge->requests();
        self::assertCount(1, array_unique(array_column($requests, 'body')));
        self::assertSame(['cut off, repeated', 'cut off, repeated', 'success'], array_column(Host::$moduleLog, 4));
    }

    /**
     * @dataProvider cuts
     */
    public function testItIsGivenUpWithASentence(array $cut, string $words): void
    {
        self::$bridge->script([$cut + ['forever' => true]]);
        self::assertStringContainsString($words, ostor_SuspendAccount(self::serviceParams(['username' => self::USER])));
        self::assertCount(3, self::asked());
    }

    public function testAListGoesOnAtThePageThatWasCutOff(): void
    {
        self::$bridge->script([
            self::result(['accounts' => [], 'next_cursor' => 'x']),
            self::GONE,
            self::result(['accounts' => [], 'next_cursor' => null]),
        ]);
        self::assertTrue(ostor_ListAccounts(self::serverParams())['success']);
        self::assertSame([['ListAccounts', null], ['ListAccounts', 'x'], ['ListAccounts', 'x']], self::asked());
    }

    public function testAnAnswerOfTheBridgeIsNeverAskedForAgain(): void
    {
        $busy = self::error('Too many calls.', ['reason' => 'overloaded', 'retryable' => true, 'request_id' => 'r'], 503);
        self::$bridge->script([$busy, self::result(self::STATE)]);
        self::assertStringContainsString('Too many calls.', ostor_SuspendAccount(self::serviceParams()));
        self::assertCount(1, self::asked());
    }

    /**
     * @return array<int, array{0: string}>
     */
    public static function onlyOnce(): array
    {
        return [['users.create'], ['keys.generate'], ['keys.revoke'], ['RotateKeys'], ['CreateSubAccount'], ['limits.set']];
    }

    /**
     * @dataProvider onlyOnce
     */
    public function testWhatMayDoMoreTheSecondTimeIsSentOnce(string $method): void
    {
        self::$bridge->script([self::GONE, self::result(['done' => true])]);
        $params = new Params(self::serviceParams());
        $bridge = new Bridge(new Server($params), new ModuleLog($params->secrets()));
        try {
            $bridge->call($method, [], []);
            self::fail('no failure');
        } catch (Failure $failure) {
            self::assertStringContainsString('answered HTTP 502', $failure->getMessage());
        }
        self::assertSame([[$method, null]], self::asked());
    }
}

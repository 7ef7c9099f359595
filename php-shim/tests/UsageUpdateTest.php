<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Bridge;
use WHMCS\Module\Server\Ostor\ModuleLog;
use WHMCS\Module\Server\Ostor\Pages;
use WHMCS\Module\Server\Ostor\Params;
use WHMCS\Module\Server\Ostor\Server;
use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;

/**
 * The usage columns: one statement a page, nothing but known figures, and no word to anybody but the logs.
 */
final class UsageUpdateTest extends BridgeTestCase
{
    private const ACCOUNT_17 = [
        'service_id' => 17,
        'user_id' => self::USER,
        'disk_used_mb' => 12,
        'disk_limit_mb' => 102400,
        'bandwidth_used_mb' => 3,
        'bandwidth_limit_mb' => 204800,
    ];

    private const UNKNOWN = [
        'disk_used_mb' => null,
        'disk_limit_mb' => null,
        'bandwidth_used_mb' => null,
        'bandwidth_limit_mb' => null,
    ];

    /** @var string */
    private $timeZone;

    protected function setUp(): void
    {
        parent::setUp();
        $this->timeZone = date_default_timezone_get();
        $this->expectOutputString('');
    }

    protected function tearDown(): void
    {
        date_default_timezone_set($this->timeZone);
    }

    public function testPageIsOneStatement(): void
    {
        self::$bridge->script([self::page([
            self::ACCOUNT_17,
            ['service_id' => 18, 'disk_used_mb' => 0, 'bandwidth_limit_mb' => 0] + self::UNKNOWN,
            ['service_id' => 19, 'disk_used_mb' => PHP_INT_MAX] + self::ACCOUNT_17,
        ])]);
        date_default_timezone_set('Pacific/Kiritimati');
        $before = date('Y-m-d H:i:s');
        self::assertNull(ostor_UsageUpdate(self::serverParams()));
        $after = date('Y-m-d H:i:s');

        self::assertSame('{"cluster":"eu1","timezone":"Pacific/Kiritimati"}', self::sentParams('UsageUpdate'));
        self::assertCount(1, Host::$updates);
        [$sql, $bindings] = Host::$updates[0];
        self::assertSame(
            'UPDATE tblhosting h JOIN (SELECT 0 AS id, NULL AS diskusage, NULL AS disklimit, NULL AS bwusage,'
                . ' NULL AS bwlimit UNION ALL SELECT 17,12,102400,3,204800 UNION ALL SELECT 18,0,NULL,NULL,0'
                . ' UNION ALL SELECT 19,9223372036854775807,102400,3,204800) u ON u.id = h.id'
                . ' SET h.diskusage = COALESCE(u.diskusage, h.diskusage),'
                . ' h.disklimit = COALESCE(u.disklimit, h.disklimit),'
                . ' h.bwusage = COALESCE(u.bwusage, h.bwusage), h.bwlimit = COALESCE(u.bwlimit, h.bwlimit),'
                . ' h.lastupdate = IF(COALESCE(u.diskusage, u.bwusage) IS NULL, h.lastupdate, ?)'
                . ' WHERE h.server = ?',
            $sql
        );
        self::assertSame(3, $bindings[1]);
        self::assertContains($bindings[0], [$before, $after]);
        self::assertSame([], Host::$activityLog);
    }

    public function testEveryPageIsWritten(): void
    {
        self::$bridge->script([
            self::page([self::ACCOUNT_17], 'after 17'),
            self::page([['service_id' => 18] + self::ACCOUNT_17], 'after 18'),
            self::page([]),
        ]);
        ostor_UsageUpdate(self::serverParams());
        self::assertSame(
            [['UsageUpdate', null], ['UsageUpdate', 'after 17'], ['UsageUpdate', 'after 18']],
            self::asked()
        );
        self::assertSame(['17,12,102400,3,204800', '18,12,102400,3,204800'], self::written());
    }

    public function testServiceOfWhichNothingIsKnownIsNotTouched(): void
    {
        self::$bridge->script([
            self::page([['service_id' => 18] + self::UNKNOWN, self::ACCOUNT_17], 'x'),
            self::page([['service_id' => 19] + self::UNKNOWN]),
        ]);
        ostor_UsageUpdate(self::serverParams());
        self::assertSame(['17,12,102400,3,204800'], self::written());
        self::assertCount(1, Host::$updates);
        self::assertSame([], Host::$activityLog);
    }

    /**
     * @return array<string, array{0: mixed, 1: string}>
     */
    public static function unusableAccounts(): array
    {
        $cases = [
            'a text' => ['17', 'service_id'],
            'a number' => [17, 'service_id'],
            'null' => [null, 'service_id'],
            'a list' => [[17, 1, 2, 3, 4], 'service_id'],
            'seen before' => [['service_id' => 5] + self::ACCOUNT_17, 'service_id'],
        ];
        foreach (['17', '17 OR 1', 0, -1, 17.5, true, null, []] as $id) {
            $cases['service ' . json_encode($id)] = [['service_id' => $id] + self::ACCOUNT_17, 'service_id'];
        }
        foreach (array_keys(self::UNKNOWN) as $member) {
            foreach (['12', '12); DROP', -1, 1.5, true, false, [], ['x' => 1], ''] as $figure) {
                $account = [$member => $figure] + self::ACCOUNT_17;
                $cases[$member . ' ' . json_encode($figure)] = [$account, $member];
            }
            $cases[$member . ' missing'] = [array_diff_key(self::ACCOUNT_17, [$member => 1]), $member];
        }

        return $cases;
    }

    /**
     * @dataProvider unusableAccounts
     * @param mixed $account
     */
    public function testUnusableAccountSpoilsItsPage($account, string $member): void
    {
        $first = ['service_id' => 5] + self::ACCOUNT_17;
        self::$bridge->script([self::page([$first], 'x'), self::page([$first, $account], 'y')]);
        ostor_UsageUpdate(self::serverParams());
        self::assertSame(['5,12,102400,3,204800'], self::written());
        self::assertCount(2, self::asked());
        self::assertOneLine(
            '/^ostor: usage of server 3: not every service was brought up to date\. Account 2 of a page the bridge'
                . ' sent has no usable ' . $member . ', so nothing of that page was taken over\. '
                . '.* \(request [0-9a-f]{16}\)$/D'
        );
    }

    /**
     * @return array<string, array{0: string}> a number as it stands in the answer
     */
    public static function hugeFigures(): array
    {
        return [
            'beyond 64 bits' => ['9223372036854775808'],
            'far beyond' => [str_repeat('9', 400)],
            'with exponent' => ['1e3'],
            'infinite' => ['1e999'],
        ];
    }

    /**
     * @dataProvider hugeFigures
     */
    public function testFigureThatIsNoWholeNumberOfPhpIsRefused(string $number): void
    {
        $answer = self::page([['disk_used_mb' => '@'] + self::ACCOUNT_17]);
        $answer['body'] = str_replace('"@"', $number, $answer['body']);
        self::$bridge->script([$answer]);
        ostor_UsageUpdate(self::serverParams());
        self::assertSame([], Host::$updates);
        self::assertOneLine('/no usable disk_used_mb/');
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string}>
     */
    public static function failingPages(): array
    {
        $error = ['reason' => 'ledger_busy', 'request_id' => 'q', 'retryable' => true];

        return [
            'error of the bridge' => [self::error('The ledger is busy.', $error),
                'The ledger is busy. (reason: ledger_busy, request q)'],
            'proxy' => [['status' => 504, 'type' => 'text/html', 'body' => '<p>'], 'answered HTTP 504'],
            'cut' => [['status' => 200, 'type' => 'application/json', 'body' => '{"jsonrpc":"2.0","resu'], 'not JSON'],
            'no accounts' => [self::page(null), 'lacks a usable accounts'],
            'accounts as text' => [self::page('none'), 'lacks a usable accounts'],
            'no cursor' => [self::result(['accounts' => [self::ACCOUNT_17]]), 'where the next one begins'],
            'empty cursor' => [self::page([self::ACCOUNT_17], ''), 'where the next one begins'],
            'cursor as number' => [self::page([self::ACCOUNT_17], 7), 'where the next one begins'],
            'the same cursor again' => [self::page([self::ACCOUNT_17], 'a'), 'Page 3 of the list'],
            'an earlier cursor again' => [self::page([self::ACCOUNT_17], 'b'), 'Page 3 of the list'],
            'too large' => [['status' => 200, 'type' => 'application/json', 'body' => '        ', 'repeat' => 1200000],
                'is too large'],
        ];
    }

    /**
     * @dataProvider failingPages
     */
    public function testPagesBeforeAFailingOneStay(array $answer, string $words): void
    {
        self::$bridge->script([
            self::page([['service_id' => 5] + self::ACCOUNT_17], 'b'),
            self::page([['service_id' => 6] + self::ACCOUNT_17], 'a'),
            $answer,
            self::page([self::ACCOUNT_17]),
        ]);
        ostor_UsageUpdate(self::serverParams());
        self::assertSame(['5,12,102400,3,204800', '6,12,102400,3,204800'], self::written());
        self::assertCount(3, self::asked());
        self::assertOneLine('/' . preg_quote($words, '/') . '/');
        self::assertStringContainsString($words, Host::$moduleLog[2][4]);
    }

    public function testListThatNeverEndsIsGivenUp(): void
    {
        self::$bridge->script([self::page([], '@ID@') + ['forever' => true]]);
        ostor_UsageUpdate(self::serverParams());
        self::assertCount(1001, self::$bridge->requests());
        self::assertOneLine('/Page 1001 of the list/');
    }

    public function testClosedPort(): void
    {
        $port = (string) ScriptedBridge::freePort();
        ostor_UsageUpdate(self::serverParams(['serverport' => $port]));
        self::assertOneLine('/cannot be reached/');
        self::assertSame([], Host::$updates);
    }

    public function testWhatTheBridgeDoesNotKnowIsOneLine(): void
    {
        $more = ['withheld' => ['Statistics are off.', 'Storage is not sampled yet.']];
        self::$bridge->script([
            self::page([self::ACCOUNT_17], 'x', $more),
            self::page([], 'y', ['withheld' => 'odd']),
            self::page([], 'z', ['withheld' => [['odd'], 7]]),
            self::page([], null, ['withheld' => ['Statistics are off.']]),
        ]);
        ostor_UsageUpdate(self::serverParams());
        self::assertSame([[
            'ostor: usage of server 3: not every figure is known, the old ones stay.'
                . ' Statistics are off. Storage is not sampled yet.',
            0,
        ]], Host::$activityLog);
    }

    public function testFailureDoesNotHideWhatTheBridgeDoesNotKnow(): void
    {
        self::$bridge->script([
            self::page([], 'x', ['withheld' => ['Statistics are off.']]),
            self::error('Down.', ['reason' => 'r', 'request_id' => 'q']),
        ]);
        ostor_UsageUpdate(self::serverParams());
        self::assertSame([
            'ostor: usage of server 3: not every figure is known, the old ones stay. Statistics are off.',
            'ostor: usage of server 3: not every service was brought up to date. Down. (reason: r, request q)',
        ], array_column(Host::$activityLog, 0));
    }

    public function testFailingStatementEndsTheRunWithAShortLine(): void
    {
        Host::$databaseFailure = new \RuntimeException('server has gone away ' . str_repeat('(SQL: ä)', 9000));
        self::$bridge->script([self::page([self::ACCOUNT_17], 'x'), self::page([self::ACCOUNT_17])]);
        ostor_UsageUpdate(self::serverParams());
        self::assertCount(1, Host::$updates);
        self::assertCount(1, self::asked());
        self::assertOneLine('/server has gone away/');
        self::assertSame(2001, preg_match_all('/./us', Host::$activityLog[0][0]));
    }

    public function testLogsThatFailAreNoReasonToThrow(): void
    {
        Host::$logFailure = new \RuntimeException('no log');
        self::$bridge->script([self::page([self::ACCOUNT_17], 'x'), self::page(['broken'])]);
        self::assertNull(ostor_UsageUpdate(self::serverParams()));
        self::assertSame(['17,12,102400,3,204800'], self::written());
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string}>
     */
    public static function serversThatCannotBeAsked(): array
    {
        return [
            'no server' => [['serverid' => 0], 'serverid is missing'],
            'no password' => [['serverpassword' => ''], 'lacks: Password'],
        ];
    }

    /**
     * @dataProvider serversThatCannotBeAsked
     */
    public function testServerThatCannotBeAsked(array $overrides, string $words): void
    {
        ostor_UsageUpdate(self::serverParams($overrides));
        self::assertSame([], self::$bridge->requests());
        self::assertOneLine('/' . $words . '/');
    }

    public function testModuleLogTellsTheSizeOfAPageNotItsContent(): void
    {
        self::$bridge->script([self::page([self::ACCOUNT_17])]);
        ostor_UsageUpdate(self::serverParams());
        [$module, $action, $request, $response, $outcome] = Host::$moduleLog[0];
        self::assertSame(['ostor', 'UsageUpdate', 'success'], [$module, $action, $outcome]);
        self::assertStringContainsString('"method":"UsageUpdate"', $request);
        self::assertMatchesRegularExpression('#^HTTP 200, application/json, \d+ bytes$#D', $response);
    }

    public function testSecretsAreMasked(): void
    {
        $answer = self::error('Not ' . ScriptedBridge::SECRET, ['reason' => 'r', 'request_id' => 'q']);
        self::$bridge->script([
            self::page([], 'x', ['withheld' => ['Secret: ' . ScriptedBridge::SECRET]]),
            $answer,
        ]);
        ostor_UsageUpdate(self::serverParams());
        $texts = array_merge(array_column(Host::$activityLog, 0), array_column(Host::$moduleLog, 4));
        self::assertCount(4, $texts);
        self::assertStringNotContainsString(ScriptedBridge::SECRET, implode("\n", $texts));
        self::assertStringContainsString('Not ***', $texts[1]);
    }

    public function testAllPagesTravelOverOneConnection(): void
    {
        [$server, $output, $port] = self::oneConnection();
        ostor_UsageUpdate(self::serverParams(['serverport' => $port]));
        $requests = stream_get_contents($output);
        proc_close($server);

        self::assertSame("asked 1\nasked 2\nasked 3\n", $requests);
        self::assertSame([], Host::$activityLog);
    }

    public function testBridgeMakesTheNextPageWhileOneIsDealtWith(): void
    {
        [$server, $output, $port] = self::oneConnection();
        $view = new Params(self::serverParams(['serverport' => $port]));
        $log = new ModuleLog($view->secrets());
        $pages = (new Pages(new Bridge(new Server($view), $log), 'UsageUpdate', []))->read('count');
        $pages->current();
        stream_set_blocking($output, false);
        $requests = '';
        for ($patience = 1000; $patience > 0 && substr_count($requests, "\n") < 2; $patience--) {
            $requests .= stream_get_contents($output);
            usleep(10000);
        }
        unset($pages);
        proc_terminate($server, 9);
        proc_close($server);

        self::assertSame("asked 1\nasked 2\n", $requests);
    }

    /**
     * @return array{resource, resource, string} the process, its output, its port
     */
    private static function oneConnection(): array
    {
        $server = proc_open(
            [PHP_BINARY, __DIR__ . '/Support/one-connection-server.php'],
            [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']],
            $pipes
        );

        return [$server, $pipes[1], trim((string) fgets($pipes[1]))];
    }

    /**
     * The rows of all statements, without the one that names the columns.
     *
     * @return string[]
     */
    private static function written(): array
    {
        $rows = [];
        foreach (Host::$updates as [$sql]) {
            preg_match('/ AS bwlimit UNION ALL SELECT (.*)\) u ON /', $sql, $match);
            array_push($rows, ...explode(' UNION ALL SELECT ', $match[1]));
        }

        return $rows;
    }

    private static function assertOneLine(string $pattern): void
    {
        self::assertCount(1, Host::$activityLog);
        self::assertMatchesRegularExpression($pattern, Host::$activityLog[0][0]);
        self::assertSame(0, Host::$activityLog[0][1]);
    }
}

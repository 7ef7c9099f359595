<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Addon\OstorAdmin\Addon;
use WHMCS\Module\Server\Ostor\Release;
use WHMCS\Module\Server\Ostor\Tests\Support\AddonTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;

/**
 * Module, addon and bridge of different versions: staff are told which one to upgrade, and nothing else changes.
 */
final class ReleaseTest extends AddonTestCase
{
    private const ROOT = __DIR__ . '/../..';
    private const OLD = 'is too old for the module (version ' . Release::VERSION . '). Upgrade ostor-bridge to version '
        . Release::VERSION . ' or later.';
    private const NEW = 'is too new for the module (version ' . Release::VERSION . '). Upgrade the module: unpack its zip of'
        . ' version 9.0.0 over the folder of WHMCS.';
    private const SILENT = 'does not say which modules fit it: it is older than the module (version ' . Release::VERSION . ')';
    private const USERS = ['users' => [], 'total' => 0, 'next_cursor' => null];

    public function testModuleAddonAndBridgeOfOneTreeAreOfOneVersionAndSpeakTheSameRevision(): void
    {
        preg_match('/^version = "([^"]+)"$/m', file_get_contents(self::ROOT . '/Cargo.toml'), $cargo);
        $whmcs = json_decode(file_get_contents(dirname(__DIR__) . '/modules/servers/ostor/whmcs.json'), true);
        self::assertSame(
            [$cargo[1], $cargo[1], $cargo[1]],
            [Release::VERSION, $whmcs['version'], Addon::config()['version']]
        );
        $service = file_get_contents(self::ROOT . '/src/http/versions.rs');
        self::assertSame(1, preg_match('/^const UNDERSTOOD: RangeInclusive<u32> = \d+\.\.=(\d+);$/m', $service, $newest));
        self::assertSame(Release::INTERFACE, (int) $newest[1]);
    }

    public function testEveryCallTellsVersionAndRevision(): void
    {
        self::$bridge->script([
            self::result(['ok' => true]), self::page([]), self::for('users.list', self::USERS),
        ]);
        ostor_TestConnection(self::serverParams());
        ostor_UsageUpdate(self::serverParams());
        self::visit(['page' => 'users']);
        $requests = self::$bridge->requests();
        self::assertCount(3, $requests);
        foreach ($requests as $request) {
            self::assertSame(
                [Release::VERSION, (string) Release::INTERFACE],
                [$request['headers']['ostor-module'], $request['headers']['ostor-interface']]
            );
        }
    }

    /**
     * @return array<string, array{0: array<string, mixed>}> what is told beside an answer
     */
    public static function fitting(): array
    {
        return [
            'the same version' => [[]],
            'another version' => [['headers' => ['Ostor-Bridge: 9.0.0', 'Ostor-Interface: 1-7']]],
            'names of headers in other letters' => [['silent' => true, 'headers' => ['OSTOR-INTERFACE:1-1']]],
        ];
    }

    /**
     * @dataProvider fitting
     */
    public function testABridgeThatFitsIsNotMentioned(array $told): void
    {
        [$log, $tab, $page] = $this->shown($told);
        self::assertSame([], $log);
        self::assertArrayNotHasKey('S3 warnings', $tab);
        self::assertSame(0, self::read($page)->query('//*[contains(@class, "alert")]')->length);
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string}> what is told beside an answer, words
     */
    public static function misfits(): array
    {
        $revisions = static function (string $version, string $revisions): array {
            return ['headers' => ['Ostor-Bridge: ' . $version, 'Ostor-Interface: ' . $revisions]];
        };

        return [
            'nothing' => [['silent' => true], self::SILENT],
            'a version alone' => [['silent' => true, 'headers' => ['Ostor-Bridge: 0.0.9']], self::SILENT],
            'no range' => [$revisions('0.1.0', '1'), self::SILENT],
            'a range of words' => [$revisions('0.1.0', 'one-two'), self::SILENT],
            'older revisions' => [$revisions('0.0.9', '0-0'), '(version 0.0.9) ' . self::OLD],
            'newer revisions' => [$revisions('9.0.0', '2-3'), '(version 9.0.0) ' . self::NEW],
            'markup for a version' => [$revisions('<b>1</b>', '0-0'), '(version unknown) ' . self::OLD],
        ];
    }

    /**
     * @dataProvider misfits
     */
    public function testABridgeThatDoesNotFitIsToldOfEverywhere(array $told, string $words): void
    {
        [$log, $tab, $page] = $this->shown($told);
        self::assertCount(1, $log);
        self::assertStringContainsString('connection test of cluster eu1: The bridge at http://127.0.0.1:', $log[0][0]);
        self::assertStringContainsString($words, $log[0][0]);
        self::assertStringContainsString($words, $tab['S3 warnings']);
        self::assertSame(1, substr_count(self::text($page, '//*[@class="alert alert-warning"]'), $words));
    }

    /**
     * @return array<string, array{0: array<string, mixed>}> answers of a bridge that understood something else, or that the
     *     module does not understand
     */
    public static function misunderstandings(): array
    {
        return [
            'an unknown parameter' => [self::error('unknown field', ['reason' => 'invalid_params', 'request_id' => 'q'])],
            'an unknown method' => [self::error('no such method', ['reason' => 'method_not_found', 'request_id' => 'q'])],
            'a result without a member' => [self::result(['user_id' => self::USER])],
            'neither result nor error' => [self::json(200, ['jsonrpc' => '2.0', 'id' => '@ID@'])],
        ];
    }

    /**
     * @dataProvider misunderstandings
     */
    public function testAMisunderstandingNamesTheLikelyCause(array $answer): void
    {
        self::$bridge->script([['silent' => true] + $answer, $answer]);
        $params = self::serviceParams(['username' => self::USER]);
        self::assertStringContainsString(self::SILENT, ostor_SuspendAccount($params));
        self::assertStringNotContainsString('which modules fit', ostor_SuspendAccount($params));
        self::assertStringContainsString(self::SILENT, Host::$moduleLog[0][4]);
    }

    /**
     * @return array<string, array{0: array<string, mixed>}> failures of which versions are not the cause
     */
    public static function otherFailures(): array
    {
        return [
            'a refusal' => [self::error('3 buckets', ['reason' => 'buckets_exist', 'request_id' => 'q'])],
            'no token' => [self::json(401, ['jsonrpc' => '2.0', 'id' => '@ID@', 'error' => ['code' => -32000]])],
            'a proxy' => [['status' => 502, 'type' => 'text/html', 'body' => '<h1>502</h1>']],
            'another program' => [['status' => 200, 'type' => 'text/html', 'body' => '<h1>Welcome</h1>']],
        ];
    }

    /**
     * @dataProvider otherFailures
     */
    public function testOtherFailuresDoNot(array $answer): void
    {
        self::$bridge->script([['silent' => true, 'forever' => true] + $answer]);
        $told = ostor_SuspendAccount(self::serviceParams(['username' => self::USER]));
        self::assertNotSame('success', $told);
        self::assertStringNotContainsString('which modules fit', $told);
    }

    /**
     * The bridge's own sentence says all there is to say.
     */
    public function testARefusalOfTheBridgeIsToldOnce(): void
    {
        $sentence = 'nothing was done, because module (version 0.1.0) and ostor-bridge (version 9.0.0) do not fit';
        $answer = ['headers' => ['Ostor-Bridge: 9.0.0', 'Ostor-Interface: 2-3'], 'forever' => true]
            + self::error($sentence, ['reason' => 'interface_unsupported', 'request_id' => 'q']);
        self::$bridge->script([$answer]);
        $whole = $sentence . ' (reason: interface_unsupported, request q)';
        self::assertSame(['success' => false, 'error' => $whole], ostor_TestConnection(self::serverParams()));
        $params = self::serviceParams(['username' => self::USER]);
        self::assertSame($whole, ostor_CreateAccount($params));
        self::assertSame($whole, ostor_AdminServicesTabFields($params)['S3 storage']);
        self::assertSame($whole, self::text(self::visit(['page' => 'users']), '//*[contains(@class, "alert")]'));
    }

    public function testAnAddonOfAnotherReleaseThanTheModuleIsToldOf(): void
    {
        self::$bridge->script([['forever' => true] + self::for('users.list', self::USERS)]);
        self::assertStringNotContainsString('The addon is of version', self::visit(['page' => 'users']));

        $copy = sys_get_temp_dir() . '/ostor-release-' . bin2hex(random_bytes(6));
        try {
            self::execute(['cp', '-R', dirname(__DIR__), $copy]);
            $release = $copy . '/modules/servers/ostor/lib/Release.php';
            $text = str_replace("VERSION = '" . Release::VERSION, "VERSION = '9.0.0", file_get_contents($release), $count);
            self::assertSame(1, $count);
            file_put_contents($release, $text);
            $server = json_encode(self::server(3), JSON_THROW_ON_ERROR);
            $host = $copy . '/tests/Support/addon-host.php';
            $page = self::execute(['env', 'OSTOR_TEST_SERVER=' . $server, PHP_BINARY, $host]);
        } finally {
            self::execute(['rm', '-rf', '--one-file-system', $copy]);
        }
        self::assertStringContainsString('The addon is of version ' . Release::VERSION . ', the server module ostor beside'
            . ' it of version 9.0.0.', $page);
    }

    /**
     * What staff see of a bridge that does what it is asked.
     *
     * @param array<string, mixed> $told beside its answers
     * @return array{0: array<int, array<int, mixed>>, 1: array<string, string>, 2: string} Activity Log, service page,
     *     page of the addon
     */
    private function shown(array $told): array
    {
        self::$bridge->script([
            $told + self::for('TestConnection', ['ok' => true, 'warnings' => []]),
            $told + self::for('AccountState', ['state' => 'active', 'live' => ['state' => 'active']]),
            $told + self::for('users.list', self::USERS),
        ]);
        self::assertSame(['success' => true, 'error' => ''], ostor_TestConnection(self::serverParams()));
        $log = Host::$activityLog;

        return [
            $log,
            ostor_AdminServicesTabFields(self::serviceParams(['username' => self::USER])),
            self::visit(['page' => 'users']),
        ];
    }

    /**
     * @param string[] $command
     */
    private static function execute(array $command): string
    {
        exec(implode(' ', array_map('escapeshellarg', $command)), $lines, $code);
        self::assertSame(0, $code, implode("\n", $lines));

        return implode("\n", $lines);
    }
}

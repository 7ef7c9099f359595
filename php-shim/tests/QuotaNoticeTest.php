<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;

/**
 * The mail about storage that runs out: once for each crossing, and no trouble of it reaches the usage.
 */
final class QuotaNoticeTest extends BridgeTestCase
{
    /**
     * @return array<string, array{0: array<string, mixed>, 1: array<string, mixed>, 2: bool}>
     */
    public static function usages(): array
    {
        return [
            'crossing' => [['diskusage' => 89, 'disklimit' => 100], [90, 100], true],
            'far across' => [['diskusage' => 0, 'disklimit' => 100], [300, 100], true],
            'first figure' => [['diskusage' => 0, 'disklimit' => 0], [95, 100], true],
            'below' => [['diskusage' => 0, 'disklimit' => 100], [89, 100], false],
            'above before' => [['diskusage' => 90, 'disklimit' => 100], [91, 100], false],
            'no quota' => [['diskusage' => 0, 'disklimit' => 0], [95, 0], false],
            'usage not known' => [['diskusage' => 0, 'disklimit' => 100], [null, 100], false],
            'quota not known, the stored one counts' => [['diskusage' => 0, 'disklimit' => 100], [95, null], true],
            'quota not known, far below' => [['diskusage' => 0, 'disklimit' => 1000], [95, null], false],
            'smaller quota' => [['diskusage' => 50, 'disklimit' => 100], [50, 55], true],
            'suspended' => [['diskusage' => 0, 'disklimit' => 100, 'domainstatus' => 'Suspended'], [95, 100], false],
            'of another server' => [['diskusage' => 0, 'disklimit' => 100, 'server' => 4], [95, 100], false],
            'enormous' => [['diskusage' => 0, 'disklimit' => PHP_INT_MAX], [PHP_INT_MAX, PHP_INT_MAX], true],
        ];
    }

    /**
     * @dataProvider usages
     */
    public function testMailGoesOutWhenTheThresholdIsCrossed(array $stored, array $told, bool $mail): void
    {
        Host::$services = [$stored + self::row(17)];
        self::update([[17, $told[0], $told[1]]]);
        self::assertCount($mail ? 1 : 0, Host::$mails);
        self::assertCount($told === [null, null] ? 0 : 1, Host::$updates);
        self::assertSame([], Host::$activityLog);
    }

    public function testMailNamesTheFiguresAndFollowsTheUpdate(): void
    {
        Host::$services = [self::row(17), self::row(18)];
        self::update([[17, 92160, 102400], [18, 10, 102400]]);
        self::assertSame([[
            'updates' => 1,
            'messagename' => 'S3 Storage Nearly Full',
            'id' => 17,
            'customvars' => base64_encode(serialize([
                'ostor_percent' => '90', 'ostor_used_gib' => '90.00', 'ostor_quota_gib' => '100.00',
            ])),
        ]], Host::$mails);
    }

    public function testMailsThatWereNotSentAreOneLine(): void
    {
        Host::$services = [self::row(17), self::row(18)];
        Host::$mailAnswer = ['result' => 'error', 'message' => 'Email Template not found'];
        self::update([[17, 95, 100], [18, 95, 100]]);
        self::assertCount(2, Host::$mails);
        self::assertSame([[
            'ostor: usage of server 3: 2 mails about storage running out were not sent (services 17, 18). Email Template'
                . ' not found', 0,
        ]], Host::$activityLog);
    }

    public function testButtonThatWritesUsageTellsTooAndLeavesNothingForTheNight(): void
    {
        Host::$services = [['userid' => 7] + self::row(42)];
        $history = ['points' => [['start' => date('Y-m-01\T00:00:00P'), 'bytes_downloaded' => 0]]];
        self::$bridge->script([
            self::result(['state' => 'active', 'live' => ['bytes' => 95 * 1048576]]), self::result($history),
        ]);
        $params = self::serviceParams(['username' => self::USER]);
        Host::$services[0]['disklimit'] = 100;
        self::assertSame('success', ostor_refreshUsage($params));
        self::assertCount(1, Host::$mails);
        self::update([[42, 96, 100]]);
        self::assertCount(1, Host::$mails);
        $_SESSION = [];
    }

    public function testThresholdIsAConstantOfWhmcs(): void
    {
        foreach (['80' => 1, '0' => 0, '101' => 0, 'x' => 0] as $threshold => $mails) {
            $code = 'define("OSTOR_QUOTA_NOTICE", $argv[2]); require $argv[1] . "/Support/module-host.php";'
                . 'use WHMCS\Module\Server\Ostor\Tests\Support\Host;'
                . 'Host::$services = [json_decode($argv[3], true)];'
                . '$notice = new WHMCS\Module\Server\Ostor\QuotaNotice(new WHMCS\Module\Server\Ostor\ModuleLog([]));'
                . 'echo count($notice->crossing(3, [17 => "17,85,100"]));';
            $command = [PHP_BINARY, '-r', $code, '--', __DIR__, (string) $threshold, json_encode(self::row(17))];
            $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes);
            self::assertSame((string) $mails, stream_get_contents($pipes[1]), (string) $threshold);
            proc_close($process);
        }
    }

    public function testTemplateForItIsShipped(): void
    {
        $folder = dirname(__DIR__) . '/modules/servers/ostor/emails';
        $names = [];
        foreach (glob($folder . '/*.txt') as $file) {
            $text = (string) file_get_contents($file);
            self::assertSame(1, preg_match('/\AName: (.+)\nSubject: (.+)\n\n.+/s', $text, $found), $file);
            $names[] = strtok($found[1], "\n");
            self::assertSame(0, preg_match('/service_password|secret_access/i', $text), $file);
            preg_match_all('/\{\$(\w+)/', $text, $fields);
            foreach ($fields[1] as $field) {
                self::assertMatchesRegularExpression('/^(client|service|company|ostor|whmcs|signature)/', $field);
            }
        }
        self::assertContains('S3 Storage Nearly Full', $names);
        self::assertCount(4, $names);
    }

    /**
     * The nightly update with one page of accounts.
     *
     * @param array<int, array{0: int, 1: int|null, 2: int|null}> $accounts id, used and limit in MB
     */
    private static function update(array $accounts): void
    {
        self::$bridge->script([self::page(array_map(static function (array $account): array {
            return [
                'service_id' => $account[0], 'user_id' => self::USER, 'disk_used_mb' => $account[1],
                'disk_limit_mb' => $account[2], 'bandwidth_used_mb' => null, 'bandwidth_limit_mb' => null,
            ];
        }, $accounts))]);
        ostor_UsageUpdate(self::serverParams());
    }

    /**
     * @return array<string, mixed>
     */
    private static function row(int $id): array
    {
        return [
            'id' => $id, 'server' => 3, 'diskusage' => 0, 'disklimit' => 100, 'bwusage' => 0, 'bwlimit' => 0,
            'domainstatus' => 'Active', 'lastupdate' => '0000-00-00 00:00:00',
        ];
    }
}

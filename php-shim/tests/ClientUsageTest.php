<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Csv;
use WHMCS\Module\Server\Ostor\Tests\Support\ClientTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;

/**
 * The usage of a month by bucket and day, as a page and as a file.
 */
final class ClientUsageTest extends ClientTestCase
{
    /** 2 GiB for 12 hours. */
    private const BYTE_HOURS = 25769803776;

    public function testMonthIsAskedForAndAddedUpByBucket(): void
    {
        $month = date('Y-m', strtotime(date('Y-m-01') . ' -1 month'));
        self::$bridge->script([self::usage([
            self::point('photos', $month . '-01', 0),
            self::point('', $month . '-02', 0),
            self::point('photos', $month . '-02', 5),
            self::point('123', $month . '-02', null),
        ])]);
        [$template, $page] = self::open(['ostor' => 'usage', 'month' => $month, 'bucket' => 'photos']);
        self::assertSame('templates/usage.tpl', $template);
        [$method, $params] = self::calls()[0];
        self::assertSame(['usage.buckets', 42, self::USER, 'UTC'], [
            $method, $params['service_id'], $params['user_id'], $params['timezone'],
        ]);
        self::assertSame($month . '-01T00:00:00+00:00', $params['from']);
        self::assertSame(date('Y-m-01') . 'T00:00:00+00:00', $params['to']);
        self::assertSame([
            ['(requests without a bucket)', '1.00 KiB', '0 B', '24 GiB hours'],
            ['123', '1.00 KiB', 'not known', '24 GiB hours'],
            ['photos', '2.00 KiB', '5 B', '48 GiB hours'],
        ], array_map(static function (array $row): array {
            return [$row['name'], $row['uploaded'], $row['downloaded'], $row['stored']];
        }, $page['rows']));
        self::assertSame('20', $page['rows'][2]['requests']);
        self::assertStringEndsWith('&ostor=usage&month=' . $month . '&bucket=photos', $page['rows'][2]['address']);
        self::assertSame([$month . '-01', $month . '-02'], array_column($page['days'], 'name'));
        self::assertSame('photos by day', $page['days_title']);
        self::assertSame($month, $page['month']);
        $computed = implode("\n", $page['computed']);
        self::assertStringContainsString('1 GiB is 1,073,741,824 bytes.', $computed);
        self::assertStringContainsString('96 GiB hours in this month', $computed);
        self::assertStringNotContainsString('not known', $computed);
        self::assertCount(3, $page['computed']);
    }

    public function testDaysAfterTheKnownTimeAreNoPartOfTheSums(): void
    {
        $month = date('Y-m', strtotime(date('Y-m-01') . ' -1 month'));
        $late = ['storage_byte_hours' => null] + self::point('photos', $month . '-03', 5);
        foreach (['-02' => '24 GiB hours', '-03' => '24 GiB hours', '-04' => 'not known'] as $until => $stored) {
            self::$bridge->script([self::result([
                'complete_until' => $month . $until . 'T00:00:00Z',
                'gigabyte' => 'binary',
                'rows' => [self::point('photos', $month . '-01', 5), $late],
            ])]);
            $page = self::open(['ostor' => 'usage', 'month' => $month, 'bucket' => 'photos'])[1];
            self::assertSame([$stored, '10 B'], [$page['rows'][0]['stored'], $page['rows'][0]['downloaded']]);
            self::assertSame(['24 GiB hours', 'not known'], array_column($page['days'], 'stored'));
            $isTold = strpos(implode("\n", $page['computed']), '24 GiB hours in this month') !== false;
            self::assertSame($stored !== 'not known', $isTold);
        }
    }

    public function testAMonthOfWhichNoDayIsKnownYetHasNoSums(): void
    {
        $late = ['storage_byte_hours' => null] + self::point('photos', date('Y-m-01'), 5);
        self::$bridge->script([self::result([
            'complete_until' => date('Y-m-01\T00:00:00\Z'), 'gigabyte' => 'binary', 'rows' => [$late],
        ])]);
        $page = self::open(['ostor' => 'usage'])[1];
        self::assertSame(['not known', '5 B'], [$page['rows'][0]['stored'], $page['rows'][0]['downloaded']]);
        self::assertStringNotContainsString('GiB hours', implode("\n", $page['computed']));
    }

    public function testDaysAreThoseOfTheBucketAskedFor(): void
    {
        foreach ([[[], 0], [['bucket' => ''], 1], [['bucket' => 'nix'], 0], [['bucket' => '123'], 2]] as [$asked, $days]) {
            $rows = [self::point('', date('Y-m-01'), 1), self::point('123', date('Y-m-01'), 1)];
            $rows[] = self::point('123', date('Y-m-02'), 1);
            self::$bridge->script([self::usage($rows)]);
            self::assertCount($days, self::open(['ostor' => 'usage'] + $asked)[1]['days']);
        }
    }

    public function testAverageIsByteHoursThroughTheHoursOfTheMonth(): void
    {
        $rows = [];
        $month = date('Y-m');
        for ($hours = (int) date('t') * 24; $hours > 0; $hours -= 12) {
            $rows[] = self::point('a', $month . '-01', 1073741824);
            $rows[count($rows) - 1]['storage_byte_hours'] = self::BYTE_HOURS;
        }
        self::$bridge->script([self::usage($rows)]);
        $computed = self::open(['ostor' => 'usage'])[1]['computed'];
        self::assertStringContainsString('that is 2 GiB on average', $computed[1]);
        self::assertStringContainsString(' bytes are ' . count($rows) . ' GiB', $computed[2]);
    }

    public function testNothingUsedIsZeroOnlyWhereItIsKnown(): void
    {
        foreach ([[null, 'known'], [date('Y-m-01\T00:00:00\Z'), 'known'], [date('Y-m-01\T00:15:00\Z'), 'used']] as $case) {
            self::$bridge->script([self::result(['complete_until' => $case[0], 'rows' => [], 'gigabyte' => 'binary'])]);
            $page = self::open(['ostor' => 'usage'])[1];
            self::assertStringContainsString('Nothing ' . ($case[1] === 'used' ? 'was used' : 'is known'), $page['none']);
            $computed = implode("\n", $page['computed']);
            self::assertSame($case[1] === 'used', strpos($computed, '0 bytes are 0 GiB') !== false);
            self::assertSame($case[1] === 'used', strpos($computed, 'is 0 GiB') !== false);
            self::assertStringNotContainsString('not known', $computed);
        }
    }

    public function testThisMonthEndsNow(): void
    {
        self::$bridge->script([self::usage([])]);
        self::assertSame(date('Y-m'), self::open(['ostor' => 'usage'])[1]['month']);
        $params = self::calls()[0][1];
        self::assertSame(date('Y-m-01') . 'T00:00:00+00:00', $params['from']);
        self::assertLessThanOrEqual(time() + 1, strtotime($params['to']));
    }

    public function testMonthsThatCannotBeChosenAreThisMonth(): void
    {
        foreach (['2999-01', '1999-12', '2026-13', '2026-1', 'x', "2026-11'", ['2026-10']] as $month) {
            self::$bridge->script([self::usage([])]);
            $_GET = ['ostor' => 'usage', 'month' => $month];
            $page = ostor_ClientArea(self::params())['templateVariables']['ostor'];
            self::assertSame(date('Y-m'), $page['month']);
            self::assertCount(13, array_unique($page['months']));
        }
    }

    public function testNothingOfAnUnusableListIsShown(): void
    {
        foreach ([['bucket' => 5], ['start' => null]] as $change) {
            self::$bridge->script([self::usage([$change + self::point('a', '2026-11-01', 1)]), self::result(self::AREA)]);
            [$template, $page] = self::open(['ostor' => 'usage']);
            self::assertSame('templates/overview.tpl', $template);
            self::assertFalse($page['notice']['good']);
        }
        self::assertStringContainsString('Row 1 of the usage', Host::$activityLog[0][0]);
        $row = self::point('a', '2026-11-01', 1);
        unset($row['ops_get']);
        self::$bridge->script([self::usage([$row]), self::result(self::AREA)]);
        self::assertFalse(self::open(['ostor' => 'usage'])[1]['notice']['good']);
    }

    public function testFileHasEveryRowAndEndsTheRequest(): void
    {
        self::$bridge->script([self::usage([
            self::point('=cmd|x', date('Y-m-01'), 7),
            self::point('a,"b"', date('Y-m-02'), null),
        ])]);
        $output = self::download();
        self::assertSame(
            "day,bucket,bytes_uploaded,bytes_downloaded,ops_put,ops_get,ops_list,ops_other,storage_byte_hours\r\n"
                . date('Y-m-01') . ",'=cmd|x,1024,7,1,2,3,4,25769803776\r\n"
                . date('Y-m-02') . ",\"a,\"\"b\"\"\",1024,,1,2,3,4,25769803776\r\n",
            $output
        );
    }

    public function testFileThatCannotBeMadeIsAPage(): void
    {
        self::$bridge->script([self::error('No.', ['reason' => 'internal_error', 'request_id' => 'q']), self::usage([])]);
        $page = self::send('clientDownloadUsage', ['month' => date('Y-m')]);
        self::assertStringContainsString('name the request ID q', $page['notice']['text']);
    }

    /**
     * @return array<string, array{0: string|int|null, 1: string}>
     */
    public static function cells(): array
    {
        return [
            'number' => [-5, '-5'],
            'not known' => [null, ''],
            'text' => ['photos', 'photos'],
            'equals' => ['=1+1', "'=1+1"],
            'plus' => ['+1', "'+1"],
            'minus' => ['-1', "'-1"],
            'at' => ['@x', "'@x"],
            'tab' => ["\t=1", "'\t=1"],
            'return' => ["\r=1", "\"'\r=1\""],
            'quote' => ['a"b', '"a""b"'],
            'line' => ["a\nb", "\"a\nb\""],
        ];
    }

    /**
     * @dataProvider cells
     * @param string|int|null $cell
     */
    public function testCellIsNoFormula($cell, string $expected): void
    {
        self::assertSame('x,' . $expected . "\r\n", Csv::line(['x', $cell]));
    }

    /**
     * @param array<int, array<string, mixed>> $rows
     * @return array<string, mixed>
     */
    private static function usage(array $rows): array
    {
        return self::result(['complete_until' => null, 'gigabyte' => 'binary', 'rows' => $rows]);
    }

    /**
     * @return array<string, mixed>
     */
    private static function point(string $bucket, string $day, ?int $downloaded): array
    {
        return [
            'bucket' => $bucket, 'start' => $day . 'T00:00:00+00:00', 'bytes_uploaded' => 1024,
            'bytes_downloaded' => $downloaded, 'ops_put' => 1, 'ops_get' => 2, 'ops_list' => 3, 'ops_other' => 4,
            'storage_byte_hours' => self::BYTE_HOURS,
        ];
    }

    /**
     * Output of the download in a process of its own, which it ends.
     */
    private static function download(): string
    {
        $code = 'require $argv[1] . "/Support/module-host.php"; $p = json_decode($argv[2], true);'
            . 'WHMCS\Module\Server\Ostor\Tests\Support\Host::$visitor = 7;'
            . 'WHMCS\Module\Server\Ostor\Tests\Support\Host::$services = [$p["row"]];'
            . '$_SERVER["REQUEST_METHOD"] = "POST"; $_POST = $_REQUEST = ["token" => "good-token"];'
            . 'ob_start(); echo "half a page"; ostor_clientDownloadUsage($p["params"]); echo "more";';
        $params = array_diff_key(self::params(), ['model' => 0]);
        $input = json_encode(['row' => self::row(), 'params' => $params, 'client' => ScriptedBridge::CLIENT]);
        $command = [PHP_BINARY, '-d', 'display_errors=1', '-d', 'error_reporting=-1', '-r', $code, '--', __DIR__, $input];
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes);
        $output = stream_get_contents($pipes[1]);
        proc_close($process);

        return $output;
    }
}

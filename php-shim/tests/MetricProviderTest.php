<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WHMCS\UsageBilling\Contracts\Metrics\ProviderInterface;

/**
 * The metrics of Usage Billing: what is known reaches WHMCS as it is, what is not known never looks like zero.
 */
final class MetricProviderTest extends BridgeTestCase
{
    private const FIGURES = [
        'storage' => 1.5,
        'storage_month' => 0.25,
        'bandwidth_out' => 3,
        'bandwidth_in' => 0.0,
        'requests_put' => 3,
        'requests_get' => 0,
        'requests_list' => PHP_INT_MAX,
        'requests_other' => 4,
        'buckets' => 2,
    ];

    private const BINARY = ['gigabyte' => 'binary'];

    protected function setUp(): void
    {
        parent::setUp();
        $this->expectOutputString('');
        Host::$services = [
            ['id' => 16, 'server' => 4, 'username' => self::USER],
            ['id' => 17, 'server' => 3, 'username' => self::USER],
            ['id' => 18, 'server' => 4, 'username' => 'ffffffffffffffff'],
            ['id' => 19, 'server' => 3, 'username' => 'examplec'],
            ['id' => 20, 'server' => 3, 'username' => ''],
        ];
    }

    /**
     * @return array<string, string[]> type, unit, one, many, suffix by system name
     */
    public static function metrics(string $gigabyte): array
    {
        $now = MetricInterface::TYPE_SNAPSHOT;
        $month = MetricInterface::TYPE_PERIOD_MONTH;
        $volume = [$gigabyte, $gigabyte, $gigabyte, $gigabyte];
        $average = [$gigabyte . '-months', $gigabyte . '-month', $gigabyte . '-months', $gigabyte . '-months'];
        $requests = ['Requests', 'Request', 'Requests', null];

        return [
            'storage' => array_merge([$now, 'FloatingPoint'], $volume),
            'storage_month' => array_merge([$month, 'FloatingPoint'], $average),
            'bandwidth_out' => array_merge([$month, 'FloatingPoint'], $volume),
            'bandwidth_in' => array_merge([$month, 'FloatingPoint'], $volume),
            'requests_put' => array_merge([$month, 'WholeNumber'], $requests),
            'requests_get' => array_merge([$month, 'WholeNumber'], $requests),
            'requests_list' => array_merge([$month, 'WholeNumber'], $requests),
            'requests_other' => array_merge([$month, 'WholeNumber'], $requests),
            'buckets' => [$now, 'WholeNumber', 'Buckets', 'Bucket', 'Buckets', null],
        ];
    }

    public function testMetricsNeedNeitherServerNorNetwork(): void
    {
        $provider = ostor_MetricProvider([]);
        self::assertInstanceOf(ProviderInterface::class, $provider);
        $metrics = $provider->metrics();
        self::assertSame(self::metrics('GiB'), self::described($metrics));
        self::assertSame(range(0, 8), array_keys($metrics));
        foreach ($metrics as $metric) {
            self::assertNull($metric->usage());
            self::assertNotSame('', $metric->displayName());
        }
        self::assertEquals($metrics, ostor_MetricProvider(self::serverParams())->metrics());
        self::assertSame([], self::$bridge->requests());
        self::assertSame([], Host::$activityLog);
    }

    public function testUsageIsHandedOverAsItCame(): void
    {
        self::$bridge->script([self::metricPage([self::account(self::FIGURES)])]);
        $before = new \DateTimeImmutable();
        $usage = self::provider()->usage();

        self::assertSame([self::USER], array_keys($usage));
        self::assertSame(self::FIGURES, self::figures($usage[self::USER]));
        self::assertSame(self::metrics('GiB'), self::described($usage[self::USER]));
        foreach ($usage[self::USER] as $metric) {
            self::assertGreaterThanOrEqual($before, $metric->usage()->collectedAt());
            self::assertLessThanOrEqual(new \DateTimeImmutable(), $metric->usage()->collectedAt());
            self::assertSame([null, null], [$metric->usage()->startAt(), $metric->usage()->endAt()]);
        }
        self::assertSame([], Host::$activityLog);
    }

    public function testTimeZoneIsThatOfPhpAndTheBaseThatOfTheLabels(): void
    {
        $before = date_default_timezone_get();
        date_default_timezone_set('America/St_Johns');
        try {
            self::$bridge->script([self::metricPage([])]);
            self::assertSame([], self::provider()->usage());
        } finally {
            date_default_timezone_set($before);
        }
        self::assertSame('{"cluster":"eu1","timezone":"America/St_Johns","gigabyte":"binary"}', self::sentParams('MetricUsage'));
    }

    public function testWhatIsNotKnownIsLeftOutAndZeroIsNot(): void
    {
        self::$bridge->script([self::metricPage([
            self::account(['buckets' => 0, 'storage' => 0]),
            self::account([], 'aaaaaaaaaaaaaaaa'),
            self::account(new \stdClass(), 'bbbbbbbbbbbbbbbb'),
        ])]);
        $usage = self::provider()->usage();
        self::assertSame(['storage' => 0, 'buckets' => 0], self::figures($usage[self::USER]));
        self::assertSame(
            ['aaaaaaaaaaaaaaaa' => [], 'bbbbbbbbbbbbbbbb' => []],
            array_diff_key($usage, [self::USER => 1])
        );
    }

    public function testPagesAreJoinedWhateverTheUserIdsLookLike(): void
    {
        self::$bridge->script([
            self::metricPage([self::account(['buckets' => 1], '1234567890123456')], 'x'),
            self::metricPage([self::account(['buckets' => 2], '9999999999999999')]),
        ]);
        $usage = self::provider()->usage();
        self::assertSame(['1234567890123456', '9999999999999999'], array_map('strval', array_keys($usage)));
        self::assertSame(['buckets' => 2], self::figures($usage['9999999999999999']));
        self::assertSame([['MetricUsage', null], ['MetricUsage', 'x']], self::asked());
    }

    public function testMetricOfANewerBridgeIsNoTrouble(): void
    {
        $figures = ['replication' => 'much', 'buckets' => 1, 0 => 7];
        self::$bridge->script([self::metricPage([self::account($figures)])]);
        self::assertSame(['buckets' => 1], self::figures(self::provider()->usage()[self::USER]));
        self::assertSame([], Host::$activityLog);
    }

    /**
     * @return array<string, array{0: mixed, 1: string}> account, member complained about
     */
    public static function unusableAccounts(): array
    {
        $cases = [
            'a text' => ['x', 'user_id'],
            'null' => [null, 'user_id'],
            'user of the page before' => [self::account([], '5555555555555555'), 'user_id'],
            'user of the same page' => [self::account([], '6666666666666666'), 'user_id'],
            'no metrics' => [['service_id' => 17, 'user_id' => self::USER], 'metrics'],
            'metrics as text' => [self::account('none'), 'metrics'],
        ];
        foreach (['', 'examplec', 'ABCDEF0123456789', 1234567890123456, null, []] as $user) {
            $cases['user ' . json_encode($user)] = [['user_id' => $user, 'metrics' => []], 'user_id'];
        }
        foreach (array_keys(self::FIGURES) as $name) {
            foreach (['1', '', null, true, false, -1, -0.5, []] as $figure) {
                $cases[$name . ' ' . json_encode($figure)] = [self::account([$name => $figure]), 'metrics.' . $name];
            }
        }
        foreach (['requests_put', 'requests_get', 'requests_list', 'requests_other', 'buckets'] as $name) {
            $cases[$name . ' with a fraction'] = [self::account([$name => 1.5]), 'metrics.' . $name];
        }

        return $cases;
    }

    /**
     * @dataProvider unusableAccounts
     * @param mixed $account
     */
    public function testUnusableAccountSpoilsItsPageOnly($account, string $member): void
    {
        self::$bridge->script([
            self::metricPage([self::account(['buckets' => 5], '5555555555555555')], 'x'),
            self::metricPage([self::account(['buckets' => 6], '6666666666666666'), $account], 'y'),
        ]);
        $usage = self::provider()->usage();
        self::assertSame(['5555555555555555'], array_map('strval', array_keys($usage)));
        self::assertSame(['buckets' => 5], self::figures($usage['5555555555555555']));
        self::assertOneLine('/^ostor: usage metrics of server 3: not every account was collected\. Account 2 of a page'
            . ' the bridge sent has no usable ' . preg_quote($member, '/') . ', /');
        self::assertStringContainsString('no usable ' . $member, Host::$moduleLog[1][4]);
    }

    /**
     * @return array<string, array{0: string, 1: string}> metric, a number as it stands in the answer
     */
    public static function hugeFigures(): array
    {
        return [
            'count beyond 64 bits' => ['requests_get', '9223372036854775808'],
            'count with exponent' => ['requests_get', '1e3'],
            'infinite count' => ['requests_get', '1e999'],
            'infinite volume' => ['storage', '1e999'],
            'volume beyond 64 bits' => ['storage', '9223372036854775808'],
        ];
    }

    /**
     * @dataProvider hugeFigures
     */
    public function testFigureThatIsNoNumberOfPhpIsRefused(string $name, string $number): void
    {
        $answer = self::metricPage([self::account([$name => '@'])]);
        $answer['body'] = str_replace('"@"', $number, $answer['body']);
        self::$bridge->script([$answer]);
        self::assertSame([], self::provider()->usage());
        self::assertOneLine('/no usable metrics\.' . $name . '/');
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string}>
     */
    public static function failingPages(): array
    {
        return [
            'error' => [self::error('Down.', ['reason' => 'r', 'request_id' => 'q']), 'Down. (reason: r, request q)'],
            'proxy' => [['status' => 504, 'type' => 'text/html', 'body' => '<p>'], 'answered HTTP 504'],
            'no accounts' => [self::page(null, null, self::BINARY), 'lacks a usable accounts'],
            'no cursor' => [self::result(['accounts' => []] + self::BINARY), 'where the next one begins'],
            'empty cursor' => [self::metricPage([], ''), 'where the next one begins'],
            'no base' => [self::page([]), 'does not say what it takes for a gigabyte'],
            'strange base' => [self::page([], null, ['gigabyte' => 'GiB']), 'does not say what it takes'],
            'other base' => [self::page([self::account(['buckets' => 1])], null, ['gigabyte' => 'decimal']),
                'The bridge counts gigabytes as decimal, the labels in WHMCS say binary, so no figure was taken over.'
                . ' Add the line define(\'OSTOR_GIGABYTE\', \'decimal\'); to configuration.php of WHMCS, or set'
                . ' gigabyte = "binary" under [usage] in the configuration of the bridge.'],
        ];
    }

    /**
     * @dataProvider failingPages
     */
    public function testFailureLeavesFiguresOut(array $answer, string $words): void
    {
        self::$bridge->script([$answer]);
        self::assertSame([], self::provider()->usage());
        self::assertOneLine('/' . preg_quote($words, '/') . '/');
        self::assertStringContainsString($words, Host::$moduleLog[0][4]);
    }

    /**
     * @dataProvider failingPages
     */
    public function testFailureLaterKeepsThePagesBefore(array $answer, string $words): void
    {
        self::$bridge->script([self::metricPage([self::account(self::FIGURES)], 'x'), $answer]);
        $usage = self::provider()->usage();
        self::assertSame([self::USER], array_keys($usage));
        self::assertSame(self::FIGURES, self::figures($usage[self::USER]));
        self::assertOneLine('/' . preg_quote($words, '/') . '/');
    }

    public function testServerRecordIsChecked(): void
    {
        self::assertSame([], ostor_MetricProvider([])->usage());
        self::assertOneLine('/^ostor: usage metrics of server : .*lacks: Hostname/');
    }

    public function testWhatTheBridgeDoesNotKnowIsOneLine(): void
    {
        $more = self::BINARY + ['withheld' => ['Statistics are off.']];
        self::$bridge->script([self::page([], 'x', $more), self::page([], null, $more)]);
        self::provider()->usage();
        self::assertSame([
            ['ostor: usage metrics of server 3: not every figure is known, the old ones stay. Statistics are off.', 0],
        ], Host::$activityLog);
    }

    public function testTenantIsAskedForByItsService(): void
    {
        self::$bridge->script([self::metricPage([self::account(self::FIGURES)])]);
        $metrics = self::provider()->tenantUsage(self::USER);
        self::assertSame(self::FIGURES, self::figures($metrics));
        self::assertStringEndsWith(',"service_id":17}', self::sentParams('MetricUsage'));
        self::assertSame([], Host::$activityLog);
    }

    /**
     * @return array<string, array{0: mixed}>
     */
    public static function unknownTenants(): array
    {
        return [
            'empty' => [''],
            'null' => [null],
            'a name WHMCS made up' => ['examplec'],
            'a number nobody has' => [1234567890123456],
            'a number too short' => [17],
            'a list' => [[self::USER]],
            'an object' => [new \stdClass()],
            'a service of another server' => ['ffffffffffffffff'],
            'nobody' => ['0000000000000000'],
        ];
    }

    /**
     * @dataProvider unknownTenants
     * @param mixed $tenant
     */
    public function testUnknownTenantHasNoFigures($tenant): void
    {
        self::assertSame([], self::provider()->tenantUsage($tenant));
        self::assertSame([], self::$bridge->requests());
        self::assertSame([], Host::$activityLog);
    }

    public function testTenantThatAnArrayKeyMadeANumber(): void
    {
        Host::$services = [['id' => 21, 'server' => 3, 'username' => '1234567890123456']];
        self::$bridge->script([self::metricPage([self::account(['buckets' => 2], '1234567890123456')])]);
        self::assertSame(['buckets' => 2], self::figures(self::provider()->tenantUsage(1234567890123456)));
    }

    public function testAnswerAboutAnotherUserIsNotTaken(): void
    {
        self::$bridge->script([self::metricPage([self::account(self::FIGURES, 'ffffffffffffffff')])]);
        self::assertSame([], self::provider()->tenantUsage(self::USER));
    }

    public function testFailuresOfTenantUsageLeaveFiguresOut(): void
    {
        self::$bridge->script([self::error('Unknown service.', ['reason' => 'account_unknown', 'request_id' => 'q'])]);
        self::assertSame([], self::provider()->tenantUsage(self::USER));
        self::assertOneLine('/Unknown service\. \(reason: account_unknown, request q\)/');

        Host::$activityLog = [];
        Host::$databaseFailure = new \RuntimeException('server has gone away');
        self::assertSame([], self::provider()->tenantUsage(self::USER));
        self::assertOneLine('/server has gone away/');
    }

    public function testModuleLogTellsTheSizeOfAPageNotItsContent(): void
    {
        self::$bridge->script([self::metricPage([self::account(self::FIGURES)])]);
        self::provider()->usage();
        self::assertSame('success', Host::$moduleLog[0][4]);
        self::assertMatchesRegularExpression('#^HTTP 200, application/json, \d+ bytes$#D', Host::$moduleLog[0][3]);
    }

    public function testDecimalGigabytes(): void
    {
        self::$bridge->script([
            self::page([self::account(['storage' => 1.5])], null, ['gigabyte' => 'decimal']),
            self::metricPage([self::account(['storage' => 2.5])]),
        ]);
        $told = self::inAWhmcsWith('decimal');
        self::assertSame(array_column(self::metrics('GB'), 2), array_values($told['units']));
        self::assertSame([[1, self::USER, 'storage', 1.5]], $told['usage']);
        self::assertCount(1, $told['log']);
        self::assertStringContainsString('as binary, the labels in WHMCS say decimal', $told['log'][0]);
        self::assertStringContainsString("define('OSTOR_GIGABYTE', 'binary');", $told['log'][0]);
        self::assertStringContainsString('gigabyte = "decimal" under [usage]', $told['log'][0]);
    }

    public function testAnyOtherValueOfTheConstantIsBinary(): void
    {
        self::$bridge->script([
            self::page([self::account(['storage' => 1.5])], null, ['gigabyte' => 'decimal']),
            self::metricPage([self::account(['storage' => 2.5])]),
        ]);
        $told = self::inAWhmcsWith('Decimal');
        self::assertSame(array_column(self::metrics('GiB'), 2), array_values($told['units']));
        self::assertSame([[2, self::USER, 'storage', 2.5]], $told['usage']);
        self::assertCount(1, $told['log']);
        self::assertStringContainsString("define('OSTOR_GIGABYTE', 'decimal');", $told['log'][0]);
    }

    /**
     * What Support/usage-metrics.php prints.
     *
     * @return array<string, mixed>
     */
    private static function inAWhmcsWith(string $gigabyte): array
    {
        $process = proc_open(
            [PHP_BINARY, __DIR__ . '/Support/usage-metrics.php', $gigabyte, json_encode(self::serverParams())],
            [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]],
            $pipes
        );
        $output = (string) stream_get_contents($pipes[1]);
        proc_close($process);
        $told = json_decode($output, true);
        self::assertIsArray($told, $output);

        return $told;
    }

    private static function provider(): ProviderInterface
    {
        return ostor_MetricProvider(self::serverParams());
    }

    /**
     * @param mixed $metrics
     * @return array<string, mixed>
     */
    private static function account($metrics, string $user = self::USER): array
    {
        return ['service_id' => 17, 'user_id' => $user, 'metrics' => $metrics];
    }

    /**
     * @param array<int, mixed> $accounts
     * @return array<string, mixed>
     */
    private static function metricPage(array $accounts, ?string $next = null): array
    {
        return self::page($accounts, $next, self::BINARY);
    }

    /**
     * @param MetricInterface[] $metrics
     * @return array<string, int|float> figure by system name
     */
    private static function figures(array $metrics): array
    {
        $figures = [];
        foreach ($metrics as $metric) {
            $figures[$metric->systemName()] = $metric->usage()->value();
        }

        return $figures;
    }

    /**
     * @param MetricInterface[] $metrics
     * @return array<string, string[]> as metrics() has it
     */
    private static function described(array $metrics): array
    {
        $described = [];
        foreach ($metrics as $metric) {
            $units = $metric->units();
            $described[$metric->systemName()] = [
                $metric->type(), basename(strtr(get_class($units), '\\', '/')), $units->name(),
                $units->perUnitName(1), $units->perUnitName(2), $units->suffix(),
            ];
        }

        return $described;
    }

    private static function assertOneLine(string $pattern): void
    {
        self::assertCount(1, Host::$activityLog);
        self::assertMatchesRegularExpression($pattern, Host::$activityLog[0][0]);
    }
}

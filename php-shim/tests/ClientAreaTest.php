<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Bridge;
use WHMCS\Module\Server\Ostor\Tests\Support\ClientTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;

/**
 * What a customer sees of a service, and what stays hidden.
 */
final class ClientAreaTest extends ClientTestCase
{
    public function testOverviewHasEverythingFromOneCall(): void
    {
        self::$bridge->script([self::result(self::AREA)]);
        $answer = ostor_ClientArea(self::params());
        self::assertSame('templates/overview.tpl', $answer['tabOverviewModuleOutputTemplate']);
        self::assertSame(
            [['ClientArea', ['cluster' => 'eu1', 'service_id' => 42, 'user_id' => self::USER, 'timezone' => 'UTC']]],
            self::calls()
        );
        $page = $answer['templateVariables']['ostor'];
        self::assertNull($page['notice']);
        self::assertSame('', $page['remark']);
        self::assertSame(
            ['endpoint' => 'https://s3.example.com', 'region' => 'us-east-1', 'key' => self::KEY],
            $page['connection']
        );
        self::assertSame(['active', 'Active'], [$page['state']['kind'], $page['state']['label']]);
        self::assertSame("50.00 GiB of 100.00 GiB used (50\u{A0}%)", $page['storage']['text']);
        self::assertSame([50, false], [$page['storage']['percent'], $page['storage']['full']]);
        self::assertSame('Storage as of 2026-11-22 15:30.', $page['storage']['at']);
        self::assertSame([
            'Downloaded' => '1.50 GiB', 'Uploaded' => '0 B', 'PUT requests' => '1,234', 'GET requests' => 'not known',
            'LIST requests' => '0', 'Other requests' => '4',
        ], array_column($page['month'], 'value', 'label'));
        self::assertSame(
            ['storage' => '50', 'storage_month' => '20.123', 'bandwidth_out' => '1.5', 'requests_put' => '1,234'],
            $page['metrics']['figures']
        );
        self::assertSame('Usage is known until 2026-11-22 15:30.', $page['metrics']['until']);
        self::assertSame([
            ['name' => 'photos', 'size' => '50.00 GiB', 'created' => '2026-03-01'],
            ['name' => 'empty', 'size' => '0 B', 'created' => 'not known'],
        ], $page['buckets']['rows']);
        self::assertSame([
            ['Stored, last 30 days', self::SVG, [['2026-11-21', 'not known'], ['2026-11-22', '50.00 GiB']]],
            ['Downloaded, last 30 days', self::SVG, [['2026-11-21', '0 B'], ['2026-11-22', 'not known']]],
            ['Stored, last 12 months', self::SVG, [['2026-11', '1 B']]],
            ['Downloaded, last 12 months', self::SVG, [['2026-11', '1.50 GiB']]],
        ], array_map(static function (array $chart): array {
            return [$chart['caption'], $chart['svg'], array_map('array_values', $chart['rows'])];
        }, $page['charts']));
    }

    public function testDecimalGigabytesAreCalledSo(): void
    {
        self::$bridge->script([self::result(['gigabyte' => 'decimal'] + self::AREA)]);
        self::assertSame("53.69 GB of 107.37 GB used (50\u{A0}%)", self::open()[1]['storage']['text']);
    }

    /**
     * @return array<string, array<int, mixed>> storage, text, percent, full, plan
     */
    public static function storages(): array
    {
        return [
            'no quota' => [['bytes' => 1024, 'quota_bytes' => null], '1.00 KiB used, no limit', null, false],
            'not known of a quota' => [
                ['bytes' => null, 'quota_bytes' => 10], 'How much of 10 B is used is not known right now.', null, false,
            ],
            'not known without a quota' => [
                ['bytes' => null, 'quota_bytes' => null], 'How much is used is not known right now.', null, false,
            ],
            'quota not known' => [['bytes' => 5, 'quota_bytes' => null], '5 B used', null, false, null],
            'nearly full' => [['bytes' => 90, 'quota_bytes' => 100], "90 B of 100 B used (90\u{A0}%)", 90, true],
            'not yet' => [['bytes' => 899, 'quota_bytes' => 1000], "899 B of 1,000 B used (89\u{A0}%)", 89, false],
            'over' => [['bytes' => 300, 'quota_bytes' => 100], "300 B of 100 B used (300\u{A0}%)", 100, true],
        ];
    }

    /**
     * @dataProvider storages
     * @param array<string, int|null> $storage
     * @param array<string, int|null>|null $plan
     */
    public function testBarShowsShareOfTheQuota(
        array $storage,
        string $text,
        ?int $percent,
        bool $full,
        ?array $plan = ['quota_gb' => null]
    ): void {
        $area = ['storage' => $storage + ['at' => null], 'plan' => $plan, 'gigabyte' => 'binary'] + self::AREA;
        self::$bridge->script([self::result($area)]);
        $shown = self::open()[1]['storage'];
        self::assertSame('', $shown['at']);
        self::assertSame([$text, $percent, $full], [$shown['text'], $shown['percent'], $shown['full']]);
    }

    public function testSlowOrMissingBridgeShowsWhatWhmcsHasStored(): void
    {
        $answers = [
            ['status' => 200, 'type' => 'application/json', 'body' => '{}', 'sleep_ms' => 1000 * Bridge::PANEL_SECONDS + 800],
            ['status' => 503, 'type' => 'text/html', 'body' => '<p>'],
            self::error('Ledger at /var/lib is <gone>.', ['reason' => 'ledger_unavailable', 'request_id' => 'q1']),
        ];
        foreach ($answers as $position => $answer) {
            $_SESSION = ['uid' => 7];
            self::$bridge->script([$answer]);
            [$template, $page] = self::open();
            self::assertSame('templates/overview.tpl', $template);
            self::assertStringStartsWith('That did not work. Try again later, or ask our support and name', $page['notice']['text']);
            self::assertFalse($page['notice']['good']);
            self::assertStringContainsString('what was last stored', $page['remark']);
            self::assertSame("2.00 GiB of 4.00 GiB used (50\u{A0}%)", $page['storage']['text']);
            self::assertSame('Storage as of 2026-11-21 03:00:00.', $page['storage']['at']);
            self::assertSame([['label' => 'Downloaded', 'value' => '1.00 GiB']], $page['month']);
            self::assertSame(self::KEY, $page['connection']['key']);
            self::assertSame([[], false], [$page['charts'], $page['may_show']]);
            self::assertStringStartsWith('ostor: page of the customer of service 42: ', Host::$activityLog[$position][0]);
            $shown = (string) json_encode(['style' => '', 'script' => ''] + $page);
            self::assertStringNotContainsString('127.0.0.1', $shown);
            self::assertStringNotContainsString('gone', $shown);
        }
        self::assertStringContainsString('name the request ID q1.', $page['notice']['text']);
    }

    public function testUsageThatWasNeverStoredIsNotZero(): void
    {
        Host::$services = [self::row(['lastupdate' => '0000-00-00 00:00:00', 'diskusage' => 0, 'bwusage' => 0])];
        [, $page] = self::open([], ['serverhostname' => '']);
        self::assertSame(
            ['', 'How much is used is not known right now.'],
            [$page['storage']['at'], $page['storage']['text']]
        );
        self::assertSame('not known', $page['month'][0]['value']);
    }

    public function testStoredUsageWithoutAQuotaHasNoLimit(): void
    {
        Host::$services = [self::row(['disklimit' => 0])];
        self::assertSame('2.00 GiB used, no limit', self::open([], ['serverhostname' => ''])[1]['storage']['text']);
    }

    public function testLookingAgainIsOneLineAnHourForEachService(): void
    {
        $refused = self::error('Ledger gone.', ['reason' => 'ledger_unavailable', 'request_id' => 'q1']);
        self::$bridge->script([['forever' => true] + $refused]);
        $look = static function (): void {
            foreach (['overview', 'keys', 'usage'] as $name) {
                self::assertFalse(self::open(['ostor' => $name])[1]['notice']['good']);
            }
        };
        $look();
        self::assertCount(1, Host::$activityLog);
        $_SESSION['ostor_page_failed'][42] -= 3600;
        $look();
        self::assertCount(2, Host::$activityLog);
        Host::$services[] = self::row(['id' => 43]);
        self::assertFalse(self::open([], ['serviceid' => 43])[1]['notice']['good']);
        self::assertCount(3, Host::$activityLog);
        // Whoever changes something and fails is told to staff each time.
        self::send('clientRotateKey');
        self::send('clientRotateKey');
        self::assertCount(5, Host::$activityLog);
    }

    public function testGatewayThatDoesNotAnswerLeavesTheLedgersFigures(): void
    {
        self::$bridge->script([self::result(['live' => false, 'access_key_ids' => null, 'sub_accounts' => null] + self::AREA)]);
        [, $page] = self::open(['ostor' => 'keys']);
        self::assertStringContainsString('does not answer right now', $page['remark']);
        self::assertSame([false, false, false], [$page['may_change'], $page['may_show'], $page['may_create']]);
        self::assertSame([self::KEY], array_column($page['own']['keys'], 'id'));
        self::assertFalse($page['own']['known']);
        self::assertSame('Your keys cannot be read right now. Try again later.', $page['sub_accounts_text']);
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: array<string, mixed>, 2: string, 3: string}>
     */
    public static function states(): array
    {
        return [
            'suspended' => [
                ['domainstatus' => 'Suspended', 'suspendreason' => 'Invoice &quot;7&quot; &lt;due&gt;'],
                ['state' => 'suspended'], 'Suspended', 'Reason: Invoice "7" <due>',
            ],
            'suspended without reason' => [
                ['domainstatus' => 'Suspended'], ['state' => 'suspended'], 'Suspended', 'Your data is kept.',
            ],
            'suspended at the bridge alone' => [
                ['suspendreason' => 'old'], ['state' => 'suspended'], 'Suspended', 'Your data is kept.',
            ],
            'suspended in WHMCS alone' => [['domainstatus' => 'Suspended'], [], 'Suspended', 'Access is refused'],
            'deleting' => [['domainstatus' => 'Terminated'], ['state' => 'terminating'], 'Being deleted', 'being deleted'],
            'retained' => [
                ['domainstatus' => 'Terminated'],
                ['state' => 'terminating', 'retained_until' => '2026-12-24T18:00:00Z'], 'Cancelled', 'until 2026-12-24 18:00',
            ],
            'terminated' => [['domainstatus' => 'Terminated'], ['state' => 'terminated'], 'Ended', 'no longer be used'],
            'cancelled' => [['domainstatus' => 'Cancelled'], [], 'Ended', 'no longer be used'],
            'creating' => [[], ['state' => 'creating'], 'Not created yet', 'after the payment'],
        ];
    }

    /**
     * @dataProvider states
     */
    public function testStateIsSaidInWords(array $row, array $area, string $label, string $text): void
    {
        Host::$services = [self::row($row)];
        self::$bridge->script([self::result($area + self::AREA)]);
        $state = self::open()[1]['state'];
        self::assertSame($label, $state['label']);
        self::assertStringContainsString($text, $state['text']);
    }

    /**
     * @return array<string, array{0: string, 1: array<string, mixed>, 2: string}>
     */
    public static function servicesWithoutAUser(): array
    {
        return [
            'pending' => ['Pending', ['username' => 'examplec'], 'Not created yet'],
            'active but never created' => ['Active', ['username' => 'examplec'], 'Not created yet'],
            'fraud' => ['Fraud', [], 'Ended'],
            'cancelled before' => ['Cancelled', ['username' => 'examplec'], 'Ended'],
        ];
    }

    /**
     * @dataProvider servicesWithoutAUser
     */
    public function testServiceWithoutAUserAsksNobody(string $status, array $params, string $label): void
    {
        Host::$services = [self::row(['domainstatus' => $status])];
        foreach (['overview', 'keys', 'connect', 'usage', 'revoke'] as $name) {
            [, $page] = self::open(['ostor' => $name], $params);
            self::assertSame([], $page['nav']);
            if ($name !== 'revoke') {
                self::assertSame($label, $page['state']['label']);
            }
        }
        self::assertSame([], self::$bridge->requests());
    }

    /**
     * @return array<string, array{0: int|null}>
     */
    public static function otherVisitors(): array
    {
        return ['another client' => [8], 'nobody' => [null]];
    }

    /**
     * @dataProvider otherVisitors
     */
    public function testServiceOfAnotherClientShowsNothing(?int $visitor): void
    {
        Host::$visitor = $visitor;
        foreach (['overview', 'keys', 'connect', 'usage', 'revoke', 'delete'] as $name) {
            [$template, $page] = self::open(['ostor' => $name, 'id' => '42', 'key' => self::KEY]);
            self::assertSame('templates/unavailable.tpl', $template);
            self::assertSame('This service does not belong to you.', $page['notice']['text']);
            self::assertStringNotContainsString(self::KEY, (string) json_encode($page));
        }
        self::assertSame([], self::$bridge->requests());
        self::assertSame([], Host::$activityLog);
    }

    public function testServiceThatIsNotThereShowsNothing(): void
    {
        Host::$services = [];
        self::assertSame('templates/unavailable.tpl', self::open()[0]);
    }

    /**
     * @return array<string, array{0: mixed, 1: string}>
     */
    public static function addresses(): array
    {
        return [
            'keys' => ['keys', 'templates/keys.tpl'],
            'connect' => ['connect', 'templates/connect.tpl'],
            'revoke' => ['revoke', 'templates/confirm.tpl'],
            'nothing there' => ['../../etc', 'templates/overview.tpl'],
            'a list' => [['keys'], 'templates/overview.tpl'],
            'very long' => [str_repeat('k', 600), 'templates/overview.tpl'],
        ];
    }

    /**
     * @dataProvider addresses
     * @param mixed $name
     */
    public function testAddressChoosesAmongThePagesThereAre($name, string $template): void
    {
        self::$bridge->script([self::result(self::AREA)]);
        $_GET = ['ostor' => $name];
        self::assertSame($template, array_values(ostor_ClientArea(self::params()))[0]);
    }

    public function testKeysOfUserAndSubAccounts(): void
    {
        self::$bridge->script([self::result(['access_key_ids' => [self::KEY_2, self::KEY]] + self::AREA)]);
        [, $page] = self::open(['ostor' => 'keys']);
        self::assertTrue($page['may_change']);
        self::assertSame([false, true], array_column($page['own']['keys'], 'current'));
        self::assertSame([true, false], array_column($page['own']['keys'], 'old'));
        self::assertFalse($page['own']['may_rotate']);
        self::assertSame(
            'clientarea.php?action=productdetails&id=42&ostor=revoke&key=' . self::KEY_2,
            $page['own']['keys'][0]['revoke']
        );
        self::assertSame('backup', $page['sub_accounts'][0]['name']);
        self::assertStringEndsWith('&key=0123456789abcdefCC01&sub=backup', $page['sub_accounts'][0]['keys'][0]['revoke']);
        self::assertSame('Sub-accounts: 1 of 3.', $page['sub_accounts_text']);
        self::assertTrue($page['may_create']);
    }

    /**
     * @return array<string, array{0: string, 1: bool, 2: string}>
     */
    public static function subAccountSettings(): array
    {
        return [
            'none' => ['0', false, 'Your product includes no sub-accounts.'],
            'empty' => ['', false, 'Your product includes no sub-accounts.'],
            'all in use' => ['1', false, 'Sub-accounts: 1 of 1.'],
            'any number' => ['unlimited', true, 'Sub-accounts: 1.'],
            'nonsense' => ['many', false, 'Your product includes no sub-accounts.'],
        ];
    }

    /**
     * @dataProvider subAccountSettings
     */
    public function testProductLimitsSubAccounts(string $setting, bool $mayCreate, string $text): void
    {
        self::$bridge->script([self::result(self::AREA)]);
        [, $page] = self::open(['ostor' => 'keys'], ['configoption10' => $setting]);
        self::assertSame([$mayCreate, $text], [$page['may_create'], $page['sub_accounts_text']]);
    }

    public function testWhileSuspendedThereIsOnlyLooking(): void
    {
        Host::$services = [self::row(['domainstatus' => 'Suspended'])];
        self::$bridge->script([self::result(['state' => 'suspended'] + self::AREA), self::result(['state' => 'suspended'] + self::AREA)]);
        [, $page] = self::open(['ostor' => 'keys']);
        self::assertSame([false, false, true], [$page['may_change'], $page['may_create'], $page['may_show']]);
        self::assertSame(
            'The service is suspended, so nothing can be changed.',
            self::open(['ostor' => 'revoke', 'key' => self::KEY_2])[1]['refusal']
        );
    }

    public function testQuestionNamesWhatGoes(): void
    {
        $area = self::for('ClientArea', ['access_key_ids' => [self::KEY, self::KEY_2]] + self::AREA);
        self::$bridge->script([$area + ['forever' => true]]);
        [, $page] = self::open(['ostor' => 'revoke', 'key' => self::KEY_2]);
        self::assertSame('Revoke the key ' . self::KEY_2 . '?', $page['question']);
        self::assertSame(['clientRevokeKey', ''], [$page['function'], $page['refusal']]);
        $ofSub = ['ostor' => 'revoke', 'key' => '0123456789abcdefCC01', 'sub' => 'backup'];
        self::assertSame('', self::open($ofSub)[1]['refusal']);
        [, $page] = self::open(['ostor' => 'delete', 'sub' => 'backup', 'key' => 'x']);
        self::assertSame(
            ['clientDeleteSubAccount', '', 'backup', ''],
            [$page['function'], $page['key'], $page['sub'], $page['refusal']]
        );
        foreach (
            [
                ['ostor' => 'delete'], ['ostor' => 'delete', 'sub' => 'nix'], ['ostor' => 'revoke'],
                ['ostor' => 'revoke', 'key' => 'call 0900 12345'], ['ostor' => 'revoke', 'key' => self::KEY_2, 'sub' => 'backup'],
                ['ostor' => 'revoke', 'key' => self::KEY_2, 'sub' => 'nix'],
                ['ostor' => 'revoke', 'key' => '0123456789abcdefCC01'],
            ] as $address
        ) {
            self::assertStringStartsWith('There is no s', self::open($address)[1]['refusal']);
        }
    }

    public function testNothingIsAskedAboutTheKeyInUse(): void
    {
        foreach ([[[self::KEY, self::KEY_2], self::KEY], [[self::KEY_2], self::KEY_2]] as [$keys, $asked]) {
            self::$bridge->script([self::result(['access_key_ids' => $keys] + self::AREA)]);
            $page = self::open(['ostor' => 'revoke', 'key' => $asked])[1];
            self::assertSame('This key is in use. Make a new pair first.', $page['refusal']);
        }
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: array<string, mixed>, 2: string}>
     */
    public static function refusals(): array
    {
        $unread = 'Your keys cannot be read right now. Try again later.';
        $suspended = 'The service is suspended, so nothing can be changed.';

        return [
            'cluster silent' => [[], ['live' => false, 'access_key_ids' => null, 'sub_accounts' => null], $unread],
            'bridge silent' => [[], ['state' => null], $unread],
            'bridge silent, suspended' => [['domainstatus' => 'Suspended'], ['state' => null], $suspended],
            'suspended at the bridge alone' => [[], ['state' => 'suspended'], $suspended],
            'cancelled' => [
                ['domainstatus' => 'Cancelled'], ['state' => 'terminated'],
                'The service is not active, so there is nothing to show or change.',
            ],
            'terminated at the bridge alone' => [
                [], ['state' => 'terminated'], 'The service is not active, so there is nothing to show or change.',
            ],
            'no such key' => [[], [], 'There is no such key, or it has been revoked already.'],
        ];
    }

    /**
     * @dataProvider refusals
     * @param array<string, mixed> $row
     * @param array<string, mixed> $area
     */
    public function testQuestionThatIsNotAskedSaysWhy(array $row, array $area, string $text): void
    {
        Host::$services = [self::row($row)];
        self::$bridge->script([self::result($area + self::AREA)]);
        self::assertSame($text, self::open(['ostor' => 'revoke', 'key' => self::KEY_2])[1]['refusal']);
    }

    public function testNoKeyIsOldWhereTheCurrentOneIsNotKnown(): void
    {
        $area = ['access_key_id' => null, 'access_key_ids' => [self::KEY, self::KEY_2]] + self::AREA;
        self::$bridge->script([self::result($area)]);
        $keys = self::open(['ostor' => 'keys'])[1]['own']['keys'];
        self::assertSame([[false, false], [false, false]], [array_column($keys, 'current'), array_column($keys, 'old')]);
    }

    public function testSubAccountOfTheName0IsOneLikeOthers(): void
    {
        $accounts = ['sub_accounts' => [['name' => '0', 'access_key_ids' => ['K0']]]];
        self::$bridge->script([self::result($accounts + self::AREA), self::result($accounts + self::AREA)]);
        $page = self::open(['ostor' => 'keys'])[1];
        self::assertStringEndsWith('&key=K0&sub=0', $page['sub_accounts'][0]['keys'][0]['revoke']);
        self::assertSame('', self::open(['ostor' => 'revoke', 'key' => 'K0', 'sub' => '0'])[1]['refusal']);
    }

    public function testThousandBucketsSayThatThereAreMore(): void
    {
        self::$bridge->script([self::result(['buckets_total' => 1200] + self::AREA)]);
        self::assertSame('The 2 largest of 1,200 buckets are shown.', self::open()[1]['buckets']['more']);
    }

    public function testAnswersOfOddShapesAreNotKnown(): void
    {
        self::$bridge->script([self::result([
            'state' => 'active', 'endpoint' => 'https://s3.example.com', 'region' => 'r', 'storage' => 'x', 'month' => 5,
            'metrics' => [], 'buckets' => ['x', ['bytes' => '12']], 'days' => 7, 'months' => [['start' => 5]],
            'sub_accounts' => [5, ['access_key_ids' => 'x']], 'access_key_ids' => 'x',
        ])]);
        $page = self::open()[1];
        self::assertSame('How much is used is not known right now.', $page['storage']['text']);
        self::assertSame(['name' => '', 'size' => 'not known', 'created' => 'not known'], $page['buckets']['rows'][0]);
        self::assertSame([], $page['charts']);
        self::assertSame([], array_filter($page['month'], static function (array $line): bool {
            return $line['value'] === '0';
        }));
    }

    public function testChartsWithoutADrawingKeepTheirTableAndThoseWithoutAFigureAreLeftOut(): void
    {
        $day = ['start' => 5, 'storage_bytes' => 0, 'bytes_downloaded' => null];
        self::$bridge->script([self::result(['days' => [$day], 'months' => [], 'charts' => ['days_stored' => '<b>']] + self::AREA)]);
        $charts = self::open()[1]['charts'];
        self::assertCount(1, $charts);
        self::assertSame(['', [['label' => 'not known', 'value' => '0 B']]], [$charts[0]['svg'], $charts[0]['rows']]);
    }

    public function testNoPageHoldsASecretOrLogsOne(): void
    {
        foreach (['overview', 'keys', 'connect', 'revoke', 'delete', 'usage'] as $name) {
            self::$bridge->script([
                self::for('ClientArea', self::AREA),
                self::for('usage.buckets', ['rows' => [], 'gigabyte' => 'binary', 'complete_until' => null]),
            ]);
            self::assertStringNotContainsString(self::SECRET_KEY, (string) json_encode(self::open(['ostor' => $name, 'key' => 'k', 'sub' => 's']), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE));
        }
        self::assertStringNotContainsString(self::SECRET_KEY, serialize([array_column(Host::$moduleLog, 3), $_SESSION]));
        self::assertStringNotContainsString('https://s3', implode('', array_column(Host::$moduleLog, 3)));
    }
}

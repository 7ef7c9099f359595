<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;

/**
 * The admin's service page shows what is stored beside what is live, escaped once.
 */
final class ServiceTabTest extends BridgeTestCase
{
    private const STATE = [
        'state' => 'active',
        'user_id' => self::USER,
        'user_email' => '7-42@ostor-bridge.invalid',
        'access_key_id' => self::KEY,
        'plan' => ['quota_gb' => 100, 'ops_per_second' => ['get' => 50]],
        'live' => [
            'state' => 'active',
            'plan' => ['quota_gb' => 100, 'ops_per_second' => ['get' => 50]],
            'access_key_ids' => [self::KEY],
            'buckets' => 3,
            'bytes' => 1610612736,
        ],
        'warnings' => [],
    ];

    public function testEverythingAgrees(): void
    {
        $fields = self::fields(self::STATE, ['configoption3' => '50', 'status' => 'Active']);
        self::assertSame(['S3 storage', 'S3 usage'], array_keys($fields));
        self::assertSame([
            ['', 'WHMCS', 'Bridge', 'Gateway now', ''],
            ['State', 'Active', 'active', 'active', ''],
            ['S3 user ID', self::USER, self::USER . ' (7-42@ostor-bridge.invalid)', '–', ''],
            ['Access key ID', self::KEY, self::KEY, self::KEY, ''],
            ['Storage quota (GB)', '100', '100', '100', ''],
            ['Requests/s', 'unlimited', 'unlimited', 'unlimited', ''],
            ['GET/s', '50', '50', '50', ''],
            ['PUT/s', 'unlimited', 'unlimited', 'unlimited', ''],
            ['LIST/s', 'unlimited', 'unlimited', 'unlimited', ''],
            ['DELETE/s', 'unlimited', 'unlimited', 'unlimited', ''],
            ['Outgoing bandwidth (kB/s)', 'unlimited', 'unlimited', 'unlimited', ''],
            ['Bandwidth included (GB)', 'unlimited', 'unlimited', '–', ''],
        ], self::cells($fields['S3 storage']));
        self::assertSame('Buckets: 3. Stored: 1.50 GiB (1610612736 bytes)', $fields['S3 usage']);
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: array<string, mixed>, 2: string[]}>
     */
    public static function differences(): array
    {
        $live = static function (array $change): array {
            return ['live' => $change + self::STATE['live']];
        };

        return [
            'state' => [$live(['state' => 'suspended']), [], ['State']],
            'user' => [['user_id' => 'ffffffffffffffff'], [], ['S3 user ID']],
            'a second key live' => [$live(['access_key_ids' => ['A', self::KEY]]), [], []],
            'the key handed out is gone' => [$live(['access_key_ids' => ['A']]), [], ['Access key ID']],
            'another key handed out since' => [
                ['access_key_id' => 'A'] + $live(['access_key_ids' => ['A', self::KEY]]), [], ['Access key ID'],
            ],
            'quota ordered' => [[], ['configoption1' => '200'], ['Storage quota (GB)']],
            'limit lost at the gateway' => [$live(['plan' => ['quota_gb' => 100]]), [], ['GET/s']],
            'bandwidth included' => [
                ['plan' => ['bandwidth_included_gb' => 200] + self::STATE['plan']], ['configoption11' => '200'], [],
            ],
            'bandwidth ordered' => [
                ['plan' => ['bandwidth_included_gb' => 200] + self::STATE['plan']], ['configoption11' => '300'],
                ['Bandwidth included (GB)'],
            ],
            'being ended' => [['state' => 'terminating'] + $live(['state' => 'suspended']), [], []],
            'never created' => [['user_id' => self::USER], ['username' => 'examplec'], []],
        ];
    }

    /**
     * @dataProvider differences
     */
    public function testDifferenceIsMarked(array $change, array $overrides, array $marked): void
    {
        $rows = self::cells(self::fields($change + self::STATE, $overrides)['S3 storage']);
        $found = array_column(array_filter($rows, static function (array $row): bool {
            return $row[4] === 'differs';
        }), 0);
        self::assertSame($marked, $found);
    }

    public function testAClassWithoutItsOwnRateFallsUnderTheGeneralOne(): void
    {
        $plan = ['quota_gb' => 100, 'ops_per_second' => ['default' => 5, 'get' => 50]];
        $live = ['live' => ['plan' => $plan] + self::STATE['live'], 'plan' => $plan];
        $rows = self::cells(self::fields($live + self::STATE, [
            'configoption2' => '5',
            'configoption3' => '50',
        ])['S3 storage']);
        self::assertSame(['PUT/s', 'as Requests/s', 'as Requests/s', 'as Requests/s', ''], $rows[7]);
        self::assertSame(['GET/s', '50', '50', '50', ''], $rows[6]);
    }

    public function testGatewayThatCannotBeAsked(): void
    {
        $change = ['live' => null, 'plan' => null, 'warnings' => ['Gateway <eu1> is down.']];
        $fields = self::fields($change + self::STATE);
        self::assertSame(
            '<ul><li>Gateway &lt;eu1&gt; is down.</li><li>The gateway could not be asked; only the records of the'
                . ' bridge are shown.</li></ul>',
            $fields['S3 warnings']
        );
        self::assertArrayNotHasKey('S3 usage', $fields);
        self::assertSame('–', self::cells($fields['S3 storage'])[1][3]);
    }

    public function testUnknownUsageIsNotZero(): void
    {
        $state = self::STATE;
        $state['live']['bytes'] = null;
        self::assertSame('Buckets: 3. Stored: – GiB (– bytes)', self::fields($state)['S3 usage']);
    }

    public function testEverythingIsEscapedOnce(): void
    {
        $fields = self::fields([
            'state' => '<i>&amp;</i>', 'user_email' => '"x"@y', 'warnings' => ["<script>'"],
        ] + self::STATE);
        self::assertStringContainsString('<td>&lt;i&gt;&amp;amp;&lt;/i&gt;</td>', $fields['S3 storage']);
        self::assertStringContainsString('(&quot;x&quot;@y)', $fields['S3 storage']);
        self::assertSame('<ul><li>&lt;script&gt;&#039;</li></ul>', $fields['S3 warnings']);
    }

    public function testBadSettingIsShownInPlaceOfThePlan(): void
    {
        $rows = self::cells(self::fields(self::STATE, ['configoption1' => 'much'])['S3 storage']);
        self::assertCount(5, $rows);
        self::assertStringContainsString('much is not a number', $rows[4][1]);
    }

    public function testUnreachableBridgeShowsSentenceAndStoredValues(): void
    {
        self::$bridge->script([['status' => 504, 'type' => 'text/html', 'body' => '<p>']]);
        $fields = ostor_AdminServicesTabFields(self::params([]));
        self::assertStringContainsString('answered HTTP 504', $fields['S3 storage']);
        self::assertSame(self::USER, $fields['S3 user ID']);
        self::assertSame(self::KEY, $fields['Access key ID']);
    }

    public function testPropertiesThatCannotBeReadAreNotKnown(): void
    {
        $params = self::params(['serverhostname' => '']);
        $params['model']->serviceProperties->failure = new \RuntimeException('no database');
        $fields = ostor_AdminServicesTabFields($params);
        self::assertStringContainsString('lacks: Hostname', $fields['S3 storage']);
        self::assertSame('–', $fields['Access key ID']);
    }

    public function testErrorSentenceIsEscapedOnce(): void
    {
        self::$bridge->script([self::error('<b>&</b>', ['reason' => 'r', 'request_id' => 'q'])]);
        $fields = ostor_AdminServicesTabFields(self::params([]));
        self::assertSame('&lt;b&gt;&amp;&lt;/b&gt; (reason: r, request q)', $fields['S3 storage']);
    }

    /**
     * @param array<string, mixed> $state
     * @param array<string, mixed> $overrides
     * @return array<string, string>
     */
    private static function fields(array $state, array $overrides = ['configoption3' => '50']): array
    {
        self::$bridge->script([self::result($state)]);

        return ostor_AdminServicesTabFields(self::params($overrides + ['configoption3' => '50']));
    }

    /**
     * @param array<string, mixed> $overrides
     * @return array<string, mixed>
     */
    private static function params(array $overrides): array
    {
        $params = self::serviceParams($overrides + ['username' => self::USER]);
        $params['model']->serviceProperties->saved = ['Access Key ID' => self::KEY];

        return $params;
    }

    /**
     * @return string[][] texts of the table's cells
     */
    private static function cells(string $html): array
    {
        preg_match_all('#<tr[^>]*>(.*?)</tr>#s', $html, $rows);

        return array_map(static function (string $row): array {
            preg_match_all('#<t[hd](?: [^>]*)?>(.*?)</t[hd]>#s', $row, $cells);

            return array_map('html_entity_decode', $cells[1]);
        }, $rows[1]);
    }
}

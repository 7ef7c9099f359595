<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use PHPUnit\Framework\TestCase;
use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Params;
use WHMCS\Module\Server\Ostor\Plan;

/**
 * Product settings and configurable options become exactly the plan that was meant.
 */
final class PlanTest extends TestCase
{
    /**
     * @return array<string, array{0: array<string, mixed>, 1: array<string, mixed>, 2: string}>
     */
    public static function plans(): array
    {
        return [
            'nothing set' => [[], [], '{}'],
            'everything set' => [
                [
                    'configoption1' => '100', 'configoption2' => '0.5', 'configoption3' => '100',
                    'configoption4' => '50', 'configoption5' => '10', 'configoption6' => '5',
                    'configoption7' => '2048', 'configoption11' => '200',
                ],
                [],
                '{"quota_gb":100,"ops_per_second":{"default":0.5,"get":100,"put":50,"list":10,"delete":5},'
                    . '"bandwidth_out_kbps":2048,"bandwidth_included_gb":200}',
            ],
            'quota only' => [['configoption1' => '7'], [], '{"quota_gb":7}'],
            'one operation only' => [['configoption6' => '3'], [], '{"ops_per_second":{"delete":3}}'],
            'bandwidth only' => [['configoption7' => '64'], [], '{"bandwidth_out_kbps":64}'],
            'unlimited in words' => [['configoption1' => 'Unlimited', 'configoption7' => ' UNLIMITED '], [], '{}'],
            'blanks around a number' => [['configoption1' => ' 100 '], [], '{"quota_gb":100}'],
            'zero stays zero' => [['configoption1' => '0'], [], '{"quota_gb":0}'],
            'zero for an operation stays' => [['configoption3' => '0'], [], '{"ops_per_second":{"get":0}}'],
            'negative stays' => [['configoption1' => '-1'], [], '{"quota_gb":-1}'],
            'fraction stays' => [['configoption1' => '0.5'], [], '{"quota_gb":0.5}'],
            'fraction without leading digit' => [['configoption2' => '.25'], [], '{"ops_per_second":{"default":0.25}}'],
            'exact tenth' => [['configoption2' => '0.1'], [], '{"ops_per_second":{"default":0.1}}'],
            'numbers already typed' => [['configoption1' => 100, 'configoption2' => 1.5], [],
                '{"quota_gb":100,"ops_per_second":{"default":1.5}}'],
            'large number' => [['configoption1' => '900000000000000000'], [], '{"quota_gb":900000000000000000}'],
            'option wins' => [
                ['configoption1' => '100', 'configoption3' => '10'],
                ['Storage quota (GB)' => '500'],
                '{"quota_gb":500,"ops_per_second":{"get":10}}',
            ],
            'every option wins' => [
                ['configoption1' => '1', 'configoption2' => '1', 'configoption3' => '1', 'configoption4' => '1',
                    'configoption5' => '1', 'configoption6' => '1', 'configoption7' => '1',
                    'configoption11' => '1'],
                ['Storage quota (GB)' => '2', 'Requests/s' => '3', 'GET/s' => '4', 'PUT/s' => '5', 'LIST/s' => '6',
                    'DELETE/s' => '7', 'Outgoing bandwidth (kB/s)' => '8', 'Bandwidth included (GB)' => '9'],
                '{"quota_gb":2,"ops_per_second":{"default":3,"get":4,"put":5,"list":6,"delete":7},'
                    . '"bandwidth_out_kbps":8,"bandwidth_included_gb":9}',
            ],
            'option says unlimited' => [['configoption1' => '100'], ['Storage quota (GB)' => 'Unlimited'], '{}'],
            'option of zero is not ignored' => [
                ['configoption1' => '100'], ['Storage quota (GB)' => '0'], '{"quota_gb":0}',
            ],
            'empty option is no choice' => [
                ['configoption1' => '100'], ['Storage quota (GB)' => ''], '{"quota_gb":100}',
            ],
            'quantity option' => [[], ['Storage quota (GB)' => 250], '{"quota_gb":250}'],
            'option in other case and with a shown name' => [
                ['configoption1' => '100'], ['storage quota (gb)|Storage' => '300'], '{"quota_gb":300}',
            ],
            'foreign options' => [
                ['configoption1' => '100'], ['Storage' => '5', 'Requests' => '6', 'Quota (GB)' => '7'],
                '{"quota_gb":100}',
            ],
            'settings that are no limits' => [
                ['configoption10' => '5'], ['Sub-accounts' => '3'], '{}',
            ],
            'no bandwidth included' => [['configoption11' => ''], [], '{}'],
            'unlimited bandwidth included' => [
                ['configoption11' => '200'], ['Bandwidth included (GB)' => 'Unlimited'], '{}',
            ],
        ];
    }

    /**
     * @dataProvider plans
     */
    public function testPlan(array $settings, array $options, string $json): void
    {
        $plan = Plan::fromParams(new Params($settings + ['configoptions' => $options]));
        self::assertSame($json, json_encode($plan));
    }

    /**
     * @return array<string, array{0: string}>
     */
    public static function notNumbers(): array
    {
        $texts = ['100 GB', '1,5', '1e3', '0x10', 'NaN', 'INF', '1.2.3', '+5', '5%', 'ten', '-', '.', '1 000',
            '٣', '100;', str_repeat('9', 19)];

        return array_combine($texts, array_map(static function (string $text): array {
            return [$text];
        }, $texts));
    }

    /**
     * @dataProvider notNumbers
     */
    public function testTextIsRefusedNamingTheSetting(string $text): void
    {
        $this->expectException(Failure::class);
        $this->expectExceptionMessage('GET/s: ' . $text . ' is not a number');
        Plan::fromParams(new Params(['configoption3' => $text]));
    }

    public function testOptionTextIsRefusedEvenWhenTheSettingIsFine(): void
    {
        $this->expectException(Failure::class);
        $this->expectExceptionMessage('Storage quota (GB): 100 GB is not a number');
        Plan::fromParams(new Params([
            'configoption1' => '100',
            'configoptions' => ['Storage quota (GB)' => '100 GB'],
        ]));
    }

    /**
     * @return array<string, array{0: string}>
     */
    public static function notWhole(): array
    {
        return ['zero' => ['0'], 'negative' => ['-5'], 'fraction' => ['0.5'], 'whole with a fraction' => ['200.0']];
    }

    /**
     * Shown to customers as a limit, 0 would read as unlimited.
     *
     * @dataProvider notWhole
     */
    public function testIncludedBandwidthIsAWholeNumberAboveZero(string $text): void
    {
        $this->expectException(Failure::class);
        $this->expectExceptionMessage('Bandwidth included (GB): ' . $text . ' is not a whole number above 0.');
        Plan::fromParams(new Params(['configoption11' => $text]));
    }

    public function testIncludedBandwidthIsANumber(): void
    {
        $this->expectException(Failure::class);
        $this->expectExceptionMessage('Bandwidth included (GB): 200 GB is not a number.');
        Plan::fromParams(new Params(['configoption11' => '200 GB']));
    }

    public function testLabelledShowsEveryLimit(): void
    {
        self::assertSame([
            'Storage quota (GB)' => '100',
            'Requests/s' => '0.5',
            'GET/s' => 'as Requests/s',
            'PUT/s' => 'as Requests/s',
            'LIST/s' => 'as Requests/s',
            'DELETE/s' => '0',
            'Outgoing bandwidth (kB/s)' => 'unlimited',
            'Bandwidth included (GB)' => '200',
        ], Plan::labelled([
            'quota_gb' => 100,
            'ops_per_second' => ['default' => 0.5, 'get' => null, 'delete' => 0],
            'bandwidth_out_kbps' => null,
            'bandwidth_included_gb' => 200,
        ]));
    }
}

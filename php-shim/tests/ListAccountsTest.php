<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;
use WHMCS\Service\Status;

/**
 * Server Sync gets every account or none: it offers to terminate what is not on the list.
 */
final class ListAccountsTest extends BridgeTestCase
{
    private const REMOTE = [
        'service_id' => 17,
        'user_id' => self::USER,
        'user_email' => 'whmcs-17@ostor-bridge.invalid',
        'client_id' => 3,
        'email' => 'customer@example.com',
        'state' => 'active',
        'created' => '2026-11-01T10:00:00Z',
        'quota_gb' => 100,
    ];

    /** @var string */
    private $timeZone;

    protected function setUp(): void
    {
        parent::setUp();
        $this->timeZone = date_default_timezone_get();
        date_default_timezone_set('Asia/Kolkata');
        $this->expectOutputString('');
    }

    protected function tearDown(): void
    {
        date_default_timezone_set($this->timeZone);
    }

    public function testAccountInTheWordsOfServerSync(): void
    {
        self::$bridge->script([self::page([self::REMOTE])]);
        self::assertSame(['success' => true, 'accounts' => [[
            'email' => 'customer@example.com',
            'username' => self::USER,
            'domain' => '',
            'uniqueIdentifier' => self::USER,
            'product' => '100',
            'primaryip' => '',
            'created' => '2026-11-01 15:30:00',
            'status' => Status::ACTIVE,
        ]]], ostor_ListAccounts(self::serverParams()));
        self::assertSame('{"cluster":"eu1"}', self::sentParams('ListAccounts'));
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string, 2: string}> change, key, text
     */
    public static function variants(): array
    {
        return [
            'suspended' => [['state' => 'suspended'], 'status', Status::SUSPENDED],
            'without a quota' => [['quota_gb' => null], 'product', 'unlimited'],
            'without an e-mail' => [['email' => null], 'email', ''],
            'created with an offset' => [['created' => '2026-11-01T10:00:00.123+02:00'], 'created',
                '2026-11-01 13:30:00'],
            'an id of digits only' => [['user_id' => '1234567890123456'], 'uniqueIdentifier', '1234567890123456'],
        ];
    }

    /**
     * @dataProvider variants
     */
    public function testVariant(array $change, string $key, string $text): void
    {
        self::$bridge->script([self::page([$change + self::REMOTE])]);
        self::assertSame($text, ostor_ListAccounts(self::serverParams())['accounts'][0][$key]);
    }

    public function testPagesAreJoined(): void
    {
        self::$bridge->script([
            self::page([self::REMOTE, self::other(18, '1234567890123456')], 'x'),
            self::page([], 'y'),
            self::page([self::other(19, '9999999999999999')]),
        ]);
        $list = ostor_ListAccounts(self::serverParams());
        self::assertSame(
            [self::USER, '1234567890123456', '9999999999999999'],
            array_column($list['accounts'], 'username')
        );
        self::assertSame([['ListAccounts', null], ['ListAccounts', 'x'], ['ListAccounts', 'y']], self::asked());
    }

    public function testNoAccountsAtAllIsAnAnswer(): void
    {
        self::$bridge->script([self::page([])]);
        self::assertSame(['success' => true, 'accounts' => []], ostor_ListAccounts(self::serverParams()));
    }

    /**
     * @return array<string, array{0: mixed, 1: string}> account, member complained about
     */
    public static function unusableAccounts(): array
    {
        $cases = [
            'a text' => ['x', 'service_id'],
            'null' => [null, 'service_id'],
            'service of the page before' => [self::other(5, self::USER), 'service_id'],
            'service of the same page' => [self::other(6, self::USER), 'service_id'],
            'user of the page before' => [self::other(17, '5555555555555555'), 'user_id'],
            'user of the same page' => [self::other(17, '6666666666666666'), 'user_id'],
        ];
        $wrong = [
            'service_id' => ['17', 0, -17, 1.5, null],
            'user_id' => ['', 'examplec', 'ABCDEF0123456789', 1234567890123456, null, []],
            'state' => ['deleted', 'Active', '', null, 1, []],
            'created' => ['', 'yesterday', '2026-11-01', '2026-11-01 10:00:00', '2026-02-30T10:00:00Z',
                '2026-11-01T25:00:00Z', 1793527200, null],
            'quota_gb' => ['100', 0, -1, 1.5, true, []],
            'email' => [5, [], false],
        ];
        foreach ($wrong as $member => $values) {
            foreach ($values as $value) {
                $cases[$member . ' ' . json_encode($value)] = [[$member => $value] + self::REMOTE, $member];
            }
        }
        foreach (['service_id', 'user_id', 'state', 'created'] as $member) {
            $cases[$member . ' missing'] = [array_diff_key(self::REMOTE, [$member => 1]), $member];
        }

        return $cases;
    }

    /**
     * @dataProvider unusableAccounts
     * @param mixed $account
     */
    public function testUnusableAccountSpoilsTheList($account, string $member): void
    {
        self::$bridge->script([
            self::page([self::other(5, '5555555555555555')], 'x'),
            self::page([self::other(6, '6666666666666666'), $account]),
        ]);
        $list = ostor_ListAccounts(self::serverParams());
        self::assertSame(['success', 'error'], array_keys($list));
        self::assertFalse($list['success']);
        $words = 'Account 2 of a page the bridge sent has no usable ' . $member;
        self::assertStringContainsString($words, $list['error']);
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string}>
     */
    public static function failingPages(): array
    {
        return [
            'error' => [self::error('No <b>ledger</b>.', ['reason' => 'r', 'request_id' => 'q']),
                'No &lt;b&gt;ledger&lt;/b&gt;. (reason: r, request q)'],
            'secret' => [self::error('It is ' . ScriptedBridge::SECRET, ['reason' => 'r', 'request_id' => 'q']),
                'It is *** (reason'],
            'proxy' => [['status' => 504, 'type' => 'text/html', 'body' => '<p>'], 'answered HTTP 504'],
            'no accounts' => [self::page(null), 'lacks a usable accounts'],
            'no cursor' => [self::result(['accounts' => []]), 'where the next one begins'],
            'the same cursor again' => [self::page([], 'x'), 'where the next one begins'],
        ];
    }

    /**
     * @dataProvider failingPages
     */
    public function testFailingPageIsNoList(array $answer, string $words): void
    {
        self::$bridge->script([self::page([self::REMOTE], 'x'), $answer]);
        $list = ostor_ListAccounts(self::serverParams());
        self::assertSame(['success', 'error'], array_keys($list));
        self::assertFalse($list['success']);
        self::assertStringContainsString($words, $list['error']);
        self::assertSame($list['error'], htmlspecialchars(Host::$moduleLog[1][4], ENT_NOQUOTES));
    }

    public function testServerRecordIsChecked(): void
    {
        $list = ostor_ListAccounts(self::serverParams(['serveraccesshash' => '']));
        self::assertFalse($list['success']);
        self::assertStringContainsString('lacks: Access Hash', $list['error']);
        self::assertSame([], self::$bridge->requests());
    }

    /**
     * @return array<string, mixed>
     */
    private static function other(int $service, string $user): array
    {
        return ['service_id' => $service, 'user_id' => $user] + self::REMOTE;
    }
}

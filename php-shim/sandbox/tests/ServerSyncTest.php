<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WHMCS\Service\Status;
use WhmcsSandbox\Host\ServerSync;
use WhmcsSandbox\Refusal;

/** Sync Accounts: what the comparison finds, and what its ticks do to WHMCS. */
final class ServerSyncTest extends UsageTestCase
{
    private const ACCOUNT = [
        'email' => "sean.o'brien@example.com", 'username' => 'user0001', 'domain' => 'Storage-1.example',
        'uniqueIdentifier' => 'user0001', 'product' => '100', 'primaryip' => '', 'created' => '2031-01-10 08:15:00',
        'status' => Status::ACTIVE,
    ];

    /** @param list<array> $changes one account each, as differences to the right one */
    private function accounts(array ...$changes): void
    {
        $GLOBALS['sample_meter']['accounts'] = ['success' => true, 'accounts' => array_map(
            static fn (array $change): array => array_replace(self::ACCOUNT, $change),
            $changes
        )];
    }

    private function sync(): ServerSync
    {
        return new ServerSync($this->host, 1);
    }

    /** @return array<string, int> how many of each kind */
    private function counts(): array
    {
        return array_map('count', array_diff_key($this->sync()->compare(), ['accounts' => 0]));
    }

    protected function setUp(): void
    {
        parent::setUp();
        Capsule::table('tblproducts')->where('id', 1)->update(['configoption1' => '100']);
        Capsule::table('tblproducts')->where('id', 2)->update(['configoption1' => '500']);
    }

    public function testEqualAccountsAreEqual(): void
    {
        $this->accounts([]);
        self::assertSame(['equal' => 1, 'remote_only' => 0, 'whmcs_only' => 0, 'differing' => 0], $this->counts());
        self::assertSame([], $this->defects());
    }

    public static function differences(): array
    {
        return [
            ['domain', 'other.example', 'Storage-1.example'],
            ['username', 'USER0001', 'user0001'],
            ['product', '500', '100'],
            ['status', 'Suspended', 'Active'],
            ['created', '2031-01-09 23:59:59', '2031-01-10'],
            ['primaryip', '192.0.2.1', ''],
        ];
    }

    /** @dataProvider differences */
    public function testADifferenceIsNamedAndAnUpdateTakesTheServersSide(string $key, string $remote, string $whmcs): void
    {
        $this->accounts([$key => $remote]);
        $found = $this->sync()->compare()['differing'];
        $shown = $key === 'created' ? substr($remote, 0, 10) : $remote;
        self::assertSame([$key => ['whmcs' => $whmcs, 'server' => $shown]], $found[0]['differences']);
        self::assertSame(1, $this->sync()->update($found[0]));
        if ($key === 'username') {
            self::assertSame('USER0001', $this->service()->username, 'the field that joins both is now another one');
            return;
        }
        self::assertSame(['equal' => 1, 'remote_only' => 0, 'whmcs_only' => 0, 'differing' => 0], $this->counts());
    }

    public function testAnAccountWhmcsDoesNotKnowCanBeImported(): void
    {
        $this->accounts([], ['uniqueIdentifier' => 'user0077', 'username' => 'user0077', 'status' => Status::SUSPENDED, 'product' => '500'],
            ['uniqueIdentifier' => 'user0078', 'username' => 'user0078', 'product' => '9', 'email' => 'new@example.com']);
        self::assertSame(['equal' => 1, 'remote_only' => 2, 'whmcs_only' => 0, 'differing' => 0], $this->counts());
        $found = $this->sync()->compare()['remote_only'];
        self::assertSame([2, 3], array_map($this->sync()->import(...), $found));
        $known = $this->service(2);
        self::assertSame([1, 2, 'Suspended', '2031-01-10', 1],
            [$known->userid, $known->packageid, $known->domainstatus, $known->regdate, $known->server]);
        $unknown = $this->service(3);
        self::assertSame(['9', 'new@example.com'], [
            Capsule::table('tblproducts')->where('id', $unknown->packageid)->value('configoption1'),
            Capsule::table('tblclients')->where('id', $unknown->userid)->value('email'),
        ]);
        self::assertSame(['equal' => 3, 'remote_only' => 0, 'whmcs_only' => 0, 'differing' => 0], $this->counts());
    }

    public function testAMissingAccountLooksLikeALostServiceAndTheTickTerminatesItWithoutAskingTheModule(): void
    {
        $this->orderAndPay();
        $this->order();
        $this->accounts([]);
        $found = $this->sync()->compare()['whmcs_only'];
        self::assertSame([['service' => 2, 'tenant' => 'user0002', 'status' => 'Active']], $found, 'service 3 is Pending');
        $this->sync()->terminate($found[0]);
        self::assertSame(['Terminated', '2031-01-10'], [$this->service(2)->domainstatus, $this->service(2)->termination_date]);
        self::assertNotContains('Module Terminate Successful - Service ID: 2', $this->activity());
        self::assertSame(['equal' => 1, 'remote_only' => 0, 'whmcs_only' => 0, 'differing' => 0], $this->counts());
        $this->accounts([], ['uniqueIdentifier' => 'user0002', 'username' => 'user0002']);
        self::assertSame(['status' => ['whmcs' => 'Terminated', 'server' => 'Active']], $this->sync()->compare()['differing'][0]['differences']);
    }

    public function testServicesOfOtherServersAreLeftOut(): void
    {
        $this->orderAndPay(4);
        $this->accounts([]);
        self::assertSame(['equal' => 1, 'remote_only' => 0, 'whmcs_only' => 0, 'differing' => 0], $this->counts());
    }

    public function testACustomFieldCanHoldTheIdentifier(): void
    {
        $GLOBALS['sample_meter']['field'] = 'customfield.Tenant id';
        $this->accounts(['uniqueIdentifier' => '4711']);
        self::assertSame(['equal' => 0, 'remote_only' => 1, 'whmcs_only' => 1, 'differing' => 0], $this->counts());
        $this->sync()->import($this->sync()->compare()['remote_only'][0]);
        self::assertSame(['equal' => 1, 'remote_only' => 0, 'whmcs_only' => 1, 'differing' => 0], $this->counts());
    }

    public function testAFailureIsShown(): void
    {
        $this->expectException(Refusal::class);
        $this->expectExceptionMessage('The accounts of server 1 cannot be listed: page 2 did not come');
        $this->sync()->compare();
    }

    public static function wrongAccounts(): array
    {
        $wrong = 'samplemeter_ListAccounts gives account user0001 without a right ';
        return [
            [['email' => null], "{$wrong}email"],
            [['created' => '2031-01-10'], "{$wrong}created"],
            [['created' => 1925625600], "{$wrong}created"],
            [['status' => 'active'], "{$wrong}status"],
            [['uniqueIdentifier' => ''], 'samplemeter_ListAccounts gives account number 1 without a right uniqueIdentifier'],
            [['uniqueIdentifier' => 1], 'samplemeter_ListAccounts gives account number 1 without a right uniqueIdentifier'],
        ];
    }

    /** @dataProvider wrongAccounts */
    public function testAWrongAccountIsADefect(array $change, string $sentence): void
    {
        $this->accounts($change);
        $this->sync()->compare();
        self::assertSame([$sentence], $this->defects());
    }

    public function testTwoAccountsOfOneIdentifierAreADefect(): void
    {
        $this->accounts([], []);
        $this->sync()->compare();
        self::assertSame(['samplemeter_ListAccounts gives account user0001 without a right uniqueIdentifier'], $this->defects());
    }

    public static function wrongAnswers(): array
    {
        return [
            [['success' => true]],
            [['success' => 'yes', 'accounts' => []]],
            [['success' => false]],
        ];
    }

    /** @dataProvider wrongAnswers */
    public function testAnAnswerOfTheWrongShapeIsADefectAndNoEmptyList(array $answer): void
    {
        $GLOBALS['sample_meter']['accounts'] = $answer;
        try {
            $this->sync()->compare();
            self::fail('The comparison went on.');
        } catch (Refusal) {
            self::assertSame(['samplemeter_ListAccounts must return success (bool) with accounts (array) or error (string)'], $this->defects());
        }
    }

    public function testAModuleWithoutAListIsRefused(): void
    {
        $this->install('sampleok');
        $this->expectException(Refusal::class);
        $this->expectExceptionMessage("The module 'sampleok' cannot list accounts.");
        $this->sync();
    }
}

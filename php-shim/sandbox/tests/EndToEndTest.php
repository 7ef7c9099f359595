<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Database;

/** A customer's life: order, payment, use, suspension, upgrade, termination, and what can go wrong with each. */
final class EndToEndTest extends ChainTestCase
{
    private const CLOCK = ['--date', '2031-01-10'];

    protected function setUp(): void
    {
        parent::setUp();
        $this->startGateway();
        $this->startBridge('127.0.0.1:0');
        $this->install(self::CLOCK);
    }

    public function testTheConnectionTestOfTheServerRecordSucceeds(): void
    {
        self::assertSame('', $this->whmcs(['module', 'testconnection'])['error']);
        (new Database(getenv('WHMCS_SANDBOX_SOCKET'), self::DATABASE))->connect();
        $remarks = Capsule::table('tblactivitylog')->where('description', 'like', '%connection test%')->pluck('description')->all();
        Capsule::connection()->disconnect();
        self::assertCount(1, $remarks, 'module and bridge of one tree fit');
        self::assertStringContainsString('no statistics objects', $remarks[0]);
        $empty = $this->whmcs(['module', 'testconnection', '--server', '2'], 1);
        self::assertStringContainsStringIgnoringCase('server', $empty['error']);
    }

    public function testAPaidOrderGivesCredentialsThatWork(): void
    {
        $this->orderAndPay(1);
        $shown = $this->show(1);
        self::assertSame('Active', $shown['service']['domainstatus']);
        self::assertMatchesRegularExpression('/^[0-9a-f]{16}$/', $shown['service']['username']);
        $this->writesAndReads(1, 'first-bucket');

        $user = $this->user(1);
        self::assertTrue($user['enabled']);
        self::assertSame([$shown['properties']['Access Key ID']], $user['keys']);
        self::assertSame(100, $user['quota_gb']);
        self::assertEquals([50, 100], [$user['limits']['ops:default'], $user['limits']['ops:get']]);
        self::assertCount(1, $shown['notes']);
        self::assertStringContainsString($shown['properties']['Access Key ID'], $shown['notes'][0]['note']);
        self::assertStringNotContainsString($shown['service']['password'], json_encode($shown['notes']));
        $page = $this->whmcs(['page', 'admin', '--service', '1'])['html'];
        self::assertStringContainsString($user['id'], $page);
        self::assertStringNotContainsString('differs', $page, 'nothing is wrong with this service');
    }

    public function testWhoStopsPayingIsLockedOutUntilThePaymentComes(): void
    {
        $this->orderAndPay(1);
        $this->writesAndReads(1, 'kept-bucket');
        $this->whmcs(['cron', '--date', '2031-02-14']);
        self::assertSame(0, $this->s3cmd(1, ['ls', 's3://kept-bucket'])[0], 'four days late is not late enough');

        $cron = $this->whmcs(['cron', '--date', '2031-02-15']);
        self::assertSame(['SuspendAccount'], array_column($cron['commands'], 'action'));
        self::assertSame(['Suspended', 'Overdue on Payment'],
            [$this->show(1)['service']['domainstatus'], $this->show(1)['service']['suspendreason']]);
        self::assertFalse($this->user(1)['enabled']);
        $this->assertRefused(1, 'kept-bucket');

        $this->whmcs(['pay', $this->unpaidInvoice(1)]);
        self::assertSame('Active', $this->show(1)['service']['domainstatus']);
        [$code, $output] = $this->s3cmd(1, ['get', 's3://kept-bucket/hello.txt', '-']);
        self::assertSame([0, "hello of service 1\n"], [$code, $output]);
    }

    public function testUpgradesReachTheGatewayWhenTheyArePaid(): void
    {
        $this->orderAndPay(1);
        $upgrade = $this->whmcs(['upgrade', '--service', '1', '--config', 'Storage quota (GB)=1000', '--config', 'GET/s=50']);
        self::assertSame(100, $this->user(1)['quota_gb'], 'nothing changes before the payment');
        $this->whmcs(['pay', (string) $upgrade['invoice']]);
        $user = $this->user(1);
        self::assertEquals([1000, 50, 50], [$user['quota_gb'], $user['limits']['ops:default'], $user['limits']['ops:get']]);
        $this->writesAndReads(1, 'after-upgrade');

        $upgrade = $this->whmcs(['upgrade', '--service', '1', '--product', '2']);
        $this->whmcs(['pay', (string) $upgrade['invoice']]);
        $user = $this->user(1);
        self::assertEquals([1000, 200, 50], [$user['quota_gb'], $user['limits']['ops:default'], $user['limits']['ops:get']],
            'what the customer chose still wins over the new product');
        $upgrade = $this->whmcs(['upgrade', '--service', '1', '--config', 'Storage quota (GB)=', '--config', 'GET/s=']);
        $this->whmcs(['pay', (string) $upgrade['invoice']]);
        $user = $this->user(1);
        self::assertEquals([500, 200, 400], [$user['quota_gb'], $user['limits']['ops:default'], $user['limits']['ops:get']]);
    }

    public function testTheKeyIdSurvivesAnUpgradeToAProductWithoutTheField(): void
    {
        $this->orderAndPay(1);
        $before = $this->show(1);
        $upgrade = $this->whmcs(['upgrade', '--service', '1', '--product', '2']);
        $this->whmcs(['pay', (string) $upgrade['invoice']]);
        $after = $this->show(1);
        self::assertNotSame($before['service']['packageid'], $after['service']['packageid']);
        self::assertSame($before['properties'], $after['properties']);
        self::assertSame($before['service']['password'], $after['service']['password']);
        $this->writesAndReads(1, 'after-another-product');
    }

    public function testAServiceWithDataIsNotDeletedUntilItIsEmpty(): void
    {
        $this->orderAndPay(1);
        $this->writesAndReads(1, 'full-bucket');
        $this->whmcs(['cron', '--date', '2031-02-16']);
        $this->orderAndPay(2);
        $this->writesAndReads(2, 'neighbour-bucket');
        $neighbour = $this->user(2);

        $cron = $this->whmcs(['cron', '--date', '2031-03-13'], 1);
        $failed = array_values(array_filter($cron['commands'], static fn (array $c): bool => $c['state'] === 'failed'));
        self::assertSame([['TerminateAccount', 1]], array_map(static fn (array $c): array => [$c['action'], $c['service']], $failed));
        self::assertStringContainsString('full-bucket', $failed[0]['message']);
        self::assertSame('Suspended', $this->show(1)['service']['domainstatus']);
        $queue = $this->whmcs(['queue'])['queue'];
        self::assertSame(['TerminateAccount'], array_column($queue, 'module_action'));
        self::assertStringContainsString('full-bucket', $queue[0]['last_attempt_error']);

        while (($invoice = $this->unpaidInvoice(1)) !== null) {
            $this->whmcs(['pay', $invoice]);
        }
        self::assertSame(0, $this->s3cmd(1, ['rb', '--recursive', '--force', 's3://full-bucket'])[0]);
        $userId = $this->show(1)['service']['username'];
        $retry = $this->whmcs(['queue', 'retry', (string) $queue[0]['id']]);
        self::assertSame(['success'], array_column($retry['commands'], 'state'));
        self::assertSame('Terminated', $this->show(1)['service']['domainstatus']);
        self::assertNotContains($userId, array_column($this->simulator('GET', 'state')['users'], 'id'));
        self::assertSame([], $this->show(1)['notes']);
        self::assertSame([], $this->whmcs(['queue'])['queue']);

        self::assertSame($neighbour, $this->user(2));
        self::assertCount(1, $this->show(2)['notes']);
        self::assertSame(0, $this->s3cmd(2, ['ls', 's3://neighbour-bucket'])[0]);
        $this->whmcs(['module', 'terminate', '--service', '1']);
        self::assertSame($neighbour, $this->user(2));
    }

    public function testCreatingAgainGivesTheSameUserAndOneNote(): void
    {
        $this->orderAndPay(1);
        $seen = fn (): array => [array_intersect_key($this->show(1), array_flip(['service', 'properties', 'notes'])),
            $this->simulator('GET', 'state')['users']];
        $before = $seen();
        $this->whmcs(['module', 'create', '--service', '1']);
        $this->whmcs(['module', 'create', '--service', '1']);
        self::assertSame($before, $seen());
        self::assertCount(1, $before[0]['notes']);
    }

    public function testWhileTheBridgeIsDownOrdersWaitInTheQueue(): void
    {
        $address = $this->bridge->address;
        $this->bridge->stop();
        $order = $this->whmcs(['order', '--client', '1', '--product', '1']);
        $paid = $this->whmcs(['pay', (string) $order['invoice']], 1);
        self::assertStringContainsString($address, $paid['commands'][0]['message']);
        self::assertStringContainsString('reached', $paid['commands'][0]['message']);
        self::assertSame('Pending', $this->show(1)['service']['domainstatus']);
        self::assertSame(['CreateAccount'], array_column($this->whmcs(['queue'])['queue'], 'module_action'));

        $this->startBridge($address);
        $this->whmcs(['queue', 'retry']);
        self::assertSame('Active', $this->show(1)['service']['domainstatus']);
        self::assertSame([], $this->whmcs(['queue'])['queue']);
        $this->writesAndReads(1, 'late-bucket');
    }

    public function testAModuleThatIsNewerThanTheServiceSaysWhatToUpgradeAndItsOrdersWait(): void
    {
        $modules = TEST_DIRECTORY . '/newer-' . bin2hex(random_bytes(4));
        self::assertSame(0, $this->execute(['cp', '-R', dirname(__DIR__, 2) . '/modules', $modules])[0]);
        $release = "$modules/servers/ostor/lib/Release.php";
        $text = preg_replace(
            ["/VERSION = '[^']+'/", '/INTERFACE = \d+/'],
            ["VERSION = '99.1.0'", 'INTERFACE = 99'],
            (string) file_get_contents($release),
            -1,
            $count
        );
        self::assertSame(2, $count);
        file_put_contents($release, $text);
        $newer = ['--modules', $modules];
        $sentence = '/^nothing was done, .*; upgrade ostor-bridge to version 99\.1\.0 or later .*'
            . '\(reason: interface_unsupported, request [0-9a-f]{16}\)$/D';

        $users = $this->simulator('GET', 'state')['users'];
        self::assertMatchesRegularExpression($sentence, $this->whmcs(['module', 'testconnection', ...$newer], 1)['error']);
        $order = $this->whmcs(['order', '--client', '1', '--product', '1', ...$newer]);
        $paid = $this->whmcs(['pay', (string) $order['invoice'], ...$newer], 1);
        self::assertMatchesRegularExpression($sentence, $paid['commands'][0]['message']);
        self::assertSame($users, $this->simulator('GET', 'state')['users']);

        // Going back is an upgrade of the older side as well.
        $this->whmcs(['queue', 'retry']);
        self::assertSame('Active', $this->show(1)['service']['domainstatus']);
        $page = $this->whmcs(['page', 'admin', '--service', '1'])['html'];
        self::assertStringNotContainsString('S3 warnings', $page);
        self::assertStringContainsString('interface_unsupported', $this->whmcs(['page', 'admin', '--service', '1', ...$newer])['html']);
    }

    public static function troubles(): array
    {
        return [
            'wrong secret' => [['--password', 'another-secret-of-at-least-32-bytes-00'], 'Password'],
            'unknown client' => [['--username', 'stranger'], 'Username'],
            'unknown cluster' => [['--accesshash', 'nowhere'], 'nowhere'],
            'TLS where there is none' => [['--secure'], 'TLS'],
            'a closed port' => [['--port', '1'], 'Port'],
        ];
    }

    /**
     * @dataProvider troubles
     * @param list<string> $server what is wrong in the server record
     */
    public function testAWrongServerRecordIsNamedAndNothingIsMade(array $server, string $word): void
    {
        $this->install([...self::CLOCK, ...$server]);
        $users = $this->simulator('GET', 'state')['users'];
        self::assertStringContainsString($word, $this->whmcs(['module', 'testconnection'], 1)['error']);
        $order = $this->whmcs(['order']);
        $paid = $this->whmcs(['pay', (string) $order['invoice']], 1);
        self::assertStringContainsString($word, $paid['commands'][0]['message']);
        self::assertSame('Pending', $this->whmcs(['show', 'service', '1'])['service']['domainstatus']);
        self::assertCount(1, $this->whmcs(['queue'])['queue']);
        self::assertSame($users, $this->simulator('GET', 'state')['users']);
    }

    public function testAGatewayThatIsDownFailsTheSuspensionAndTheQueueKeepsIt(): void
    {
        $this->orderAndPay(1);
        $this->gateway->stop();
        $cron = $this->whmcs(['cron', '--date', '2031-02-15'], 1);
        self::assertSame([['SuspendAccount', 'failed']],
            array_map(static fn (array $c): array => [$c['action'], $c['state']], $cron['commands']));
        self::assertStringContainsString('gateway', $cron['commands'][0]['message']);
        self::assertSame('Active', $this->whmcs(['show', 'service', '1'])['service']['domainstatus']);
        self::assertSame(['SuspendAccount'], array_column($this->whmcs(['queue'])['queue'], 'module_action'));
    }

    public function testTheNoteHoldsTheSecretOnlyWhereTheProductSaysFull(): void
    {
        (new Database(getenv('WHMCS_SANDBOX_SOCKET'), self::DATABASE))->connect();
        Capsule::table('tblproducts')->where('id', 1)->update(['configoption9' => 'full']);
        Capsule::connection()->disconnect();
        $this->orderAndPay(1);
        $shown = $this->show(1);
        self::assertStringContainsString($shown['service']['password'], $shown['notes'][0]['note']);
    }

    public function testAnEmptyServerRecordIsAReadableFailureAndNothingIsMade(): void
    {
        $order = $this->whmcs(['order', '--product', '4']);
        $users = $this->simulator('GET', 'state')['users'];
        $paid = $this->whmcs(['pay', (string) $order['invoice']], 1);
        self::assertStringContainsStringIgnoringCase('server', $paid['commands'][0]['message']);
        self::assertSame($users, $this->simulator('GET', 'state')['users']);
    }

    public function testAnImportedServiceDoesNotTakeTheUserOfAnother(): void
    {
        $this->orderAndPay(1);
        $user = $this->user(1);
        (new Database(getenv('WHMCS_SANDBOX_SOCKET'), self::DATABASE))->connect();
        Capsule::table('tblhosting')->where('id', 1)->update(['username' => 'lost']);
        $sync = $this->whmcs(['sync', '--server', '1', '--import']);
        self::assertSame([[$user['id']], [2]], [array_column($sync['remote_only'], 'username'), $sync['imported']]);
        foreach (['suspend', 'create', 'terminate'] as $command) {
            $answer = $this->whmcs(['module', $command, '--service', '2'], 1);
            self::assertStringContainsString('reason: identity_mismatch', $answer['commands'][0]['message']);
        }
        // What helps is Create of the service that lost its user.
        Capsule::table('tblhosting')->where('id', 2)->delete();
        Capsule::connection()->disconnect();
        $this->whmcs(['module', 'create', '--service', '1']);
        self::assertSame($user, $this->user(1));
        $sync = $this->whmcs(['sync', '--server', '1']);
        self::assertSame([[], []], [$sync['remote_only'], $sync['whmcs_only']]);
    }

    public function testAnImportedServiceTakesOverTheUserOfADeletedOne(): void
    {
        $this->orderAndPay(1);
        $this->writesAndReads(1, 'kept');
        [$before, $user] = [$this->show(1), $this->user(1)];
        (new Database(getenv('WHMCS_SANDBOX_SOCKET'), self::DATABASE))->connect();
        Capsule::table('tblhosting')->where('id', 1)->delete();
        self::assertSame([2], $this->whmcs(['sync', '--server', '1', '--import'])['imported']);
        $this->whmcs(['module', 'create', '--service', '2'], 1);

        $serve = [dirname(__DIR__) . '/whmcs', 'serve', '--listen', '127.0.0.1:0', '--database', self::DATABASE];
        $pages = new BackgroundProcess($serve, "$this->directory/pages.log", []);
        try {
            $browser = (new Browser($pages->address))->logInAdmin('admin');
            $addons = '/admin/configaddonmods.php';
            $browser->get($addons)->submit($addons, ['module' => 'ostor_admin', 'action' => 'activate']);
            $browser->submit($addons, ['module' => 'ostor_admin', 'action' => 'save', 'access' => [1]]);
            $page = '/admin/addonmodules.php?module=ostor_admin&server=1&page=adopt&run=1';
            $browser->get($page);
            self::assertStringContainsString('service 1, which it is on record for, is not in WHMCS any more', $browser->body);
            $browser->submit($page, ['action' => 'adopt_all', 'confirmed' => '1']);
            $browser->get('/admin/' . $browser->headers['location']);
            self::assertStringContainsString('Adopted: 1. Left to do: 0. Failed: 0.', $browser->body);
        } finally {
            $pages->stop();
            Capsule::connection()->disconnect();
        }
        $now = $this->show(2);
        self::assertSame([$before['service']['password'], $before['properties']['Access Key ID']],
            [$now['service']['password'], $now['properties']['Access Key ID']]);
        self::assertSame($user, $this->user(2));
        $this->whmcs(['module', 'create', '--service', '2']);
        $this->whmcs(['module', 'suspend', '--service', '2']);
        self::assertFalse($this->user(2)['enabled']);
        $sync = $this->whmcs(['sync', '--server', '1']);
        self::assertSame([[], []], [$sync['remote_only'], $sync['whmcs_only']]);
    }

    public function testNoSecretReachesALog(): void
    {
        $this->orderAndPay(1);
        $shown = $this->show(1);
        foreach ([$this->bridge->log(), $this->gateway->log(), json_encode($shown['modulelog'], JSON_UNESCAPED_SLASHES)] as $log) {
            self::assertStringNotContainsString($shown['service']['password'], $log);
            self::assertStringNotContainsString(self::SYSTEM_SECRET, $log);
            self::assertStringNotContainsString(self::CLIENT_SECRET, $log);
        }
    }

    private function unpaidInvoice(int $service): ?string
    {
        foreach ($this->show($service)['invoices'] as $invoice) {
            if ($invoice['status'] === 'Unpaid') {
                return (string) $invoice['id'];
            }
        }
        return null;
    }

    private function assertRefused(int $service, string $bucket): void
    {
        [$code, , $errors] = $this->s3cmd($service, ['ls', "s3://$bucket"]);
        self::assertNotSame(0, $code);
        self::assertStringContainsString('403', $errors);
    }

    /** The gateway's user of a service, found by the id WHMCS stored. */
    private function user(int $service): array
    {
        $id = $this->show($service)['service']['username'];
        foreach ($this->simulator('GET', 'state')['users'] as $user) {
            if ($user['id'] === $id) {
                return $user;
            }
        }
        self::fail("The gateway has no user $id, which WHMCS stored for service $service.");
    }
}

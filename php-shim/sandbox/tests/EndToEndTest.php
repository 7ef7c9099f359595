<?php

declare(strict_types=1);

require_once __DIR__ . '/BackgroundProcess.php';

use PHPUnit\Framework\TestCase;
use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Database;

/**
 * The real chain: WHMCS sandbox, PHP module, ostor-bridge, gateway simulator, and a
 * stock s3cmd that uses the credentials WHMCS stored. Every test has a chain of its own.
 *
 * OSTOR_BRIDGE_BIN names the program to test.
 */
final class EndToEndTest extends TestCase
{
    private const DATABASE = 'test_e2e';
    private const CLUSTER = 'eu1';
    private const SYSTEM_KEY = 'SYSTEMKEY00000000001';
    private const SYSTEM_SECRET = 'system-secret-of-the-simulated-cluster-01';
    private const CLIENT_SECRET = 'whmcs-client-secret-of-at-least-32-bytes';

    private string $directory;
    private BackgroundProcess $gateway;
    private BackgroundProcess $bridge;

    protected function setUp(): void
    {
        $program = self::program();
        $this->directory = TEST_DIRECTORY . '/chain-' . bin2hex(random_bytes(4));
        mkdir($this->directory, 0700);
        $this->gateway = new BackgroundProcess(
            [$program, 'simulate', '--listen', '127.0.0.1:0', '--system-key', self::SYSTEM_KEY,
                '--system-secret', self::SYSTEM_SECRET],
            "$this->directory/gateway.log"
        );
        $this->startBridge('127.0.0.1:0');
        $this->install();
    }

    protected function tearDown(): void
    {
        if (isset($this->bridge)) {
            $this->bridge->stop();
        }
        if (isset($this->gateway)) {
            $this->gateway->stop();
        }
        if (isset($this->directory)) {
            array_map('unlink', glob("$this->directory/*"));
        }
    }

    public function testTheConnectionTestOfTheServerRecordSucceeds(): void
    {
        self::assertSame('', $this->whmcs(['module', 'testconnection'])['error']);
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
        self::assertNotContains($userId, array_column($this->gatewayState()['users'], 'id'));
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
            $this->gatewayState()['users']];
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
        $this->install($server);
        $users = $this->gatewayState()['users'];
        self::assertStringContainsString($word, $this->whmcs(['module', 'testconnection'], 1)['error']);
        $order = $this->whmcs(['order']);
        $paid = $this->whmcs(['pay', (string) $order['invoice']], 1);
        self::assertStringContainsString($word, $paid['commands'][0]['message']);
        self::assertSame('Pending', $this->whmcs(['show', 'service', '1'])['service']['domainstatus']);
        self::assertCount(1, $this->whmcs(['queue'])['queue']);
        self::assertSame($users, $this->gatewayState()['users']);
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
        $users = $this->gatewayState()['users'];
        $paid = $this->whmcs(['pay', (string) $order['invoice']], 1);
        self::assertStringContainsStringIgnoringCase('server', $paid['commands'][0]['message']);
        self::assertSame($users, $this->gatewayState()['users']);
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

    private static function program(): string
    {
        $program = (string) getenv('OSTOR_BRIDGE_BIN');
        if ($program === '' || !is_executable($program)) {
            self::fail('Set OSTOR_BRIDGE_BIN to the ostor-bridge program, for example target/debug/ostor-bridge'
                . ($program === '' ? '.' : "; $program cannot be run."));
        }
        return $program;
    }

    /** @param list<string> $server options that replace the right ones of the server record */
    private function install(array $server = []): void
    {
        $this->whmcs(['install', '--hostname', '127.0.0.1', '--port', $this->bridge->port(), '--username', 'whmcs',
            '--password', self::CLIENT_SECRET, '--accesshash', self::CLUSTER, '--date', '2031-01-10', ...$server]);
    }

    private function startBridge(string $listen): void
    {
        $config = "$this->directory/bridge.toml";
        file_put_contents($config, sprintf(
            "[server]\nlisten = \"%s\"\n[database]\nurl = \"sqlite:%s/ledger.db\"\n"
            . "[clients.whmcs]\nsecret = \"%s\"\nscopes = [\"provision\", \"usage\", \"admin\"]\n"
            . "[clusters.%s]\nendpoint = \"http://%s\"\naccess_key = \"%s\"\nsecret_key = \"%s\"\n",
            $listen,
            $this->directory,
            self::CLIENT_SECRET,
            self::CLUSTER,
            $this->gateway->address,
            self::SYSTEM_KEY,
            self::SYSTEM_SECRET
        ));
        $this->bridge = new BackgroundProcess([self::program(), 'serve', '--config', $config], "$this->directory/bridge.log");
    }

    /**
     * Runs the sandbox's command line.
     *
     * @param list<string> $words
     * @return array<string, mixed> its JSON answer
     */
    private function whmcs(array $words, int $expected = 0): array
    {
        [$code, $output, $errors] = $this->execute([dirname(__DIR__) . '/whmcs', ...$words, '--json', '--database', self::DATABASE]);
        self::assertSame($expected, $code, implode(' ', $words) . ":\n$output$errors");
        return json_decode($output, true, 512, JSON_THROW_ON_ERROR);
    }

    private function orderAndPay(int $client): void
    {
        $order = $this->whmcs(['order', '--client', (string) $client, '--product', '1']);
        self::assertSame($client, $order['service']);
        $this->whmcs(['pay', (string) $order['invoice']]);
    }

    private function show(int $service): array
    {
        return $this->whmcs(['show', 'service', (string) $service, '--credentials']);
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

    /** Makes a bucket, writes an object and reads it back with the stored credentials. */
    private function writesAndReads(int $service, string $bucket): void
    {
        $text = "hello of service $service\n";
        file_put_contents("$this->directory/hello.txt", $text);
        foreach ([['mb', "s3://$bucket"], ['put', "$this->directory/hello.txt", "s3://$bucket/hello.txt"]] as $words) {
            [$code, , $errors] = $this->s3cmd($service, $words);
            self::assertSame(0, $code, "s3cmd $words[0]: $errors");
        }
        [$code, $output, $errors] = $this->s3cmd($service, ['get', "s3://$bucket/hello.txt", '-']);
        self::assertSame([0, $text], [$code, $output], $errors);
    }

    private function assertRefused(int $service, string $bucket): void
    {
        [$code, , $errors] = $this->s3cmd($service, ['ls', "s3://$bucket"]);
        self::assertNotSame(0, $code);
        self::assertStringContainsString('403', $errors);
    }

    /**
     * @param list<string> $words
     * @return array{int, string, string}
     */
    private function s3cmd(int $service, array $words): array
    {
        $shown = $this->show($service);
        file_put_contents("$this->directory/s3cfg", sprintf(
            "[default]\naccess_key = %s\nsecret_key = %s\nhost_base = %s\nhost_bucket = %s\nuse_https = False\n"
            . "bucket_location = us-east-1\nsignature_v2 = False\nmax_retries = 1\n",
            $shown['properties']['Access Key ID'],
            $shown['service']['password'],
            $this->gateway->address,
            $this->gateway->address
        ));
        return $this->execute(['s3cmd', '-c', "$this->directory/s3cfg", '--no-progress', '--quiet', ...$words]);
    }

    private function gatewayState(): array
    {
        $answer = file_get_contents("http://{$this->gateway->address}/_simulator/state", false, stream_context_create([
            'http' => ['timeout' => 10],
        ]));
        return json_decode($answer, true, 512, JSON_THROW_ON_ERROR);
    }

    /** The gateway's user of a service, found by the id WHMCS stored. */
    private function user(int $service): array
    {
        $id = $this->show($service)['service']['username'];
        foreach ($this->gatewayState()['users'] as $user) {
            if ($user['id'] === $id) {
                return $user;
            }
        }
        self::fail("The gateway has no user $id, which WHMCS stored for service $service.");
    }

    /**
     * @param list<string> $command
     * @return array{int, string, string} exit code, output, errors
     */
    private function execute(array $command): array
    {
        $errors = tempnam($this->directory, 'err');
        $process = proc_open(['timeout', '60', ...$command], [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', $errors, 'w']], $pipes);
        $output = stream_get_contents($pipes[1]);
        return [proc_close($process), $output, file_get_contents($errors)];
    }
}

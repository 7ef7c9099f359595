<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Database;

/** What becomes of customers with data under each of the three policies, from WHMCS's point of view. */
final class TerminationTest extends ChainTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        $this->startGateway();
        $this->startBridge('127.0.0.1:0');
        $this->install(['--date', '2031-01-10']);
        (new Database(getenv('WHMCS_SANDBOX_SOCKET'), self::DATABASE))->connect();
        $this->orderAndPay(1);
        $this->writesAndReads(1, 'full-bucket');
    }

    protected function tearDown(): void
    {
        Capsule::connection()->disconnect();
        parent::tearDown();
    }

    public function testWithinTheGraceTimeUnsuspendGivesEverythingBack(): void
    {
        $this->policy('grace');
        $before = $this->show(1);
        $this->whmcs(['module', 'terminate', '--service', '1']);
        $after = $this->show(1);
        self::assertSame('Terminated', $after['service']['domainstatus']);
        self::assertSame($before['properties'], $after['properties']);
        self::assertSame($before['service']['password'], $after['service']['password']);
        self::assertSame([], $after['notes']);
        self::assertMatchesRegularExpression(
            '/service 1: The S3 user [0-9a-f]{16} is locked out and its data is kept until 20\d\d-\d\d-\d\d \d\d:\d\d, then deleted'
            . ' \(job \d+\)/',
            $this->activity()
        );
        self::assertNotSame(0, $this->s3cmd(1, ['ls', 's3://full-bucket'])[0]);
        self::assertStringContainsString('waits for the end of the grace time', $this->whmcs(['page', 'admin', '--service', '1'])['html']);
        $this->whmcs(['module', 'terminate', '--service', '1']);

        $this->whmcs(['module', 'unsuspend', '--service', '1']);
        self::assertSame('Active', $this->show(1)['service']['domainstatus']);
        [$code, $output] = $this->s3cmd(1, ['get', 's3://full-bucket/hello.txt', '-']);
        self::assertSame([0, "hello of service 1\n"], [$code, $output]);
        self::assertStringContainsString(': cancelled.', $this->whmcs(['page', 'admin', '--service', '1'])['html']);

        $this->whmcs(['module', 'terminate', '--service', '1']);
        $this->whmcs(['module', 'create', '--service', '1']);
        self::assertSame($before['properties'], $this->show(1)['properties']);
        self::assertSame(0, $this->s3cmd(1, ['ls', 's3://full-bucket'])[0]);
        self::assertCount(1, $this->show(1)['notes']);
    }

    public function testAPurgeEndsWithNothingLeftAndTheServiceCanBeMadeAnew(): void
    {
        $this->orderAndPay(2);
        $this->writesAndReads(2, 'neighbour');
        $this->policy('purge');
        $user = $this->show(1)['service']['username'];
        $this->whmcs(['module', 'terminate', '--service', '1']);
        self::assertSame('Terminated', $this->show(1)['service']['domainstatus']);
        self::assertStringContainsString('all its data is being deleted (job', $this->activity());
        [$code, , $errors] = $this->program(['jobs', 'run', '--cluster', self::CLUSTER]);
        self::assertSame(0, $code, $errors);
        self::assertNotContains($user, array_column($this->simulator('GET', 'state')['users'], 'id'));
        self::assertSame(['neighbour'], array_column($this->simulator('GET', 'state')['buckets'], 'name'));
        self::assertStringContainsString('everything is deleted', $this->whmcs(['page', 'admin', '--service', '1'])['html']);
        $this->whmcs(['module', 'terminate', '--service', '1']);

        $this->whmcs(['module', 'create', '--service', '1']);
        self::assertNotSame($user, $this->show(1)['service']['username']);
        $this->writesAndReads(1, 'a-new-life');
        self::assertSame(0, $this->s3cmd(2, ['ls', 's3://neighbour'])[0]);
    }

    private function policy(string $policy): void
    {
        Capsule::table('tblproducts')->where('id', 1)->update(['configoption8' => $policy]);
    }

    private function activity(): string
    {
        return implode("\n", Capsule::table('tblactivitylog')->orderBy('id')->pluck('description')->all());
    }
}

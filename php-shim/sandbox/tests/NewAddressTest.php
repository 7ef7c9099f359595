<?php

declare(strict_types=1);

/**
 * Clients and log-ins that get another e-mail address keep their S3 user: a service is found by its number and the user's
 * id, so the module needs no hook for it.
 */
final class NewAddressTest extends ChainTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        $this->startGateway();
        $this->startBridge('127.0.0.1:0');
        $this->install(['--date', '2031-01-10']);
    }

    public function testEveryCommandFindsTheSameUserUnderANewAddress(): void
    {
        $this->orderAndPay(1);
        $this->orderAndPay(2);
        $this->writesAndReads(1, 'before-the-change');
        $before = $this->show(1);
        $users = $this->users();

        // The addresses change places: nothing else would be as misleading.
        $this->whmcs(['edit', '--client', '1', '--email', 'for-a-moment@example.com']);
        $this->whmcs(['edit', '--client', '2', '--email', "sean.o'brien@example.com"]);
        $this->whmcs(['edit', '--client', '1', '--email', 'zoe+storage@example.com']);
        $this->whmcs(['edit', '--user', '1', '--email', 'log-in@example.com']);
        self::assertSame($users, $this->users(), 'nothing was done at the gateway');

        foreach (['create', 'changepackage', 'suspend', 'unsuspend', 'create'] as $command) {
            $this->whmcs(['module', $command, '--service', '1']);
            $now = $this->show(1);
            foreach (['username', 'password'] as $column) {
                self::assertSame($before['service'][$column], $now['service'][$column], "$column after $command");
            }
            self::assertSame($before['properties'], $now['properties'], $command);
            self::assertSame(array_keys($users), array_keys($this->users()), "$command made or lost a user");
        }
        $this->writesAndReads(1, 'after-the-change');
        self::assertEquals($users, $this->users(), 'both users are as they were');
        $sync = $this->whmcs(['sync', '--server', '1']);
        self::assertSame([[], []], [$sync['remote_only'], $sync['whmcs_only']]);

        foreach (['before-the-change', 'after-the-change'] as $bucket) {
            self::assertSame(0, $this->s3cmd(1, ['rb', '--recursive', '--force', "s3://$bucket"])[0]);
        }
        $this->whmcs(['module', 'terminate', '--service', '1']);
        $left = $this->show(2)['service']['username'];
        self::assertSame([$left], array_values(array_intersect([$before['service']['username'], $left], array_keys($this->users()))));
        $this->writesAndReads(2, 'the-other-one');
    }

    /** @return array<string, array<string, mixed>> by id */
    private function users(): array
    {
        return array_column($this->simulator('GET', 'state')['users'], null, 'id');
    }
}

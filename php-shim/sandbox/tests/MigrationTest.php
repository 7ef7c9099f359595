<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Database;
use WhmcsSandbox\Host\Encryption;
use WhmcsSandbox\Host\Settings;

/**
 * The chapter docs/migrating-from-the-guide.md, as it goes in WHMCS: 200 customers of the Integration Guide's scripts become
 * 200 services of the module. No key changes, and nobody is interrupted.
 */
final class MigrationTest extends ChainTestCase
{
    private const CUSTOMERS = 200;
    private const ADDON = '/admin/addonmodules.php?module=ostor_admin&server=1&page=';
    private const PAIR = '/^UserId: (\S+)\s+AWSAccessKeyId: (\S+)\s+AWSSecretAccessKey: (\S+)$/m';

    private BackgroundProcess $pages;
    private Browser $browser;
    private AtWork $customers;

    protected function setUp(): void
    {
        parent::setUp();
        // Two clients with one address have a user each.
        $this->startGateway(['--profile', 'duplicate-email=second']);
        $this->startBridge('127.0.0.1:0');
        $this->install([]);
        (new Database(getenv('WHMCS_SANDBOX_SOCKET'), self::DATABASE))->connect();
    }

    protected function tearDown(): void
    {
        if (isset($this->pages)) {
            $this->pages->stop();
        }
        Capsule::connection()->disconnect();
        parent::tearDown();
    }

    public function testEverybodyMovesInAndNobodyNotices(): void
    {
        $portal = $this->portal();
        self::assertCount(self::CUSTOMERS, $portal);
        $this->customers->begin();
        $before = $this->gatewaysTruth();

        $this->switchOn();
        $this->everybodyReads();
        $this->adopt();
        $stored = $this->stored($portal);
        self::assertSame($before, $this->gatewaysTruth(), 'no user, key, limit or bucket changed');

        $this->scrub();
        $done = $this->customers->end();
        self::assertSame([], $done['troubles']);
        self::assertGreaterThan(self::CUSTOMERS, $done['reads'], 'nobody worked meanwhile');

        $this->servicesWork($portal, $stored);
    }

    /**
     * The portal of before, and its customers at work with the key of their first note.
     *
     * @return array<int, array{client: int, service: int, user: string}> by service
     */
    private function portal(): array
    {
        $made = $this->whmcs(['guide', '--gateway', "http://{$this->gateway->address}", '--key', self::SYSTEM_KEY,
            '--secret', self::SYSTEM_SECRET, '--customers', (string) self::CUSTOMERS])['customers'];
        $customers = [];
        foreach ($made as $customer) {
            $note = Capsule::table('tblnotes')->where('userid', $customer['client'])->orderBy('id')->value('note');
            self::assertSame(1, preg_match(self::PAIR, str_replace("\r", '', $note), $pair), $note);
            self::assertSame($customer['user'], $pair[1]);
            $customers[] = [
                'gateway' => $this->gateway->address, 'key' => $pair[2], 'secret' => $pair[3],
                'path' => "/bucket-of-$customer[client]/letter", 'text' => "of client $customer[client]",
            ];
        }
        $this->customers = new AtWork($customers, $this->directory);
        return array_column($made, null, 'service');
    }

    /** Step 1: the addon, and the module for the product there is. */
    private function switchOn(): void
    {
        $serve = [dirname(__DIR__) . '/whmcs', 'serve', '--listen', '127.0.0.1:0', '--database', self::DATABASE];
        $this->pages = new BackgroundProcess($serve, "$this->directory/pages.log", []);
        $this->browser = (new Browser($this->pages->address))->logInAdmin('admin');
        $addons = '/admin/configaddonmods.php';
        $this->browser->get($addons)->submit($addons, ['module' => 'ostor_admin', 'action' => 'activate']);
        $this->browser->submit($addons, ['module' => 'ostor_admin', 'action' => 'save', 'access' => [1]]);
        $product = Capsule::table('tblproducts')->where('name', 'Storage by hand')->value('id');
        $page = "/admin/configproducts.php?action=edit&id=$product";
        $this->browser->get($page)->submit($page, ['servertype' => 'ostor', 'servergroup' => '1']);
        self::assertSame(['ostor', '100', 'refuse'], array_values((array) Capsule::table('tblproducts')->where('id', $product)
            ->first(['servertype', 'configoption1', 'configoption8'])));
    }

    /** Steps 2 and 3: who is found to be whom, by what evidence, and the adoption itself. */
    private function adopt(): void
    {
        $this->browser->get(self::ADDON . 'adopt&run=1');
        self::assertStringContainsString('Services looked at: ' . self::CUSTOMERS . '. Adopted already: 0.', $this->browser->body);
        self::assertSame('Can be adopted: ' . self::CUSTOMERS, $this->browser->text('//h3'));
        self::assertSame(1, $this->browser->find('//h3')->length, 'nobody is ambiguous or contradicts');

        $page = self::ADDON . 'adopt&run=1';
        $this->browser->submit($page, ['action' => 'adopt_all']);
        self::assertStringContainsString('Adopt every S3 user that was found? Services: ' . self::CUSTOMERS . '.', $this->browser->body);
        self::assertSame(0, Capsule::table('tblhosting')->where('server', 1)->count(), 'looking changes nothing');
        $fields = ['action' => 'adopt_all', 'confirmed' => '1'];
        for ($rounds = 1; $fields !== []; $rounds++) {
            self::assertLessThan(self::CUSTOMERS, $rounds, 'it does not get on');
            $this->browser->submit($page, $fields);
            self::assertSame(303, $this->browser->status, $this->browser->body);
            $this->browser->get('/admin/' . $this->browser->headers['location']);
            self::assertStringContainsString('Failed: 0.', $this->browser->body);
            $this->everybodyReads();
            $after = $this->browser->find('//input[@name="after"]/@value')->item(0);
            $fields = $after === null ? [] : ['action' => 'adopt_all', 'confirmed' => '1', 'after' => $after->nodeValue];
        }
        self::assertStringContainsString('Adopted already: ' . self::CUSTOMERS . '.', $this->browser->body);
        self::assertSame(0, $this->browser->find('//h3')->length);
    }

    /**
     * What WHMCS has stored for each service: its user, and a key pair of that user.
     *
     * @param array<int, array{client: int, service: int, user: string}> $portal
     * @return array<int, array{user: string, key: string, secret: string}> by service
     */
    private function stored(array $portal): array
    {
        $encryption = new Encryption(new Settings());
        $keys = Capsule::table('tblcustomfieldsvalues')->pluck('value', 'relid')->all();
        $users = array_column($this->simulator('GET', 'state')['users'], null, 'id');
        $stored = [];
        foreach (Capsule::table('tblhosting')->whereIn('id', array_keys($portal))->get() as $service) {
            self::assertSame([$portal[$service->id]['user'], 1, 'Active'],
                [$service->username, (int) $service->server, $service->domainstatus]);
            self::assertContains($keys[$service->id], $users[$service->username]['keys']);
            $stored[$service->id] = ['user' => $service->username, 'key' => $keys[$service->id],
                'secret' => $encryption->decrypt($service->password)];
            $read = (new Storage($this->gateway->address, $keys[$service->id], $stored[$service->id]['secret']))
                ->request('GET', "/bucket-of-{$portal[$service->id]['client']}/letter");
            self::assertSame([200, "of client {$portal[$service->id]['client']}"], $read);
        }
        self::assertCount(self::CUSTOMERS, $stored);
        return $stored;
    }

    /** Step 4: the secrets leave the notes, and nothing else does. */
    private function scrub(): void
    {
        $before = Capsule::table('tblnotes')->orderBy('id')->pluck('note', 'id')->all();
        $page = self::ADDON . 'notes';
        $this->browser->get($page);
        self::assertStringContainsString('Notes with secret keys: ' . count($before) . '.', $this->browser->body);
        $this->browser->submit($page, ['action' => 'scrub_notes']);
        self::assertSame($before, Capsule::table('tblnotes')->orderBy('id')->pluck('note', 'id')->all());
        $this->browser->submit($page, ['action' => 'scrub_notes', 'confirmed' => '1']);
        self::assertSame(303, $this->browser->status);
        foreach (Capsule::table('tblnotes')->orderBy('id')->pluck('note', 'id') as $id => $note) {
            preg_match(self::PAIR, str_replace("\r", '', $before[$id]), $pair);
            self::assertSame(str_replace($pair[3], '[removed by ostor-bridge]', $before[$id]), $note);
        }
        $this->browser->get($page);
        self::assertStringContainsString('Notes with secret keys: 0.', $this->browser->body);
        $this->everybodyReads();
    }

    /**
     * From now on they are services like all others, also those whose users share an address.
     *
     * @param array<int, array{client: int, service: int, user: string}> $portal
     * @param array<int, array{user: string, key: string, secret: string}> $stored
     */
    private function servicesWork(array $portal, array $stored): void
    {
        [$first, $second] = array_slice(array_keys($portal), -2);
        self::assertSame($this->emailOf($stored[$first]['user']), $this->emailOf($stored[$second]['user']));
        foreach ([$first, array_keys($portal)[4]] as $service) {
            $others = $this->others($stored[$service]['user']);
            $this->whmcs(['module', 'suspend', '--service', (string) $service]);
            self::assertFalse($this->user($stored[$service]['user'])['enabled']);
            $this->whmcs(['module', 'unsuspend', '--service', (string) $service]);
            self::assertTrue($this->user($stored[$service]['user'])['enabled']);
            $this->whmcs(['module', 'changepackage', '--service', (string) $service]);
            self::assertSame(100, $this->user($stored[$service]['user'])['quota_gb']);
            $this->whmcs(['module', 'create', '--service', (string) $service]);
            $now = $this->show($service);
            self::assertSame([$stored[$service]['user'], $stored[$service]['secret'], $stored[$service]['key']],
                [$now['service']['username'], $now['service']['password'], $now['properties']['Access Key ID']]);
            $refused = $this->whmcs(['module', 'terminate', '--service', (string) $service], 1);
            self::assertStringContainsString("bucket-of-{$portal[$service]['client']}", $refused['commands'][0]['message']);
            self::assertSame($others, $this->others($stored[$service]['user']), 'somebody else was touched');
        }
    }

    private function everybodyReads(): void
    {
        self::assertSame([], $this->customers->everybodyReads());
    }

    /** @return array<string, mixed> all that must not change, and every change a management call made */
    private function gatewaysTruth(): array
    {
        $state = $this->simulator('GET', 'state');
        $changes = array_filter($state['calls'], static fn (array $call): bool => $call['effect'] && $call['service'] !== null);
        return ['users' => $state['users'], 'buckets' => array_column($state['buckets'], 'owner_id', 'name'), 'changes' => count($changes)];
    }

    private function user(string $id): array
    {
        return array_column($this->simulator('GET', 'state')['users'], null, 'id')[$id];
    }

    /** @return array<string, array<string, mixed>> everybody but one, by id */
    private function others(string $id): array
    {
        return array_diff_key(array_column($this->simulator('GET', 'state')['users'], null, 'id'), [$id => 0]);
    }

    private function emailOf(string $id): string
    {
        return $this->user($id)['email'];
    }
}

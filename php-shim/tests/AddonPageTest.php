<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\AddonTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;

/**
 * What the pages of the addon ask for and show, escaped once and without a secret.
 */
final class AddonPageTest extends AddonTestCase
{
    private const NASTY = '<script>alert(1)</script> "&amp;\' ü';

    public function testAUserWithAllThatBelongsToIt(): void
    {
        self::$bridge->script(self::userAnswers());
        $html = self::visit(['page' => 'user', 'server' => '3', 'user' => self::USER]);
        $text = self::text($html);
        $expected = [
            self::EMAIL, 'enabled', '#42 (active)', self::KEY, self::KEY_2, 'Sub-account backup', '100 GB',
            'photos', '1.50 GiB', '1.00 GiB', '2.00 MiB', 'Complete until: 2026-11-22T15:30:00Z',
        ];
        foreach ($expected as $words) {
            self::assertStringContainsString($words, $text);
        }
        $path = self::read($html);
        self::assertSame(
            'clientsservices.php?userid=7&id=42',
            $path->evaluate('string(//a[contains(., "#42")]/@href)')
        );
        self::assertSame('0.5', $path->evaluate('string(//input[@name="limit_default"]/@value)'));
        self::assertSame('2048', $path->evaluate('string(//input[@name="limit_bandwidth"]/@value)'));
        self::assertStringNotContainsString('secret_access_key', $html);

        $params = ['cluster' => 'eu3', 'user_id' => self::USER];
        $asked = array_column(self::calls(), 1, 0);
        self::assertSame($params, $asked['users.get']);
        self::assertSame($params, $asked['limits.get']);
        self::assertSame($params, $asked['quotas.get']);
        self::assertSame($params + ['limit' => 100], $asked['buckets.list']);
        self::assertSame(42, $asked['usage.history']['service_id']);
        self::assertSame('day', $asked['usage.history']['step']);
        self::assertCount(5, $asked);
    }

    public function testThePictureTellsWhatIsKnownInWords(): void
    {
        self::$bridge->script(self::userAnswers());
        $path = self::read(self::visit(['page' => 'user', 'user' => self::USER]));
        $pictures = $path->query('//svg[@role="img"]');
        self::assertSame(2, $pictures->length);
        self::assertSame(2, $path->query('.//rect', $pictures[0])->length);
        self::assertSame('Stored', $path->evaluate('string(title)', $pictures[0]));
        self::assertSame(
            'From 2026-11-20 to 2026-11-22: at most 1.00 GiB (2026-11-20), last 512.00 MiB.',
            $path->evaluate('string(desc)', $pictures[0])
        );
        foreach (explode(' ', $pictures[0]->getAttribute('aria-labelledby')) as $id) {
            self::assertSame(1, $path->query('//*[@id="' . $id . '"]')->length);
        }
        self::assertSame('0.00 120.00', implode(' ', [
            $path->evaluate('string(.//rect[1]/@y)', $pictures[0]),
            $path->evaluate('string(.//rect[1]/@height)', $pictures[0]),
        ]));
        self::assertSame('–', trim($path->evaluate('string(//details//tr[th="2026-11-21"]/td[1])')));
        self::assertSame('0 bytes', trim($path->evaluate('string(//details//tr[th="2026-11-21"]/td[2])')));
    }

    public function testRangesOfUsage(): void
    {
        foreach (['hours' => 'hour', 'months' => 'month', 'x' => 'day'] as $range => $step) {
            self::$bridge->script(self::userAnswers());
            self::visit(['page' => 'user', 'user' => self::USER, 'range' => $range]);
            self::assertSame($step, array_column(self::calls(), 1, 0)['usage.history']['step']);
        }
    }

    public function testAUserOfNoServiceHasNoUsageAndNoWarning(): void
    {
        $services = [null, ['service_id' => 1, 'client' => 'another', 'client_id' => null, 'state' => 'active']];
        foreach ($services as $service) {
            self::$bridge->script(self::userAnswers(['service' => $service]));
            $text = self::text(self::visit(['page' => 'user', 'user' => self::USER]));
            self::assertStringContainsString('known for users of services of this WHMCS', $text);
            self::assertArrayNotHasKey('usage.history', array_column(self::calls(), 1, 0));
            self::assertSame($service !== null, strpos($text, 'WHMCS does not notice what is done') !== false);
        }
        self::assertStringContainsString('#1 of the WHMCS another (active)', $text);
    }

    public function testOnePartThatFailsLeavesTheOthers(): void
    {
        $answers = self::userAnswers();
        $answers[1] = ['for' => 'limits.get'] + self::error('No limits now.', ['reason' => 'busy', 'request_id' => 'r9']);
        self::$bridge->script($answers);
        $html = self::visit(['page' => 'user', 'user' => self::USER]);
        self::assertSame('No limits now. (reason: busy, request r9)', self::text($html, '//*[@role="alert"]'));
        // A form without the values there are would remove them all.
        self::assertSame(0, self::read($html)->query('//input[@name="limit_get"]')->length);
        self::assertStringContainsString('100 GB', self::text($html));
    }

    public function testTwoKeysLeaveNoRoomForAThird(): void
    {
        $keys = [['access_key_id' => self::KEY], ['access_key_id' => self::KEY_2]];
        self::$bridge->script(self::userAnswers(['keys' => $keys, 'accounts' => []]));
        $html = self::visit(['page' => 'user', 'user' => self::USER]);
        self::assertSame(0, self::read($html)->query('//input[@value="generate_key"]')->length);
        self::assertStringContainsString('more are not possible', self::text($html));
        self::assertSame(2, self::read($html)->query('//input[@value="revoke_key"]')->length);
    }

    public function testUsersAreSearchedAndPaged(): void
    {
        $users = [self::USER_FOUND, ['service' => null, 'enabled' => false, 'flags' => ['system']] + self::USER_FOUND];
        self::$bridge->script([self::result(['users' => $users, 'total' => 100000, 'next_cursor' => 'c/2 &"<'])]);
        $html = self::visit(['page' => 'users', 'server' => '3', 'search' => 'zoe&co', 'cursor' => 'c 1']);
        self::assertSame(
            [['users.list', ['cluster' => 'eu3', 'limit' => 100, 'cursor' => 'c 1', 'search' => 'zoe&co']]],
            self::calls()
        );
        $text = self::text($html);
        self::assertStringContainsString('Users found: 100000.', $text);
        self::assertStringContainsString('disabled, system', $text);
        $path = self::read($html);
        self::assertSame(
            'addonmodules.php?module=ostor_admin&server=3&page=users&search=zoe%26co&cursor=c%2F2%20%26%22%3C',
            $path->evaluate('string(//a[.="Next page"]/@href)')
        );
        self::assertSame(
            'addonmodules.php?module=ostor_admin&server=3&page=users&search=zoe%26co',
            $path->evaluate('string(//a[.="First page"]/@href)')
        );
        self::assertSame('zoe&co', $path->evaluate('string(//input[@name="search"]/@value)'));
        self::assertSame(['get', 'post'], [
            $path->evaluate('string((//form)[1]/@method)'), $path->evaluate('string((//form)[2]/@method)'),
        ]);
    }

    public function testLastPageHasNoNext(): void
    {
        self::$bridge->script([self::result(['users' => [], 'total' => 0, 'next_cursor' => null])]);
        $html = self::visit(['page' => 'users']);
        self::assertSame(0, self::read($html)->query('//nav[@aria-label="Pages"]')->length);
        self::assertStringContainsString('There is nothing to list.', self::text($html));
    }

    public function testTheFormOfANewUserIsFilledFromTheAddress(): void
    {
        self::$bridge->script([self::result(['users' => [], 'total' => 0, 'next_cursor' => null])]);
        $path = self::read(self::visit(['page' => 'users', 'email' => self::EMAIL]));
        self::assertSame(self::EMAIL, $path->evaluate('string(//input[@name="email"]/@value)'));
    }

    public function testBucketsAndOneBucket(): void
    {
        self::$bridge->script([self::result(['buckets' => [self::BUCKET], 'total' => 1, 'next_cursor' => null])]);
        $path = self::read(self::visit(['page' => 'buckets', 'search' => 'pho']));
        self::assertSame([['buckets.list', ['cluster' => 'eu3', 'limit' => 100, 'search' => 'pho']]], self::calls());
        parse_str(parse_url($path->evaluate('string(//a[.="photos"]/@href)'), PHP_URL_QUERY), $address);
        self::assertSame(['module' => 'ostor_admin', 'server' => '3', 'page' => 'bucket', 'bucket' => 'photos'], $address);

        self::$bridge->script([
            self::for('buckets.get', self::BUCKET),
            self::for('limits.get', ['bucket' => 'photos', 'limits' => self::LIMITS]),
            self::for('quotas.get', ['bucket' => 'photos', 'quota_gb' => null]),
        ]);
        $html = self::visit($address);
        foreach ([self::EMAIL, '1.50 GiB', 'No quota of its own', 'Only an empty bucket'] as $words) {
            self::assertStringContainsString($words, self::text($html));
        }
        self::assertSame(0, self::read($html)->query('//input[@value="delete_quota"]')->length);
        foreach (self::calls() as $call) {
            self::assertSame(['cluster' => 'eu3', 'bucket' => 'photos'], $call[1]);
        }
    }

    public function testStatisticsObjects(): void
    {
        $objects = [
            ['name' => 's3/a&b', 'service_id' => '42', 'start' => 't', 'period_seconds' => 900, 'counted' => true],
            ['name' => 'odd', 'service_id' => null, 'start' => null, 'period_seconds' => null, 'counted' => false],
        ];
        self::$bridge->script([self::result(['objects' => $objects, 'next_cursor' => null])]);
        $path = self::read(self::visit(['page' => 'statistics']));
        self::assertSame('yes', $path->evaluate('string(//tr[contains(th, "a&b")]/td[4])'));
        self::assertSame('no', $path->evaluate('string(//tr[th="odd"]/td[4])'));
        self::assertSame(0, $path->query('//tr[contains(th, "a&b")]//input[@name="discard"]')->length);
        self::assertSame(1, $path->query('//tr[th="odd"]//input[@name="discard"]')->length);
        parse_str(parse_url($path->evaluate('string(//a[.="s3/a&b"]/@href)'), PHP_URL_QUERY), $address);

        $item = ['bucket' => 'b', 'epoch' => 1, 'user_id' => self::USER, 'tag' => '', 'ops_put' => 1, 'ops_get' => 0,
            'ops_list' => 3, 'ops_other' => null, 'bytes_uploaded' => 5, 'bytes_downloaded' => 2048];
        self::$bridge->script([self::result($objects[0] + ['items' => [$item]])]);
        $path = self::read(self::visit($address));
        self::assertSame([['statistics.get', ['cluster' => 'eu3', 'name' => 's3/a&b']]], self::calls());
        $cells = [];
        foreach ($path->query('//tr[th="b"]/td') as $cell) {
            $cells[] = $cell->textContent;
        }
        self::assertSame(['1', self::USER, '–', '1', '0', '3', '–', '5 bytes', '2.00 KiB'], $cells);
        self::assertSame('s3/a&b', $path->evaluate('string(//form[@method="post"]/input[@name="name"]/@value)'));
        self::assertSame(0, $path->query('//input[@name="discard"]')->length);

        self::$bridge->script([]);
        self::assertStringContainsString('names no statistics object', self::visit(['page' => 'object']));
        self::assertSame([], self::calls());
    }

    public function testAuditIsFiltered(): void
    {
        $entry = ['at' => 't', 'actor' => self::NASTY, 'client' => 'c', 'method' => 'keys.revoke', 'user_id' => self::USER,
            'service_id' => 42, 'subject' => 's', 'outcome' => 'ok', 'request_id' => 'r'];
        self::$bridge->script([self::result(['entries' => [$entry], 'next_cursor' => null])]);
        $html = self::visit(['page' => 'audit', 'user_id' => self::USER, 'service_id' => '42']);
        self::assertSame(
            [['audit.list', ['cluster' => 'eu3', 'user_id' => self::USER, 'service_id' => 42, 'limit' => 100]]],
            self::calls()
        );
        self::assertStringContainsString(self::NASTY, self::text($html));

        self::$bridge->script([]);
        $html = self::visit(['page' => 'audit', 'service_id' => 'x']);
        self::assertStringContainsString('"x" is not the number of a service', self::text($html));
        self::assertSame([], self::calls());
    }

    public function testDefaults(): void
    {
        self::$bridge->script([self::result(['quota_gb' => 7]) + ['forever' => true]]);
        $path = self::read(self::visit(['page' => 'defaults']));
        self::assertEqualsCanonicalizing(['user', 'bucket'], array_column(array_column(self::calls(), 1), 'default'));
        self::assertSame(2, $path->query('//form[.//input[@value="set_quota"]]//input[@name="default"]')->length);
    }

    /**
     * @return array<string, array{0: array<string, string>, 1: array<string, mixed>}>
     */
    public static function nastyAnswers(): array
    {
        $n = self::NASTY;
        $service = ['client' => $n, 'service_id' => 1, 'client_id' => null, 'state' => $n];
        $user = ['user_id' => $n, 'email' => $n, 'enabled' => true, 'flags' => [$n], 'owner_id' => $n,
            'service' => $service, 'keys' => [['access_key_id' => $n]],
            'accounts' => [['name' => $n, 'keys' => [['access_key_id' => $n]]]]];
        $bucket = ['name' => $n, 'owner_id' => $n, 'owner_email' => $n, 'created' => $n, 'last_changed' => $n,
            'service' => $service] + self::BUCKET;
        $all = [
            'users' => [$user], 'total' => 1, 'buckets' => [$bucket], 'next_cursor' => $n, 'limits' => self::LIMITS,
            'objects' => [['name' => $n, 'service_id' => $n, 'start' => $n, 'period_seconds' => 1, 'counted' => false]],
            'items' => [['bucket' => $n, 'epoch' => $n, 'user_id' => $n, 'tag' => $n]],
            'entries' => [['at' => $n, 'actor' => $n, 'client' => $n, 'method' => $n, 'user_id' => $n,
                'service_id' => $n, 'subject' => $n, 'outcome' => $n, 'request_id' => $n]],
            'points' => [['start' => $n, 'storage_bytes' => 1]], 'complete_until' => $n, 'quota_gb' => 1,
            'start' => $n,
        ] + $user + $bucket;
        $cases = [];
        foreach (['users', 'buckets', 'statistics', 'audit', 'defaults'] as $page) {
            $cases[$page] = [['page' => $page, 'search' => $n, 'email' => $n], $all];
        }
        $cases['user'] = [['page' => 'user', 'user' => self::USER], $all];
        $cases['user of ours'] = [
            ['page' => 'user', 'user' => self::USER],
            ['service' => ['client' => ScriptedBridge::CLIENT] + $service] + $all,
        ];
        $cases['bucket'] = [['page' => 'bucket', 'bucket' => $n], $all];
        $cases['object'] = [['page' => 'object', 'name' => $n], $all];

        return $cases;
    }

    /**
     * @dataProvider nastyAnswers
     */
    public function testWhateverIsShownIsEscapedOnce(array $address, array $answer): void
    {
        Host::$tables['tblservers'][] = self::server(9, ['name' => self::NASTY]);
        self::$bridge->script([self::result($answer) + ['forever' => true]]);
        $html = self::visit($address);
        self::assertStringNotContainsString('<script', $html);
        self::assertStringNotContainsString('&amp;lt;', $html);
        self::assertStringNotContainsString('&amp;amp;amp;', $html);
        // Entities in the server's name are those of WHMCS; what the bridge sent is shown to the letter.
        self::assertStringContainsString('&lt;script&gt;alert(1)&lt;/script&gt;', $html);
        self::read($html);
    }

    /**
     * @dataProvider nastyAnswers
     */
    public function testMembersOfWrongTypesBreakNoPage(array $address, array $answer): void
    {
        foreach ([['x'], 7, true, null] as $odd) {
            $odd = array_map(static function ($value) use ($odd) {
                return is_array($value) ? [$odd, [$odd], ['name' => $odd, 'keys' => $odd, 'start' => $odd]] : $odd;
            }, $answer);
            self::$bridge->script([self::result($odd) + ['forever' => true]]);
            $html = self::visit($address);
            self::read($html);
            self::assertStringNotContainsString('failed unexpectedly', $html);
        }
    }

    public function testSeveralServersAreChosenFrom(): void
    {
        Host::$tables['tblservers'][] = self::server(9);
        Host::$tables['tblservers'][] = self::server(1, ['type' => 'cpanel']);
        self::$bridge->script([self::result(['users' => [], 'total' => 0, 'next_cursor' => null])]);
        $path = self::read(self::visit(['server' => '9']));
        self::assertSame('eu9', self::calls()[0][1]['cluster']);
        self::assertSame(2, $path->query('//select[@name="server"]/option')->length);
        self::assertSame('Server <9>', $path->evaluate('string(//option[@selected])'));
    }

    public function testTroubleBeforeAnyPage(): void
    {
        Host::$tables['tblservers'] = [];
        self::assertStringContainsString('There is no server of the module', self::visit([]));
        Host::$tables['tblservers'] = [self::server(3, ['hostname' => ''])];
        self::assertStringContainsString('lacks: Hostname', self::visit([]));
        Host::$databaseFailure = new \RuntimeException('no <database> ' . ScriptedBridge::CLIENT);
        self::assertStringContainsString('no &lt;database&gt;', self::visit([]));
        self::assertSame([], self::calls());
    }

    public function testABridgeThatIsDownIsASentence(): void
    {
        Host::$tables['tblservers'] = [self::server(3, ['port' => ScriptedBridge::freePort()])];
        $html = self::visit(['page' => 'user', 'user' => self::USER]);
        self::assertStringContainsString('cannot be reached', self::text($html, '(//*[@role="alert"])[1]'));
        self::assertSame(1, self::read($html)->query('//nav')->length);
    }

    public function testConfigurationAndSwitchingOnAndOff(): void
    {
        $config = ostor_admin_config();
        self::assertSame(
            ['name', 'description', 'version', 'author', 'language', 'fields'],
            array_keys($config)
        );
        self::assertSame('success', ostor_admin_activate()['status']);
        self::assertSame('success', ostor_admin_deactivate()['status']);
    }
}

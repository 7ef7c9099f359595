<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\AddonTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\ServiceProperties;

/**
 * Adopting S3 users by the evidence WHMCS has.
 */
final class AddonAdoptTest extends AddonTestCase
{
    private const ADOPT = ['page' => 'adopt', 'server' => '3', 'run' => '1'];
    private const USER_2 = 'fedcba9876543210';
    private const APPLIED = [
        'user_id' => self::USER, 'user_email' => 'anna@example.com', 'access_key_id' => self::KEY,
        'secret_access_key' => self::SECRET_KEY, 'endpoint' => 'https://s3.example.com', 'region' => 'us-east-1',
        'state' => 'active',
    ];

    protected function setUp(): void
    {
        parent::setUp();
        Host::$tables['tblproducts'] = [
            ['id' => 1, 'servertype' => 'ostor', 'servergroup' => 1],
            ['id' => 2, 'servertype' => 'ostor', 'servergroup' => 2],
            ['id' => 3, 'servertype' => 'ostor', 'servergroup' => 0],
        ];
        Host::$tables['tblservergroupsrel'] = [['groupid' => 1, 'serverid' => 3], ['groupid' => 2, 'serverid' => 4]];
        Host::$tables['tblclients'] = [
            ['id' => 7, 'email' => 'anna@example.com'], ['id' => 8, 'email' => 'o&#039;hara@example.com'],
        ];
        Host::$services = [self::row(41), self::row(42, ['server' => 0, 'domainstatus' => 'Suspended'])];
        Host::$notes = [];
    }

    public function testEvidenceIsWhatWhmcsKnows(): void
    {
        Host::$services = [
            self::row(41),
            self::row(42, ['userid' => 8, 'username' => self::USER]),
            self::row(43, ['userid' => 9]),
            self::row(44, ['domainstatus' => 'Terminated']),
            self::row(45, ['server' => 4, 'packageid' => 2]),
            self::row(46, ['server' => 0, 'packageid' => 2]),
            self::row(47, ['server' => 0, 'packageid' => 3, 'userid' => 9]),
        ];
        Host::$notes = [
            self::note(7, "UserId: " . self::USER_2 . "\nAWSAccessKeyId: " . self::KEY_2 . "\nAWSSecretAccessKey: x"),
            self::note(7, 'AWSAccessKeyId: ' . self::KEY_2 . ' and S3AccessKeyId:' . self::KEY),
            self::note(8, 'AWSAccessKeyId: ' . self::KEY_2),
            self::note(9, 'Object storage service #43:' . "\n" . 'Access key ID: ' . self::KEY),
        ];
        Host::$tables['tblclients'][] = ['id' => 9, 'email' => 'Now@Example.com'];
        Host::$tables['tblcustomfields'] = [
            ['id' => 5, 'type' => 'product', 'fieldname' => 'Access Key ID|Key'],
            ['id' => 6, 'type' => 'product', 'fieldname' => 'Colour'],
        ];
        Host::$tables['tblcustomfieldsvalues'] = [
            ['fieldid' => 5, 'relid' => 42, 'value' => self::KEY], ['fieldid' => 6, 'relid' => 43, 'value' => 'red'],
        ];
        Host::$tables['tblactivitylog'] = [
            ['userid' => 9, 'description' => 'Client Profile Modified - Email: \'old.one@example.com\' to'
                . ' \'o&#039;hara+s3@example.com\' - User ID: 9'],
            ['userid' => 9, 'description' => 'Client Profile Modified - Email: \'NOW@example.com\' to \'x@y\''],
            ['userid' => 9, 'description' => 'Email Sent to boss@example.com'],
            ['userid' => 7, 'description' => 'Client Profile Modified - Email: \'seven@example.com\''],
        ];
        Host::$tables['tblusers_clients'] = [['auth_user_id' => 3, 'client_id' => 9], ['auth_user_id' => 4, 'client_id' => 8]];
        Host::$tables['tblusers'] = [['id' => 3, 'email' => 'login@example.com'], ['id' => 4, 'email' => 'eight@example.com']];

        $former = ['old.one@example.com', 'o\'hara+s3@example.com', 'login@example.com'];
        self::assertEquals([
            self::evidence(41, 7, 'anna@example.com', [], null, [self::KEY_2, self::KEY]),
            self::evidence(42, 8, 'o\'hara@example.com', [], self::USER, [self::KEY]),
            self::evidence(43, 9, 'Now@Example.com', $former, null, []),
            self::evidence(47, 9, 'Now@Example.com', $former, null, []),
        ], self::asked([]));
    }

    public function testAServiceWithoutAServerIsNotTakenWhereAnotherClusterCouldBeMeant(): void
    {
        Host::$services = [self::row(47, ['server' => 0, 'packageid' => 3])];
        Host::$tables['tblservers'][] = self::server(4);
        self::assertSame([], self::asked([]));
    }

    public function testNothingIsLookedForUnasked(): void
    {
        self::$bridge->script([]);
        self::assertStringContainsString('Look for matches', self::visit(['page' => 'adopt', 'server' => '3']));
        self::assertSame([], self::calls());
    }

    public function testThePlanIsShownByWhatCanBeDone(): void
    {
        self::$bridge->script([self::plan([
            self::match(41, ['evidence' => ['The key <b> is its own.']]),
            self::match(42, ['outcome' => 'ambiguous', 'user_id' => null, 'problem' => 'Two users have the address.']),
            self::match(99, []),
        ])]);
        $html = self::visit(self::ADOPT);
        self::assertSame('Can be adopted: 1 | Not certain: 1', self::text($html, '//h3'));
        self::assertStringContainsString('Services looked at: 2. Adopted already: 0.', self::text($html));
        self::assertStringContainsString('The key <b> is its own.', self::text($html));
        self::assertStringContainsString('Two users have the address.', self::text($html));
        self::assertSame('41', self::text($html, '//input[@name="service"][@type="hidden"]/@value'));
        self::assertStringContainsString('Adopt all 1…', $html);
    }

    public function testOneIsAdoptedAfterAQuestion(): void
    {
        $fields = ['action' => 'adopt', 'service' => '42', 'user_id' => self::USER, 'identity' => 'anna@example.com'];
        self::$bridge->script([self::for('users.get', ['email' => 'anna@example.com'] + self::USER_FOUND)]);
        [$next, $html] = self::submit(self::ADOPT, $fields);
        self::assertNull($next);
        self::assertStringContainsString('Adopt the S3 user ' . self::USER . ' (anna@example.com) for service #42?', self::text($html));
        self::assertSame([], self::changes());

        self::$bridge->script([
            self::for('users.get', ['email' => 'anna@example.com'] + self::USER_FOUND),
            self::for('adoption.apply', self::APPLIED),
        ]);
        [$next] = self::submit(self::ADOPT, $fields + ['confirmed' => '1']);
        self::assertStringEndsWith('page=adopt&run=1', (string) $next);
        self::assertSame([['adoption.apply', [
            'cluster' => 'eu3', 'service_id' => 42, 'client_id' => 7, 'user_id' => self::USER,
            'identity' => 'anna@example.com', 'email' => 'anna@example.com', 'actor' => self::ADMIN,
        ]]], self::changes());
        self::assertSame(
            ['Username' => self::USER, 'Password' => self::SECRET_KEY, 'Access Key ID' => self::KEY],
            Host::$properties[42]->saved
        );
        self::assertSame([['UpdateClientProduct', ['serviceid' => 42, 'serverid' => 3]]], Host::$commands);
        self::assertStringNotContainsString(self::SECRET_KEY, json_encode([
            array_map(static function (array $entry): array {
                return array_slice($entry, 0, 5);
            }, Host::$moduleLog), Host::$activityLog, $_SESSION,
        ], JSON_UNESCAPED_SLASHES));
    }

    public function testAServiceThatHasAServerKeepsIt(): void
    {
        self::$bridge->script([self::for('users.get', self::USER_FOUND), self::for('adoption.apply', self::APPLIED)]);
        $fields = ['action' => 'adopt', 'service' => '41', 'user_id' => self::USER, 'confirmed' => '1'];
        self::assertNotNull(self::submit(self::ADOPT, $fields)[0]);
        self::assertSame([], Host::$commands);
        self::assertSame(self::EMAIL, self::changes()[0][1]['identity'], 'by hand it is whatever the user has');
    }

    public function testAnImportedServiceGetsTheUserOfTheDeletedOne(): void
    {
        $match = self::match(41, ['from_service_id' => 12]);
        self::$bridge->script([self::plan([$match])]);
        self::assertSame('12', self::text(self::visit(self::ADOPT), '//input[@name="from"][@type="hidden"]/@value'));

        self::$bridge->script([self::plan([$match]), self::for('adoption.apply', self::APPLIED)]);
        self::submit(self::ADOPT, ['action' => 'adopt_all', 'confirmed' => '1']);
        self::assertSame(12, self::changes()[0][1]['from_service_id']);

        $fields = ['action' => 'adopt', 'service' => '41', 'user_id' => self::USER, 'from' => '12'];
        self::$bridge->script([self::for('users.get', self::USER_FOUND)]);
        $html = self::submit(self::ADOPT, $fields)[1];
        self::assertStringContainsString('Service #12, which WHMCS does not have any more, loses it', self::text($html));
        self::$bridge->script([self::for('users.get', self::USER_FOUND), self::for('adoption.apply', self::APPLIED)]);
        self::submit(self::ADOPT, $fields + ['confirmed' => '1']);
        self::assertSame(12, self::changes()[0][1]['from_service_id']);
    }

    public function testAServiceThatIsInWhmcsKeepsItsUser(): void
    {
        Host::$services[] = self::row(12, ['domainstatus' => 'Terminated', 'server' => 4, 'packageid' => 9]);
        $match = self::match(41, ['from_service_id' => 12]);
        self::$bridge->script([self::plan([$match])]);
        $html = self::visit(self::ADOPT);
        self::assertSame('Contradictions: 1', self::text($html, '//h3'));
        self::assertStringContainsString('belongs to service #12, which is in WHMCS', self::text($html));

        $fields = ['action' => 'adopt', 'service' => '41', 'user_id' => self::USER, 'from' => '12', 'confirmed' => '1'];
        self::$bridge->script([self::for('users.get', self::USER_FOUND)]);
        $html = self::submit(self::ADOPT, $fields)[1];
        self::assertStringContainsString('which is in WHMCS', self::text($html, '//*[@role="alert"][1]'));
        self::assertSame([], self::changes());
    }

    /**
     * @return array<string, array{0: array<string, string>, 1: string}>
     */
    public static function refusals(): array
    {
        return [
            'no such service' => [['service' => '77'], 'no active or suspended service #77'],
            'no number' => [['service' => 'x'], 'is not the number of a service'],
            'no service' => [['service' => ''], 'Service number is empty'],
            'no user' => [['user_id' => ''], 'S3 user ID is empty'],
            'no former service' => [['from' => 'x'], 'is not the number of a service'],
            'no id' => [['user_id' => 'ZZ'], '"ZZ" is not the ID of an S3 user'],
            'another address by now' => [['identity' => 'other@example.com'], 'by now, not other@example.com'],
        ];
    }

    /**
     * @dataProvider refusals
     */
    public function testWhatDoesNotFitIsNotAdopted(array $fields, string $words): void
    {
        self::$bridge->script([self::for('users.get', self::USER_FOUND)]);
        $fields += ['action' => 'adopt', 'service' => '41', 'user_id' => self::USER, 'confirmed' => '1'];
        self::assertStringContainsString($words, self::text(self::submit(self::ADOPT, $fields)[1], '//*[@role="alert"][1]'));
        self::assertSame([], self::changes());
        self::assertSame([], Host::$properties);
    }

    public function testAllAreAdoptedAPartAtATime(): void
    {
        Host::$services = array_map([self::class, 'row'], range(1, 220));
        $matches = array_map([self::class, 'match'], range(1, 220));
        $matches[2]['outcome'] = 'conflict';
        self::$bridge->script([self::plan($matches)]);
        [, $html] = self::submit(self::ADOPT, ['action' => 'adopt_all']);
        self::assertStringContainsString('Adopt every S3 user that was found? Services: 219.', self::text($html));
        self::assertSame([], self::changes());

        $parts = [];
        $after = '';
        do {
            self::$bridge->script(array_merge([self::plan($matches)], self::applied(100)));
            $fields = ['action' => 'adopt_all', 'confirmed' => '1'] + ($after === '' ? [] : ['after' => $after]);
            $next = (string) self::submit(self::ADOPT, $fields)[0];
            $parts[] = array_column(array_column(self::changes(), 1), 'service_id');
            $after = preg_match('/&after=(\d+)$/', $next, $found) === 1 ? $found[1] : '';
            if ($after !== '') {
                self::$bridge->script([self::plan($matches)]);
                $html = self::visit(self::ADOPT + ['after' => $after]);
                $left = 219 - count(array_merge(...$parts));
                self::assertStringContainsString('Go on with the remaining ' . $left, $html);
                self::assertSame($after, self::text($html, '//input[@name="after"]/@value'));
            }
        } while ($after !== '');
        self::assertSame([100, 100, 19], array_map('count', $parts));
        self::assertSame(array_values(array_diff(range(1, 220), [3])), array_merge(...$parts));
        self::assertCount(219, Host::$properties);
        self::assertStringContainsString('Adopted: 19. Left to do: 0. Failed: 0.', end(Host::$activityLog)[0]);
    }

    public function testOneFailureDoesNotStopTheOthers(): void
    {
        Host::$properties[41] = new ServiceProperties();
        Host::$properties[41]->failure = new \RuntimeException('no table for ' . self::SECRET_KEY);
        self::$bridge->script(array_merge([self::plan([self::match(41), self::match(42)])], self::applied(2)));
        [$next] = self::submit(self::ADOPT, ['action' => 'adopt_all', 'confirmed' => '1']);
        self::assertStringEndsWith('page=adopt&run=1', (string) $next);
        $told = $_SESSION['ostor_admin_notice'];
        self::assertStringStartsWith('Adopted: 1. Left to do: 0. Failed: 1. Service #41: ', $told);
        self::assertStringContainsString('no table for ***', $told);
        self::assertSame(self::USER, Host::$properties[42]->saved['Username']);
    }

    public function testAUserWithoutAKeyPairIsAdoptedAndSaidToHaveNone(): void
    {
        self::$bridge->script([self::plan([self::match(41)]), self::for('adoption.apply', [
            'access_key_id' => null, 'secret_access_key' => null,
        ] + self::APPLIED)]);
        self::submit(self::ADOPT, ['action' => 'adopt_all', 'confirmed' => '1']);
        self::assertSame(['Username' => self::USER], Host::$properties[41]->saved);
        self::assertStringContainsString('it has no key pair. Run Create', $_SESSION['ostor_admin_notice']);
    }

    public function testAddressesTheBridgeWouldNotTakeAreLeftOut(): void
    {
        Host::$services = [self::row(41), self::row(42, ['userid' => 8]), self::row(43, ['userid' => 9])];
        Host::$tables['tblclients'] = [
            ['id' => 7, 'email' => str_repeat('x', 250) . '@y.zz'], ['id' => 8, 'email' => "a\nb@example.com"],
        ];
        self::assertSame(['', '', ''], array_column(self::asked(), 'email'));
    }

    public function testABridgeThatFailsIsNotAskedForEveryService(): void
    {
        Host::$services = array_map([self::class, 'row'], range(1, 20));
        self::$bridge->script(array_merge(
            [self::plan(array_map([self::class, 'match'], range(1, 20)))],
            self::applied(2),
            array_fill(0, 20, ['for' => 'adoption.apply'] + self::error('No ledger.', ['reason' => 'ledger_unavailable']))
        ));
        [$next] = self::submit(self::ADOPT, ['action' => 'adopt_all', 'confirmed' => '1']);
        self::assertStringEndsWith('page=adopt&run=1&after=7', (string) $next);
        self::assertCount(7, self::changes());
        self::assertStringContainsString('Adopted: 2. Left to do: 13. Failed: 5.', $_SESSION['ostor_admin_notice']);
    }

    public function testWhatWasRecordedButNotStoredIsDoneAgain(): void
    {
        Host::$services = [
            self::row(41, ['username' => self::USER]), self::row(42), self::row(43, ['username' => self::USER_2]),
        ];
        Host::$tables['tblcustomfields'] = [['id' => 5, 'type' => 'product', 'fieldname' => 'Access Key ID']];
        Host::$tables['tblcustomfieldsvalues'] = [['fieldid' => 5, 'relid' => 43, 'value' => self::KEY]];
        self::$bridge->script([self::plan([
            self::match(41, ['outcome' => 'adopted']), self::match(42, ['outcome' => 'adopted']),
            self::match(43, ['outcome' => 'adopted', 'user_id' => self::USER_2]),
        ])]);
        $html = self::visit(self::ADOPT);
        self::assertStringContainsString('Adopted already: 1.', self::text($html));
        self::assertSame('Can be adopted: 2', self::text($html, '//h3'));
    }

    /**
     * @return array<int, array<string, mixed>>
     */
    private static function applied(int $times): array
    {
        return array_fill(0, $times, self::for('adoption.apply', self::APPLIED));
    }

    /**
     * @param array<int, array<string, mixed>> $matches
     * @return array<string, mixed>
     */
    private static function plan(array $matches): array
    {
        return self::for('adoption.plan', ['matches' => $matches]);
    }

    /**
     * @param array<string, mixed> $change
     * @return array<string, mixed>
     */
    private static function match(int $service, array $change = []): array
    {
        return $change + [
            'service_id' => $service, 'outcome' => 'match', 'user_id' => self::USER, 'identity' => 'anna@example.com',
            'evidence' => [], 'problem' => null,
        ];
    }

    /**
     * What the bridge is asked.
     *
     * @return array<int, array<string, mixed>>
     */
    protected static function asked(array $matches = []): array
    {
        self::$bridge->script([self::plan($matches)]);
        self::visit(self::ADOPT);
        [[$method, $params]] = self::calls();
        self::assertSame(['adoption.plan', ['cluster', 'services']], [$method, array_keys($params)]);

        return $params['services'];
    }

    /**
     * @return array<string, mixed>
     */
    private static function evidence(int $id, int $client, string $email, array $former, ?string $user, array $keys): array
    {
        return [
            'service_id' => $id, 'client_id' => $client, 'email' => $email, 'former_emails' => $former,
            'user_id' => $user, 'access_key_ids' => $keys,
        ];
    }

    /**
     * @return array{id: int, userid: int, created: string, note: string}
     */
    private static function note(int $client, string $text): array
    {
        static $id = 0;

        return ['id' => ++$id, 'userid' => $client, 'created' => '2026-11-22 10:00:00', 'note' => $text];
    }

    /**
     * @param array<string, mixed> $change
     * @return array<string, mixed> row of tblhosting
     */
    private static function row(int $id, array $change = []): array
    {
        return $change + [
            'id' => $id, 'userid' => 7, 'packageid' => 1, 'server' => 3, 'username' => 'storage1', 'domainstatus' => 'Active',
        ];
    }
}

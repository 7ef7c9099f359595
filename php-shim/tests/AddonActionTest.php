<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\AddonTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;

/**
 * What each form of the addon has the bridge do, and what it refuses.
 */
final class AddonActionTest extends AddonTestCase
{
    private const ON_USER = ['page' => 'user', 'server' => '3', 'user' => self::USER];
    private const ON_BUCKET = ['page' => 'bucket', 'server' => '3', 'bucket' => 'my "photos" & <b>'];
    private const WAS = [
        'was_limit_default' => '0.5', 'was_limit_get' => '100', 'was_limit_put' => '', 'was_limit_list' => '',
        'was_limit_delete' => '', 'was_limit_bandwidth' => '2048',
    ];

    /**
     * Address, fields, method, parameters, answer, words of the sentence.
     *
     * @return array<string, array<int, mixed>>
     */
    public static function actions(): array
    {
        $user = ['user_id' => self::USER];
        $bucket = ['bucket' => self::ON_BUCKET['bucket']];
        $limits = ['limits' => self::LIMITS];

        return [
            'enable' => [
                self::ON_USER, ['action' => 'enable_user'],
                'users.enable', $user, $user + ['enabled' => true], 'is enabled',
            ],
            'disable' => [
                self::ON_USER, ['action' => 'disable_user', 'confirmed' => '1'],
                'users.disable', $user, $user + ['enabled' => false], 'is disabled',
            ],
            'delete' => [
                self::ON_USER, ['action' => 'delete_user', 'confirmed' => '1'],
                'users.delete', $user, $user + ['deleted' => true], 'was deleted',
            ],
            'delete what is gone' => [
                self::ON_USER, ['action' => 'delete_user', 'confirmed' => '1'],
                'users.delete', $user, $user + ['deleted' => false], 'was not there any more',
            ],
            'revoke' => [
                self::ON_USER, ['action' => 'revoke_key', 'key' => self::KEY, 'confirmed' => '1'],
                'keys.revoke', $user + ['access_key_id' => self::KEY], ['revoked' => true, 'keys' => []],
                'The key ' . self::KEY . ' of the user ' . self::USER . ' was revoked',
            ],
            'revoke of a sub-account' => [
                self::ON_USER,
                ['action' => 'revoke_key', 'key' => self::KEY_2, 'account' => 'back "up"', 'confirmed' => '1'],
                'keys.revoke', $user + ['account' => 'back "up"', 'access_key_id' => self::KEY_2],
                ['revoked' => false, 'keys' => []], 'of the sub-account back "up" was not there any more',
            ],
            'delete sub-account' => [
                self::ON_USER, ['action' => 'delete_account', 'account' => 'backup', 'confirmed' => '1'],
                'accounts.delete', $user + ['name' => 'backup'], ['deleted' => true], 'sub-account backup was deleted',
            ],
            'limits of a user' => [
                self::ON_USER,
                self::WAS + [
                    'action' => 'set_limits', 'limit_default' => '', 'limit_get' => '100', 'limit_put' => '0.25',
                    'limit_list' => '7', 'limit_bandwidth' => 'unlimited',
                ],
                'limits.set',
                $user + ['limits' => [
                    'bandwidth_out_kbps' => null,
                    'ops_per_second' => ['default' => null, 'put' => 0.25, 'list' => 7],
                ]],
                $limits, 'Now in force: Requests/s 0.5, GET/s 100, Outgoing bandwidth (kB/s) 2048.',
            ],
            'limits of a bucket' => [
                self::ON_BUCKET, self::WAS + ['action' => 'set_limits', 'limit_bandwidth' => '100'],
                'limits.set', $bucket + ['limits' => ['bandwidth_out_kbps' => 100]],
                ['limits' => ['ops_per_second' => [], 'bandwidth_out_kbps' => null]], 'Now in force: no limits.',
            ],
            'remove request limits' => [
                self::ON_USER, ['action' => 'delete_limits', 'type' => 'ops'],
                'limits.delete', $user + ['type' => 'ops'], $limits, 'Now in force',
            ],
            'remove bandwidth limit of a bucket' => [
                self::ON_BUCKET, ['action' => 'delete_limits', 'type' => 'bandwidth'],
                'limits.delete', $bucket + ['type' => 'bandwidth'], $limits, 'Now in force',
            ],
            'remove all limits' => [
                self::ON_USER, ['action' => 'delete_limits'], 'limits.delete', $user, $limits, 'Now in force',
            ],
            'quota of a user' => [
                self::ON_USER, ['action' => 'set_quota', 'quota' => ' 250 '],
                'quotas.set', $user + ['quota_gb' => 250], $user + ['quota_gb' => 250], 'The quota is 250 GB now',
            ],
            'quota of a bucket removed' => [
                self::ON_BUCKET, ['action' => 'delete_quota'],
                'quotas.delete', $bucket, $bucket + ['quota_gb' => null], 'The quota was removed',
            ],
            'default quota of users' => [
                ['page' => 'defaults'],
                ['action' => 'set_quota', 'default' => 'user', 'quota' => '5', 'confirmed' => '1'],
                'quotas.set', ['default' => 'user', 'quota_gb' => 5], ['quota_gb' => 5], 'The quota is 5 GB now',
            ],
            'default quota of buckets removed' => [
                ['page' => 'defaults'], ['action' => 'delete_quota', 'default' => 'bucket', 'confirmed' => '1'],
                'quotas.delete', ['default' => 'bucket'], ['quota_gb' => null], 'The quota was removed',
            ],
            'delete bucket' => [
                self::ON_BUCKET, ['action' => 'delete_bucket', 'confirmed' => '1'],
                'buckets.delete', $bucket, $bucket + ['deleted' => true], 'The bucket my "photos" & <b> was deleted',
            ],
            'delete statistics' => [
                ['page' => 'statistics'], ['action' => 'delete_statistics', 'name' => 's3-usage/a b', 'confirmed' => '1'],
                'statistics.delete', ['name' => 's3-usage/a b'], ['deleted' => true], 's3-usage/a b was deleted',
            ],
            'discard statistics' => [
                ['page' => 'statistics'],
                ['action' => 'delete_statistics', 'name' => 'x', 'discard' => '1', 'confirmed' => '1'],
                'statistics.delete', ['name' => 'x', 'discard' => true], ['deleted' => true], 'x was deleted',
            ],
        ];
    }

    /**
     * @dataProvider actions
     */
    public function testActionIsDoneOnceAndToldAfterARedirect(
        array $address,
        array $fields,
        string $method,
        array $params,
        array $answer,
        string $words
    ): void {
        self::$bridge->script([self::result($answer)]);
        [$next, $html] = self::submit($address, $fields);
        self::assertSame([[$method, ['cluster' => 'eu3'] + $params + ['actor' => self::ADMIN]]], self::calls());
        self::assertStringContainsString($words, self::text($html));
        self::assertStringStartsWith('addonmodules.php?module=ostor_admin&server=3&page=', (string) $next);
        self::assertStringNotContainsString($words, urldecode((string) $next));
        self::assertStringContainsString($words, $_SESSION['ostor_admin_notice']);
        self::assertStringContainsString($words, Host::$activityLog[0][0]);

        self::$bridge->script([self::result(['entries' => []]) + ['forever' => true]]);
        self::assertStringContainsString($words, self::text(self::visit(['page' => 'audit'])));
        self::assertStringNotContainsString($words, self::text(self::visit(['page' => 'audit'])));
    }

    /**
     * @dataProvider actions
     */
    public function testWithoutATokenNothingIsSent(array $address, array $fields): void
    {
        foreach (['', 'stale-token'] as $token) {
            [$next, $html] = self::submit($address, $fields, $token);
            self::assertNull($next);
            self::assertSame([], self::changes());
            self::assertStringContainsString('The form has expired', self::text($html, '//*[@role="alert"][1]'));
        }
    }

    /**
     * @dataProvider actions
     */
    public function testNothingIsSentWithoutAnAdmin(array $address, array $fields): void
    {
        unset($_SESSION['adminid']);
        [$next, $html] = self::submit($address, $fields);
        self::assertSame([null, []], [$next, self::calls()]);
        self::assertStringContainsString('No administrator is logged in', $html);
    }

    /**
     * @dataProvider actions
     */
    public function testRefusalOfTheBridgeIsShownWithItsRequest(array $address, array $fields, string $method): void
    {
        self::$bridge->script([['for' => $method] + self::error('It <b>cannot</b> be & "was" not done.', [
            'reason' => 'scope_missing', 'request_id' => 'req-1',
        ])]);
        [$next, $html] = self::submit($address, $fields);
        self::assertNull($next);
        self::assertStringContainsString(
            'It <b>cannot</b> be & "was" not done. (reason: scope_missing, request req-1)',
            self::text($html, '(//*[@role="alert"])[1]')
        );
        self::assertStringNotContainsString('<b>cannot', $html);
        self::assertArrayNotHasKey('ostor_admin_notice', $_SESSION);
        self::assertSame([], Host::$activityLog);
    }

    public function testAnAnswerThatDoesNotSayWhetherItWasDoneIsNoSuccess(): void
    {
        self::$bridge->script([self::result(['user_id' => self::USER])]);
        [$next, $html] = self::submit(self::ON_USER, ['action' => 'delete_user', 'confirmed' => '1']);
        self::assertNull($next);
        self::assertStringContainsString('lacks a usable deleted', self::text($html));
    }

    /**
     * @return array<string, array<int, mixed>>
     */
    public static function questions(): array
    {
        return array_filter(self::actions(), static function (array $case): bool {
            return isset($case[1]['confirmed']);
        });
    }

    /**
     * @dataProvider questions
     */
    public function testWhatDestroysIsAskedFirst(array $address, array $fields, string $method, array $params): void
    {
        unset($fields['confirmed']);
        [$next, $html] = self::submit($address, $fields);
        self::assertSame([null, []], [$next, self::calls()]);
        $path = self::read($html);
        self::assertSame(1, $path->query('//form[@method="post"]')->length);
        $sent = [];
        foreach ($path->query('//form[@method="post"]//input') as $input) {
            $sent[$input->getAttribute('name')] = $input->getAttribute('value');
        }
        self::assertEquals(['token' => 'good-token', 'confirmed' => '1'] + $fields, $sent);

        // The form is what does it.
        parse_str((string) parse_url($path->evaluate('string(//form/@action)'), PHP_URL_QUERY), $again);
        self::$bridge->script([self::result(self::actions()[$this->dataName()][4])]);
        self::submit($again, $sent);
        self::assertSame([[$method, ['cluster' => 'eu3'] + $params + ['actor' => self::ADMIN]]], self::calls());
    }

    /**
     * Address, fields, words of the sentence.
     *
     * @return array<string, array{0: array<string, mixed>, 1: array<string, mixed>, 2: string}>
     */
    public static function badInput(): array
    {
        $markup = '<script>alert("x")</script>\'';
        $cases = [
            'no action' => [self::ON_USER, [], 'does not say what to do'],
            'unknown action' => [self::ON_USER, ['action' => 'run'], 'does not say what to do'],
            'action of a wrong type' => [self::ON_USER, ['action' => ['enable_user']], 'cannot be used'],
            'method in place of an action' => [self::ON_USER, ['action' => 'deleteUser'], 'does not say what to do'],
            'no user' => [['page' => 'user'], ['action' => 'enable_user'], '"" is not the ID of an S3 user'],
            'user of a wrong type' => [['user' => ['x']] + self::ON_USER, ['action' => 'enable_user'], 'cannot be used'],
            'user in capitals' => [
                ['user' => strtoupper(self::USER)] + self::ON_USER, ['action' => 'enable_user'], 'is not the ID',
            ],
            'user with markup' => [['user' => $markup] + self::ON_USER, ['action' => 'enable_user'], $markup],
            'user too long' => [
                ['user' => str_repeat('a', 65)] + self::ON_USER, ['action' => 'enable_user'], 'longer than 64 bytes',
            ],
            'no e-mail' => [['page' => 'users'], ['action' => 'create_user'], 'E-mail address is empty'],
            'blank e-mail' => [['page' => 'users'], ['action' => 'create_user', 'email' => "  \t"], 'address is empty'],
            'e-mail of a wrong type' => [['page' => 'users'], ['action' => 'create_user', 'email' => ['a']], 'used'],
            'e-mail too long' => [
                ['page' => 'users'], ['action' => 'create_user', 'email' => str_repeat('a', 255)],
                'E-mail address is longer than 254 bytes',
            ],
            'e-mail with a line break' => [
                ['page' => 'users'], ['action' => 'create_user', 'email' => "a@b\r\nc"], 'cannot be used',
            ],
            'e-mail that is no UTF-8' => [
                ['page' => 'users'], ['action' => 'create_user', 'email' => "a\xff@b"], 'cannot be used',
            ],
            'no sub-account' => [self::ON_USER, ['action' => 'create_account'], 'Name of the sub-account is empty'],
            'sub-account too long' => [
                self::ON_USER, ['action' => 'create_account', 'account' => str_repeat('a', 65)], 'longer than 64',
            ],
            'no key' => [self::ON_USER, ['action' => 'revoke_key', 'confirmed' => '1'], 'Access key ID is empty'],
            'key with markup' => [
                self::ON_USER, ['action' => 'revoke_key', 'key' => $markup, 'confirmed' => '1'], $markup,
            ],
            'no limit changed' => [self::ON_USER, self::WAS + ['action' => 'set_limits'], 'Nothing was changed'],
            'kind of limits' => [self::ON_USER, ['action' => 'delete_limits', 'type' => 'all'], 'which limits'],
            'no quota' => [self::ON_USER, ['action' => 'set_quota'], 'Quota in gigabytes is empty'],
            'no default' => [['page' => 'defaults'], ['action' => 'set_quota', 'quota' => '5'], 'which default'],
            'unknown default' => [
                ['page' => 'defaults'], ['action' => 'delete_quota', 'default' => 'all', 'confirmed' => '1'],
                'which default',
            ],
            'no bucket' => [['page' => 'bucket'], ['action' => 'delete_bucket', 'confirmed' => '1'], 'names no bucket'],
            'bucket too long' => [
                ['page' => 'bucket', 'bucket' => str_repeat('b', 256)],
                ['action' => 'delete_bucket', 'confirmed' => '1'], 'longer than 255',
            ],
            'no statistics object' => [
                ['page' => 'statistics'], ['action' => 'delete_statistics', 'confirmed' => '1'],
                'Statistics object is empty',
            ],
            'unknown server' => [['server' => '99'] + self::ON_USER, ['action' => 'enable_user'], 'no server 99'],
            'server with markup' => [['server' => '<b>"1"'] + self::ON_USER, ['action' => 'enable_user'], 'server <b>"1" of'],
        ];
        foreach (['0', '0.00', '-1', '1.234', '1e3', '1,5', '1000000001', 'many', $markup, '٣'] as $number) {
            $cases['limit ' . $number] = [
                self::ON_USER, self::WAS + ['action' => 'set_limits', 'limit_put' => $number], 'is not a limit',
            ];
        }
        unset($cases['limit ' . $markup]);
        foreach (['0', '0.5', '-1', '+5', '1e3', '99999999999', 'ten', '5 GB'] as $number) {
            $cases['quota ' . $number] = [
                self::ON_USER, ['action' => 'set_quota', 'quota' => $number], '"' . $number . '" is not a quota',
            ];
        }

        return $cases;
    }

    /**
     * @dataProvider badInput
     */
    public function testBadInputIsASentenceAndChangesNothing(array $address, array $fields, string $words): void
    {
        foreach ([$fields, self::encoded($fields)] as $spelling) {
            [$next, $html] = self::submit($address, $spelling);
            self::assertNull($next);
            self::assertSame([], self::changes());
            self::assertStringContainsString($words, self::text($html, '(//*[@role="alert"])[1]'));
            self::assertStringNotContainsString('<script', $html);
            self::assertSame([], Host::$activityLog);
        }
    }

    /**
     * WHMCS may encode what was typed before it gets here; then it is still sent as it was typed.
     */
    public function testEncodedTextIsSentAsTyped(): void
    {
        $typed = 'o\'hara & "co" <x>@example.com';
        foreach ([$typed, htmlspecialchars($typed, ENT_QUOTES)] as $spelling) {
            self::$bridge->script([self::result(['user_id' => self::USER, 'keys' => [], 'email' => $typed])]);
            [, $html] = self::submit(['page' => 'users'], ['action' => 'create_user', 'email' => $spelling]);
            self::assertSame($typed, self::calls()[0][1]['email']);
            self::assertStringContainsString('(' . $typed . ') was created', self::text($html));
        }
    }

    public function testRefusedFormKeepsWhatWasTyped(): void
    {
        self::$bridge->script(self::userAnswers());
        $fields = self::WAS + ['action' => 'set_limits', 'limit_get' => '50', 'limit_put' => 'a "lot" <b>'];
        [, $html] = self::submit(self::ON_USER, $fields);
        $path = self::read($html);
        self::assertSame('50', $path->evaluate('string(//input[@name="limit_get"]/@value)'));
        self::assertSame('a "lot" <b>', $path->evaluate('string(//input[@name="limit_put"]/@value)'));
        self::assertSame('100', $path->evaluate('string(//input[@name="was_limit_get"]/@value)'));
    }

    public function testAThirdKeyIsRefusedInWords(): void
    {
        self::$bridge->script([
            self::for('keys.list', ['keys' => [['access_key_id' => self::KEY], ['access_key_id' => self::KEY_2]]]),
            ['for' => 'keys.generate'] + self::error('The user has two key pairs.', [
                'reason' => 'key_limit', 'request_id' => 'req-3',
            ]),
        ]);
        [$next, $html] = self::submit(self::ON_USER, [
            'action' => 'generate_key', 'known' => self::KEY_2 . ',' . self::KEY,
        ]);
        self::assertNull($next);
        self::assertStringContainsString('two key pairs. (reason: key_limit, request req-3)', self::text($html));
        self::assertCount(1, self::changes());
    }

    public function testAFormSentTwiceMakesOneKey(): void
    {
        $pair = ['access_key_id' => self::KEY_2, 'secret_access_key' => self::SECRET_KEY];
        $fields = ['action' => 'generate_key', 'known' => self::KEY];
        self::$bridge->script([self::for('keys.list', ['keys' => [['access_key_id' => self::KEY]]]), self::result($pair)]);
        [, $html] = self::submit(self::ON_USER, $fields);
        self::assertCount(1, self::changes());
        self::assertStringContainsString(self::SECRET_KEY, self::text($html));

        self::$bridge->script([
            self::for('keys.list', ['keys' => [['access_key_id' => self::KEY], ['access_key_id' => self::KEY_2]]]),
        ]);
        [, $html] = self::submit(self::ON_USER, $fields);
        self::assertSame([], self::changes());
        self::assertStringContainsString('perhaps it was sent twice', self::text($html));
    }

    /**
     * @param array<string, mixed> $fields
     * @return array<string, mixed>
     */
    private static function encoded(array $fields): array
    {
        return array_map(static function ($value) {
            return is_string($value) && mb_check_encoding($value) ? htmlspecialchars($value, ENT_QUOTES) : $value;
        }, $fields);
    }
}

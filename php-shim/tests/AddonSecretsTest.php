<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\AddonTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;

/**
 * Secret keys are in the answer to a form that asks for them, and nowhere else.
 */
final class AddonSecretsTest extends AddonTestCase
{
    private const ON_USER = ['page' => 'user', 'server' => '3', 'user' => self::USER];
    private const PAIR = ['access_key_id' => self::KEY_2, 'secret_access_key' => self::SECRET_KEY];

    /**
     * Address, fields, answers, the last call.
     *
     * @return array<string, array<int, mixed>>
     */
    public static function forms(): array
    {
        $user = ['user_id' => self::USER];
        $list = self::for('keys.list', ['keys' => []]);

        return [
            'create user' => [
                ['page' => 'users'], ['action' => 'create_user', 'email' => self::EMAIL],
                [self::result($user + ['email' => self::EMAIL, 'keys' => [self::PAIR]])],
                ['users.create', ['email' => self::EMAIL, 'actor' => self::ADMIN]],
            ],
            'create sub-account' => [
                self::ON_USER, ['action' => 'create_account', 'account' => 'a "b" <c>'],
                [self::result($user + ['name' => 'a "b" <c>', 'keys' => [self::PAIR]])],
                ['accounts.create', $user + ['name' => 'a "b" <c>', 'actor' => self::ADMIN]],
            ],
            'generate key' => [
                self::ON_USER, ['action' => 'generate_key', 'known' => ''], [$list, self::result($user + self::PAIR)],
                ['keys.generate', $user + ['actor' => self::ADMIN]],
            ],
            'generate key of a sub-account' => [
                self::ON_USER, ['action' => 'generate_key', 'known' => '', 'account' => 'backup'],
                [$list, self::result($user + self::PAIR)],
                ['keys.generate', $user + ['account' => 'backup', 'actor' => self::ADMIN]],
            ],
            'show' => [
                self::ON_USER, ['action' => 'show_secrets', 'ticket' => '0'],
                [self::result($user + ['keys' => [self::PAIR]])],
                ['keys.list', ['secrets' => true] + $user + ['actor' => self::ADMIN]],
            ],
            'show those of a sub-account' => [
                self::ON_USER, ['action' => 'show_secrets', 'ticket' => '0', 'account' => 'backup'],
                [self::result($user + ['keys' => [self::PAIR]])],
                ['keys.list', ['secrets' => true] + $user + ['account' => 'backup', 'actor' => self::ADMIN]],
            ],
        ];
    }

    /**
     * @dataProvider forms
     */
    public function testSecretIsOnThePageThatAnswersAndNowhereElse(
        array $address,
        array $fields,
        array $answers,
        array $call
    ): void {
        self::$bridge->script($answers);
        [$next, $html] = self::submit($address, $fields);
        $calls = self::calls();
        self::assertEquals([$call[0], ['cluster' => 'eu3'] + $call[1]], end($calls));
        self::assertNull($next, 'a redirect would have to keep the secret somewhere');
        self::assertSame(1, self::read($html)->query('//tr[td/code[.="' . self::KEY_2 . '"]]')->length);
        self::assertContains(self::SECRET_KEY, explode(' | ', self::text($html, '//td/code')));
        self::assertSame(0, self::read($html)->query('//input[@name="token"]')->length);
        self::assertSame(['adminid' => 5], array_diff_key($_SESSION, ['ostor_admin_ticket' => 1]));
        self::assertCount(1, Host::$activityLog);
        self::assertClean([json_encode(Host::$activityLog), $next, implode(' ', self::hrefs($html))]);
        self::assertLogIsClean();
    }

    public function testFormShowsSecretsOnce(): void
    {
        $keys = ['keys' => [self::PAIR]];
        self::$bridge->script([self::result($keys)]);
        $form = ['action' => 'show_secrets', 'ticket' => '0'];
        [, $html] = self::submit(self::ON_USER, $form);
        self::assertStringContainsString(self::SECRET_KEY, self::text($html));
        foreach ([$form, ['action' => 'show_secrets']] as $again) {
            self::$bridge->script(self::userAnswers($keys));
            [, $html] = self::submit(self::ON_USER, $again);
            self::assertStringContainsString('The secret keys were shown already.', self::text($html));
            self::assertClean([$html]);
        }
        self::assertNotContains(true, array_column(array_column(self::calls(), 1), 'secrets'));
        $ticket = self::read($html)->query('//form[input[@value="show_secrets"]]/input[@name="ticket"]/@value')->item(0);
        self::$bridge->script([self::result($keys)]);
        [, $html] = self::submit(self::ON_USER, ['ticket' => $ticket->nodeValue] + $form);
        self::assertStringContainsString(self::SECRET_KEY, self::text($html));
    }

    /**
     * @dataProvider forms
     */
    public function testWithoutATokenNoSecretIsAskedFor(array $address, array $fields): void
    {
        self::$bridge->script(self::userAnswers());
        [, $html] = self::submit($address, $fields, 'stale');
        self::assertStringContainsString('The form has expired', self::text($html));
        foreach (self::calls() as [$method, $params]) {
            self::assertArrayNotHasKey('secrets', $params, $method);
            self::assertNotContains($method, ['keys.list', 'keys.generate', 'users.create', 'accounts.create']);
        }
    }

    public function testNoAddressShowsASecret(): void
    {
        $keys = [self::PAIR];
        $user = ['keys' => $keys, 'accounts' => [['name' => 'backup', 'keys' => $keys]]];
        $address = ['action' => 'show_secrets', 'secrets' => '1', 'confirmed' => '1', 'token' => 'good-token'];
        foreach (['user', 'users'] as $page) {
            $answers = self::userAnswers($user);
            $answers[] = self::for('users.list', ['users' => [$user + self::USER_FOUND], 'total' => 1]);
            self::$bridge->script($answers);
            $_REQUEST = $address;
            $html = self::visit($address + ['page' => $page, 'user' => self::USER]);
            self::assertClean([$html]);
            self::assertStringContainsString($page === 'user' ? self::KEY_2 : self::USER, $html);
        }
        self::assertLogIsClean();
    }

    public function testErrorThatRepeatsSecretsIsMasked(): void
    {
        self::$bridge->script([self::error('You sent ' . ScriptedBridge::SECRET, [
            'secret' => self::SECRET_KEY, 'reason' => 'echo',
        ])]);
        [, $html] = self::submit(self::ON_USER, ['action' => 'show_secrets', 'ticket' => '0']);
        self::assertStringContainsString('You sent ***', self::text($html));
        self::assertLogIsClean();
    }

    public function testLogCallsAreThoseOfTheModule(): void
    {
        self::$bridge->script([self::result(['keys' => [self::PAIR]])]);
        self::submit(self::ON_USER, ['action' => 'show_secrets', 'ticket' => '0']);
        [$module, $action, $request, $response, $outcome, $masked] = Host::$moduleLog[0];
        self::assertSame(['ostor', 'keys.list', 'success'], [$module, $action, $outcome]);
        self::assertStringContainsString('"secret_access_key":"***"', $response);
        self::assertContains(self::SECRET_KEY, $masked);
        self::assertContains(ScriptedBridge::SECRET, $masked);
    }

    public function testListsAreNotLogged(): void
    {
        self::$bridge->script([self::result(['users' => [self::USER_FOUND], 'total' => 1, 'next_cursor' => null])]);
        self::visit(['page' => 'users']);
        self::assertStringNotContainsString(self::USER, Host::$moduleLog[0][3]);
    }

    /**
     * @param array<string|null> $texts
     */
    private static function assertClean(array $texts): void
    {
        foreach ([self::SECRET_KEY, ScriptedBridge::SECRET] as $secret) {
            $json = substr((string) json_encode($secret), 1, -1);
            foreach ([$secret, htmlspecialchars($secret, ENT_QUOTES), rawurlencode($secret), $json] as $form) {
                foreach ($texts as $text) {
                    self::assertStringNotContainsString($form, (string) $text);
                }
            }
        }
    }

    private static function assertLogIsClean(): void
    {
        self::assertNotSame([], Host::$moduleLog);
        foreach (Host::$moduleLog as $call) {
            self::assertClean(array_slice($call, 0, 5));
        }
    }

    /**
     * @return string[]
     */
    private static function hrefs(string $html): array
    {
        $addresses = [];
        foreach (self::read($html)->query('//@href|//@action') as $address) {
            $addresses[] = $address->nodeValue;
        }

        return $addresses;
    }
}

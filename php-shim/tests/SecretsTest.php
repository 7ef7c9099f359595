<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\ModuleLog;
use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;

/**
 * Planted secrets appear in no log and no message, however they are spelled.
 */
final class SecretsTest extends BridgeTestCase
{
    private const SERVICE_PASSWORD = 'pa55/w&rd"<ü>+%';

    /**
     * The spellings a log could show, made here independently of the module.
     *
     * @return array<string, array{0: string}>
     */
    public static function spellings(): array
    {
        $cases = [];
        foreach ([ScriptedBridge::SECRET, self::SERVICE_PASSWORD, self::SECRET_KEY] as $secret) {
            $spellings = [
                'raw' => $secret,
                'urlencoded' => urlencode($secret),
                'rawurlencoded' => rawurlencode($secret),
                'base64' => base64_encode($secret),
                'base64url' => strtr(rtrim(base64_encode($secret), '='), '+/', '-_'),
                'json' => json_encode($secret),
                'json, slashes' => json_encode($secret, JSON_UNESCAPED_SLASHES),
                'json, unicode' => json_encode($secret, JSON_UNESCAPED_UNICODE),
                'json, slashes and unicode' => json_encode($secret, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE),
                'json in HTML' => json_encode($secret, JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT),
                'entities' => htmlspecialchars($secret, ENT_QUOTES),
                'entities, no quotes' => htmlspecialchars($secret, ENT_NOQUOTES),
                'all entities' => htmlentities($secret, ENT_QUOTES),
            ];
            foreach ($spellings as $name => $spelling) {
                $cases[$name . ' of ' . $secret] = [$spelling];
            }
        }

        return $cases;
    }

    /**
     * @dataProvider spellings
     */
    public function testSpellingIsMaskedWhereverTheBridgeRepeatsIt(string $spelling): void
    {
        $message = 'You sent >>' . $spelling . '<< to us';
        $answers = [
            self::result(['secret_access_key' => self::SECRET_KEY, 'echo' => $spelling]),
            self::error($message, ['secret' => self::SECRET_KEY, 'reason' => 'echo']),
            ['status' => 200, 'type' => 'text/plain', 'body' => $spelling],
        ];
        foreach ($answers as $answer) {
            self::$bridge->script([$answer]);
            $text = ostor_SuspendAccount(self::params());
            self::assertClean($spelling, [$text, html_entity_decode($text, ENT_QUOTES)]);
        }
        self::assertCount(3, Host::$moduleLog);
        self::assertClean($spelling, self::logged());
    }

    public function testStoredKeyIsMaskedInWhatAnAdminTyped(): void
    {
        self::$bridge->script([self::error('No.', [])]);
        ostor_SuspendAccount(self::params([
            'password' => self::SECRET_KEY,
            'suspendreason' => 'leaked ' . htmlspecialchars(self::SECRET_KEY, ENT_QUOTES) . ' to the public',
        ]));
        self::assertStringContainsString('"reason":"leaked *** to the public"', Host::$moduleLog[0][2]);
    }

    public function testWholeLifeLeavesNoSecretBehind(): void
    {
        self::$bridge->script([
            self::result(['ok' => true, 'warnings' => ['Secret is ' . ScriptedBridge::SECRET]]),
            self::result(self::ACCOUNT),
            self::result(['user_id' => self::USER, 'state' => 'suspended']),
            self::result(['plan' => ['quota_gb' => 1]]),
            self::result(['state' => 'active', 'warnings' => [self::SERVICE_PASSWORD]]),
            self::result(['state' => 'deleted']),
        ]);
        $texts = [
            json_encode(ostor_TestConnection(self::params())),
            ostor_CreateAccount(self::params()),
            ostor_SuspendAccount(self::params()),
            ostor_ChangePackage(self::params()),
            ostor_TerminateAccount(self::params(['serverport' => '1'])),
        ];
        self::assertCount(5, Host::$moduleLog);
        foreach (self::spellings() as [$spelling]) {
            self::assertClean($spelling, $texts);
            self::assertClean($spelling, self::logged());
            self::assertClean($spelling, array_column(Host::$activityLog, 0));
        }
        foreach (self::$bridge->requests() as $request) {
            $token = substr($request['headers']['authorization'], 7);
            self::assertClean($token, self::logged());
        }
    }

    public function testLogCallHasTheDocumentedShape(): void
    {
        self::$bridge->script([self::result(self::ACCOUNT)]);
        ostor_CreateAccount(self::params());
        [$module, $action, $request, $response, $outcome, $masked] = Host::$moduleLog[0];
        self::assertSame(['ostor', 'CreateAccount', 'success'], [$module, $action, $outcome]);
        self::assertStringContainsString('"service_id":42', $request);
        self::assertStringContainsString('HTTP 200', $response);
        self::assertStringContainsString('"secret_access_key":"***"', $response);
        foreach ([ScriptedBridge::SECRET, self::SERVICE_PASSWORD, self::SECRET_KEY] as $secret) {
            self::assertContains($secret, $masked);
        }
        self::assertSame(array_filter($masked, 'is_string'), $masked);
        self::assertNotContains('', $masked);
    }

    public function testTextThatIsNotJsonIsNotLogged(): void
    {
        self::$bridge->script([['status' => 200, 'type' => 'application/json',
            'body' => '{"jsonrpc":"2.0","result":{"secret_access_key":"cut-before-the-en']]);
        ostor_CreateAccount(self::params());
        self::assertStringNotContainsString('cut-before', Host::$moduleLog[0][3]);
        self::assertSame('HTTP 200, application/json, 65 bytes, not JSON', Host::$moduleLog[0][3]);
    }

    public function testLongAnswersAreCutInTheLog(): void
    {
        self::$bridge->script([self::result(['state' => 'deleted', 'filler' => str_repeat('x', 50000)])]);
        ostor_TerminateAccount(self::params());
        self::assertLessThan(20100, strlen(Host::$moduleLog[0][3]));
    }

    public function testShortValuesDoNotRuinEveryText(): void
    {
        $log = new ModuleLog(['a', '', 'abc', 'abcd']);
        self::assertSame('a cat, abc, ***', $log->mask('a cat, abc, abcd'));
    }

    public function testLongerFormIsMaskedWhole(): void
    {
        $log = new ModuleLog(['abcd', 'abcdefgh']);
        self::assertSame('*** ***', $log->mask('abcdefgh abcd'));
    }

    /**
     * @param array<string, mixed> $overrides
     * @return array<string, mixed>
     */
    private static function params(array $overrides = []): array
    {
        return self::serviceParams($overrides + ['password' => self::SERVICE_PASSWORD, 'username' => self::USER]);
    }

    /**
     * What the module gave to the module log, but for the list of values to mask.
     *
     * @return string[]
     */
    private static function logged(): array
    {
        $texts = [];
        foreach (Host::$moduleLog as $call) {
            array_push($texts, $call[2], $call[3], $call[4]);
        }

        return $texts;
    }

    /**
     * @param string[] $texts
     */
    private static function assertClean(string $spelling, array $texts): void
    {
        foreach ($texts as $text) {
            self::assertStringNotContainsString(trim($spelling, '"='), $text);
        }
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\AddonTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;

/**
 * What a browser gets from the addon, headers included.
 */
final class AddonHttpTest extends AddonTestCase
{
    private const ADDRESS = '?module=ostor_admin&server=3&page=user&user=' . self::USER;

    /** @var ScriptedBridge */
    private static $host;

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::$host = new ScriptedBridge(__DIR__ . '/Support/addon-host.php', [
            'OSTOR_TEST_SERVER' => json_encode(self::server(3), JSON_THROW_ON_ERROR),
        ]);
    }

    public static function tearDownAfterClass(): void
    {
        self::$host->stop();
        parent::tearDownAfterClass();
    }

    public function testAPageIsNotKept(): void
    {
        self::$bridge->script(self::userAnswers());
        [$status, $headers, $html] = self::fetch(self::ADDRESS);
        self::assertSame(200, $status);
        self::assertStringContainsString("Cache-Control: no-store\r\n", $headers);
        self::assertStringContainsString(self::KEY, $html);
    }

    public function testAChangeRedirects(): void
    {
        self::$bridge->script([self::result(['user_id' => self::USER, 'enabled' => true])]);
        [$status, $headers] = self::fetch(self::ADDRESS, ['action' => 'enable_user', 'token' => 'good-token']);
        self::assertSame(303, $status);
        self::assertStringContainsString('Location: addonmodules.php' . self::ADDRESS . "\r\n", $headers);
        self::assertStringContainsString("Cache-Control: no-store\r\n", $headers);
    }

    public function testSecretsAreNotKept(): void
    {
        self::$bridge->script([self::result(['keys' => [
            ['access_key_id' => self::KEY, 'secret_access_key' => self::SECRET_KEY],
        ]])]);
        $form = ['action' => 'show_secrets', 'ticket' => '0', 'token' => 'good-token'];
        [$status, $headers, $html] = self::fetch(self::ADDRESS, $form);
        self::assertSame(200, $status);
        self::assertStringContainsString("Cache-Control: no-store\r\n", $headers);
        self::assertStringNotContainsString('Location', $headers);
        self::assertStringContainsString(htmlspecialchars(self::SECRET_KEY, ENT_QUOTES), $html);
    }

    public function testAGetChangesNothing(): void
    {
        self::$bridge->script(self::userAnswers());
        [$status] = self::fetch(self::ADDRESS . '&action=delete_user&confirmed=1&token=good-token');
        self::assertSame([200, []], [$status, self::changes()]);
    }

    /**
     * @param array<string, string>|null $fields of a form; null: a GET
     * @return array{0: int, 1: string, 2: string} status, headers, body
     */
    private static function fetch(string $address, ?array $fields = null): array
    {
        $handle = curl_init('http://127.0.0.1:' . self::$host->port . '/addonmodules.php' . $address);
        curl_setopt_array($handle, [CURLOPT_RETURNTRANSFER => true, CURLOPT_HEADER => true]);
        if ($fields !== null) {
            curl_setopt($handle, CURLOPT_POSTFIELDS, http_build_query($fields));
        }
        $answer = explode("\r\n\r\n", (string) curl_exec($handle), 2);

        return [(int) curl_getinfo($handle, CURLINFO_RESPONSE_CODE), $answer[0] . "\r\n", $answer[1] ?? ''];
    }
}

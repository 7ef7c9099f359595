<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests\Support;

use WHMCS\Module\Addon\OstorAdmin\Addon;
use WHMCS\Module\Addon\OstorAdmin\Request;

/**
 * The addon's pages in a WHMCS with one server record and an admin who is logged in.
 */
abstract class AddonTestCase extends BridgeTestCase
{
    protected const ADMIN = 'o\'hara <root>';
    protected const EMAIL = 'zoe+"s3"&<b>@example.com';
    protected const KEY_2 = '0123456789abcdefAB8C';
    protected const USER_FOUND = [
        'user_id' => self::USER,
        'email' => self::EMAIL,
        'enabled' => true,
        'flags' => [],
        'owner_id' => '4',
        'service' => [
            'client' => ScriptedBridge::CLIENT, 'service_id' => 42, 'client_id' => 7, 'state' => 'active',
        ],
        'keys' => [['access_key_id' => self::KEY]],
        'accounts' => [['name' => 'backup', 'keys' => [['access_key_id' => self::KEY_2]]]],
    ];
    protected const LIMITS = [
        'ops_per_second' => ['default' => 0.5, 'get' => 100, 'put' => null, 'list' => null, 'delete' => null],
        'bandwidth_out_kbps' => 2048,
    ];
    protected const BUCKET = [
        'name' => 'photos', 'owner_id' => self::USER, 'owner_email' => self::EMAIL, 'epoch' => 1,
        'created' => '2026-11-01T10:00:00Z', 'bytes' => 1610612736, 'bytes_hmax' => 1610612736, 'byte_hours' => 12,
        'last_changed' => '2026-11-20T10:00:00Z', 'service' => null,
    ];

    protected function setUp(): void
    {
        parent::setUp();
        $_SESSION = ['adminid' => 5];
        $_REQUEST = [];
        Host::$tables['tblservers'] = [self::server(3)];
        Host::$tables['tbladmins'] = [['id' => 5, 'username' => htmlspecialchars(self::ADMIN, ENT_QUOTES)]];
    }

    protected function tearDown(): void
    {
        $_SESSION = [];
        $_REQUEST = [];
    }

    /**
     * @param array<string, mixed> $overrides
     * @return array<string, mixed> row of tblservers
     */
    protected static function server(int $id, array $overrides = []): array
    {
        return $overrides + [
            'id' => $id, 'type' => 'ostor', 'name' => 'Server <' . $id . '>', 'ipaddress' => '',
            'hostname' => '127.0.0.1', 'username' => ScriptedBridge::CLIENT,
            'password' => base64_encode(ScriptedBridge::SECRET), 'accesshash' => 'eu' . $id, 'secure' => '',
            'port' => self::$bridge->port,
        ];
    }

    /**
     * A page as HTML.
     *
     * @param array<string, mixed> $address
     */
    protected static function visit(array $address): string
    {
        [$next, $html] = Addon::answer(new Request($address, [], false));
        self::assertNull($next);

        return $html;
    }

    /**
     * What a form with a good token leads to.
     *
     * @param array<string, mixed> $address
     * @param array<string, mixed> $fields
     * @return array{0: string|null, 1: string} address to go to, HTML
     */
    protected static function submit(array $address, array $fields, string $token = 'good-token'): array
    {
        $_REQUEST = ['token' => $token] + $fields + $address;

        return Addon::answer(new Request($address, ['token' => $token] + $fields, true));
    }

    /**
     * An answer for one method, whenever it is called.
     *
     * @param mixed $result
     * @return array<string, mixed>
     */
    protected static function for(string $method, $result): array
    {
        return ['for' => $method] + self::result($result);
    }

    /**
     * The answers a user's page needs.
     *
     * @param array<string, mixed> $user members in the place of the usual ones
     * @return array<int, array<string, mixed>>
     */
    protected static function userAnswers(array $user = []): array
    {
        return [
            self::for('users.get', $user + self::USER_FOUND),
            self::for('limits.get', ['user_id' => self::USER, 'limits' => self::LIMITS]),
            self::for('quotas.get', ['user_id' => self::USER, 'quota_gb' => 100]),
            self::for('buckets.list', ['buckets' => [self::BUCKET], 'total' => 1, 'next_cursor' => null]),
            self::for('usage.history', ['complete_until' => '2026-11-22T15:30:00Z', 'points' => [
                self::point('2026-11-20T00:00:00+00:00', 1073741824, 2097152),
                self::point('2026-11-21T00:00:00+00:00', null, 0),
                self::point('2026-11-22T00:00:00+00:00', 536870912, null),
            ]]),
        ];
    }

    /**
     * @return array<string, mixed>
     */
    private static function point(string $start, ?int $stored, ?int $downloaded): array
    {
        return [
            'start' => $start, 'bytes_uploaded' => 1024, 'bytes_downloaded' => $downloaded, 'ops_put' => 1,
            'ops_get' => 2, 'ops_list' => 3, 'ops_other' => 4, 'storage_byte_hours' => null,
            'storage_bytes' => $stored,
        ];
    }

    /**
     * Method and parameters of each request that came in, their tokens checked.
     *
     * @return array<int, array{0: string, 1: array<string, mixed>}>
     */
    protected static function calls(): array
    {
        return array_map(static function (array $request): array {
            self::assertSame('', $request['token_fault']);
            $call = json_decode($request['body'], true);

            return [$call['method'], $call['params']];
        }, self::$bridge->requests());
    }

    /**
     * The requests that may have changed something.
     *
     * @return array<int, array{0: string, 1: array<string, mixed>}>
     */
    protected static function changes(): array
    {
        return array_values(array_filter(self::calls(), static function (array $call): bool {
            return preg_match('/\.(list|get|history|plan|report)$/', $call[0]) !== 1;
        }));
    }

    /**
     * The page as a browser reads it. Everything must be closed, and ids must be there once.
     */
    protected static function read(string $html): \DOMXPath
    {
        $document = new \DOMDocument();
        self::assertTrue($document->loadXML('<?xml version="1.0" encoding="UTF-8"?><r>' . self::xml($html) . '</r>'));
        $path = new \DOMXPath($document);
        $ids = array_map(static function (\DOMNode $node): string {
            return $node->nodeValue;
        }, iterator_to_array($path->query('//@id')));
        self::assertSame(array_unique($ids), $ids);
        foreach ($path->query('//label') as $label) {
            self::assertContains($label->getAttribute('for'), $ids);
        }
        self::assertSame(0, $path->query('//script|//@onclick|//th[not(@scope)]')->length);

        return $path;
    }

    /**
     * All text, or that of some elements.
     */
    protected static function text(string $html, string $query = '/r'): string
    {
        $texts = [];
        foreach (self::read($html)->query($query) as $node) {
            $texts[] = trim($node->textContent);
        }

        return implode(' | ', $texts);
    }

    private static function xml(string $html): string
    {
        $closed = preg_replace('/<((?:input|br|hr)\b(?:[^>"]|"[^"]*")*)>/', '<$1/>', $html);

        return preg_replace('/ (selected|checked)(?=[ \/>])/', ' $1="$1"', $closed);
    }
}

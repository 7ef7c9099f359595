<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;

/** Clients and log-ins that get another address, and the hooks of it. */
final class ProfilesTest extends SandboxTestCase
{
    protected function setUp(): void
    {
        $this->install('sampleok');
    }

    public function testAClientsNewAddressIsStoredToldAndHandedToTheHook(): void
    {
        $seen = [];
        add_hook('ClientEdit', 1, static function (array $vars) use (&$seen): void {
            $seen[] = $vars;
        });
        $old = Capsule::table('tblclients')->where('id', 1)->value('email');
        self::assertSame(['result' => 'success', 'clientid' => 1], localAPI('UpdateClient', ['clientid' => 1, 'email' => "o'new@example.com"]));
        self::assertSame('o&#039;new@example.com', Capsule::table('tblclients')->where('id', 1)->value('email'));
        self::assertSame([1, 'o&#039;new@example.com', $old], [$seen[0]['userid'], $seen[0]['email'], $seen[0]['olddata']['email']]);
        self::assertArrayNotHasKey('password', $seen[0]['olddata']);
        self::assertContains("Client Profile Modified - Email: '$old' to 'o&#039;new@example.com' - User ID: 1", $this->activity());
        self::assertSame('error', localAPI('UpdateClient', ['clientid' => 99, 'email' => 'x@example.com'])['result']);
        self::assertSame([], $this->defects());
    }

    public function testALogInsNewAddressIsItsOwn(): void
    {
        $seen = [];
        add_hook('UserEdit', 1, static function (array $vars) use (&$seen): void {
            $seen[] = $vars;
        });
        [$first, $second] = Capsule::table('tblusers')->orderBy('id')->pluck('email')->all();
        self::assertSame('success', localAPI('UpdateUser', ['user_id' => 1, 'email' => 'login@example.com'])['result']);
        self::assertSame(['login@example.com', $second], Capsule::table('tblusers')->orderBy('id')->pluck('email')->all());
        self::assertSame([1, 'login@example.com', $first], [$seen[0]['user_id'], $seen[0]['email'], $seen[0]['olddata']['email']]);
        self::assertSame($first, Capsule::table('tblclients')->where('id', 1)->value('email'), 'the client keeps its own');
        $taken = localAPI('UpdateUser', ['user_id' => 1, 'email' => $second]);
        self::assertSame('A user already exists with that email address', $taken['message']);
    }
}

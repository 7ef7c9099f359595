<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Database\Capsule;

/** Passwords of admins and of clients' users. */
final class LogIn
{
    /** Of every log-in of a fresh sandbox; known to everybody, so `whmcs serve` listens on loopback only. */
    public const FIXTURE_PASSWORD = 'sandbox';
    /** The least there is: these passwords guard nothing, and tests make many sandboxes. */
    private const COST = 4;

    public static function hash(string $password): string
    {
        return password_hash($password, PASSWORD_BCRYPT, ['cost' => self::COST]);
    }

    /** The admin's id, or null for a wrong name or password or an admin who is switched off. */
    public static function admin(string $username, string $password): ?int
    {
        $admin = Capsule::table('tbladmins')->where(['username' => $username, 'disabled' => 0])->first();
        return $admin !== null && password_verify($password, $admin->password) ? (int) $admin->id : null;
    }

    /**
     * The user and the client of a user's e-mail address; the client is the first open one the user may use.
     *
     * @return array{user: int, client: int}|null
     */
    public static function client(string $email, string $password): ?array
    {
        // Stored as clients typed it, with HTML entities.
        $user = Capsule::table('tblusers')->where('email', htmlspecialchars($email, ENT_QUOTES))->first();
        if ($user === null || !password_verify($password, $user->password)) {
            return null;
        }
        $client = Capsule::table('tblusers_clients')->join('tblclients', 'tblclients.id', '=', 'client_id')
            ->where('auth_user_id', $user->id)->where('tblclients.status', '<>', 'Closed')->min('client_id');
        return $client === null ? null : ['user' => (int) $user->id, 'client' => (int) $client];
    }
}

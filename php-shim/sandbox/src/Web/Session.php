<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Admins;

/** PHP's session with the log-ins of both areas: `adminid`, `uid` (the client) and `user`, as modules look them up. */
final class Session
{
    private const COOKIE = 'WHMCSSandbox';

    public function start(): void
    {
        session_start([
            'name' => self::COOKIE,
            'use_strict_mode' => true,
            'use_only_cookies' => true,
            'cookie_path' => '/',
            'cookie_httponly' => true,
            'cookie_samesite' => 'Lax',
        ]);
    }

    public function logInAdmin(int $adminId): void
    {
        $this->renew();
        $_SESSION['adminid'] = $adminId;
    }

    /** @param array{user: int, client: int} $login */
    public function logInClient(array $login): void
    {
        $this->renew();
        $_SESSION['user'] = $login['user'];
        $_SESSION['uid'] = $login['client'];
    }

    public function logOutAdmin(): void
    {
        unset($_SESSION['adminid']);
        $this->renew();
    }

    public function logOutClient(): void
    {
        unset($_SESSION['user'], $_SESSION['uid']);
        $this->renew();
    }

    /** The row of the admin who is logged in and still may be. */
    public function admin(): ?object
    {
        return Admins::find((int) ($_SESSION['adminid'] ?? 0));
    }

    /** The row of the client in whose name somebody is logged in. */
    public function client(): ?object
    {
        return Capsule::table('tblclients')->where('id', (int) ($_SESSION['uid'] ?? 0))->where('status', '<>', 'Closed')->first();
    }

    /** A session id or token from before a log-in or log-out must not be good after it. */
    private function renew(): void
    {
        session_regenerate_id(true);
        unset($_SESSION['token']);
    }
}

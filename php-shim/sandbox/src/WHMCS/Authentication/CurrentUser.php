<?php

declare(strict_types=1);

namespace WHMCS\Authentication;

use WHMCS\User\Admin;
use WHMCS\User\Client;
use WHMCS\User\User;

/** Who is logged in, in either area. */
class CurrentUser
{
    public function admin(): ?Admin
    {
        return Admin::where(['id' => $_SESSION['adminid'] ?? 0, 'disabled' => 0])->first();
    }

    public function isAuthenticatedAdmin(): bool
    {
        return $this->admin() !== null;
    }

    /** The person, who may have access to several clients. */
    public function user(): ?User
    {
        return User::find($_SESSION['user'] ?? 0);
    }

    public function isAuthenticatedUser(): bool
    {
        return $this->user() !== null;
    }

    /** The client in whose name the user acts. */
    public function client(): ?Client
    {
        return Client::find($_SESSION['uid'] ?? 0);
    }

    /** Admins cannot log in as a client here. */
    public function isMasqueradingAdmin(): bool
    {
        return false;
    }
}

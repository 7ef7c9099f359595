<?php

declare(strict_types=1);

namespace WHMCS\Authentication;

use WHMCS\Module\Server\Ostor\Tests\Support\Host;

/**
 * Who is logged in.
 */
final class CurrentUser
{
    public function client(): ?object
    {
        return Host::$visitor === null ? null : (object) ['id' => Host::$visitor];
    }
}

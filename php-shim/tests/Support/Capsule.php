<?php

declare(strict_types=1);

namespace WHMCS\Database;

use WHMCS\Module\Server\Ostor\Tests\Support\Connection;
use WHMCS\Module\Server\Ostor\Tests\Support\HostingQuery;
use WHMCS\Module\Server\Ostor\Tests\Support\NotesQuery;

/**
 * WHMCS's database access, as far as the module has any business in it.
 */
final class Capsule
{
    public static function table(string $name): object
    {
        $queries = ['tblnotes' => NotesQuery::class, 'tblhosting' => HostingQuery::class];
        if (!isset($queries[$name])) {
            throw new \LogicException('The module has no business in ' . $name);
        }

        return new $queries[$name]();
    }

    public static function connection(): Connection
    {
        return new Connection();
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Database;

use WHMCS\Module\Server\Ostor\Tests\Support\Connection;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\Query;

/**
 * WHMCS's database access, as far as the module has any business in it.
 */
final class Capsule
{
    public static function table(string $name): object
    {
        switch ($name) {
            case 'tblnotes':
                return new Query(Host::$notes);
            case 'tblhosting':
                return new Query(Host::$services);
            default:
                if (!isset(Host::$tables[$name])) {
                    throw new \LogicException('The module has no business in ' . $name);
                }

                return new Query(Host::$tables[$name]);
        }
    }

    public static function connection(): Connection
    {
        return new Connection();
    }
}

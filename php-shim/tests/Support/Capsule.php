<?php

declare(strict_types=1);

namespace WHMCS\Database;

use WHMCS\Module\Server\Ostor\Tests\Support\NotesQuery;

/**
 * WHMCS's database access, as far as the module has any business in it.
 */
final class Capsule
{
    public static function table(string $name): NotesQuery
    {
        if ($name !== 'tblnotes') {
            throw new \LogicException('The module has no business in ' . $name);
        }

        return new NotesQuery();
    }
}

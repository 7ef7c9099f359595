<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests\Support;

/**
 * The part of a database connection that updates with SQL of one's own: records it in Host::$updates.
 */
final class Connection
{
    public function update(string $query, array $bindings = []): int
    {
        Host::$updates[] = [$query, $bindings];
        if (Host::$databaseFailure !== null) {
            throw Host::$databaseFailure;
        }

        return 0;
    }
}

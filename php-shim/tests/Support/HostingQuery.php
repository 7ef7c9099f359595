<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests\Support;

/**
 * The part of the query builder that looks for a service, over Host::$services.
 */
final class HostingQuery
{
    /** @var array<string, mixed> */
    private $conditions = [];

    public function where(string $column, $value): self
    {
        $this->conditions[$column] = $value;

        return $this;
    }

    public function value(string $column)
    {
        if (Host::$databaseFailure !== null) {
            throw Host::$databaseFailure;
        }
        foreach (Host::$services as $row) {
            if (array_intersect_assoc($this->conditions, $row) === $this->conditions) {
                return $row[$column];
            }
        }

        return null;
    }
}

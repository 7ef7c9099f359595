<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests\Support;

/**
 * The part of the query builder that deals with notes, over Host::$notes. LIKE is that of MySQL:
 * % and _ are wildcards, case does not matter.
 */
final class NotesQuery
{
    /** @var callable[] */
    private $conditions = [];

    public function where(string $column, $operatorOrValue, ?string $pattern = null): self
    {
        $this->conditions[] = static function (array $row) use ($column, $operatorOrValue, $pattern): bool {
            if ($pattern === null) {
                return $row[$column] === $operatorOrValue;
            }
            if ($operatorOrValue !== 'like') {
                throw new \LogicException('Operator ' . $operatorOrValue);
            }
            $regex = strtr(preg_quote($pattern, '/'), ['%' => '.*', '_' => '.']);

            return preg_match('/^' . $regex . '$/is', $row[$column]) === 1;
        };

        return $this;
    }

    public function exists(): bool
    {
        return $this->matches() !== [];
    }

    public function delete(): int
    {
        $matches = $this->matches();
        Host::$notes = array_values(array_diff_key(Host::$notes, $matches));

        return count($matches);
    }

    private function matches(): array
    {
        if (Host::$databaseFailure !== null) {
            throw Host::$databaseFailure;
        }

        return array_filter(Host::$notes, function (array $row): bool {
            foreach ($this->conditions as $condition) {
                if (!$condition($row)) {
                    return false;
                }
            }

            return true;
        });
    }
}

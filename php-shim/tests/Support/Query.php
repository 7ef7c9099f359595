<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests\Support;

/**
 * The part of the query builder the module uses, over the rows of one table. LIKE is that of MySQL: % and _ are
 * wildcards, case does not matter.
 */
final class Query
{
    /** @var array<int, array<string, mixed>> */
    private $rows;

    /** @var callable[] */
    private $conditions = [];

    /**
     * @param array<int, array<string, mixed>> $rows the table itself
     */
    public function __construct(array &$rows)
    {
        $this->rows = &$rows;
    }

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

    /**
     * @param array<int, mixed> $values
     */
    public function whereIn(string $column, array $values): self
    {
        $this->conditions[] = static function (array $row) use ($column, $values): bool {
            return in_array($row[$column], $values, true);
        };

        return $this;
    }

    public function first(): ?object
    {
        return $this->get()[0] ?? null;
    }

    public function orderBy(string $column): self
    {
        usort($this->rows, static function (array $a, array $b) use ($column): int {
            return $a[$column] <=> $b[$column];
        });

        return $this;
    }

    /**
     * @param string[] $columns all, unless named
     * @return object[]
     */
    public function get(array $columns = []): array
    {
        return array_map(static function (array $row) use ($columns): object {
            return (object) ($columns === [] ? $row : array_intersect_key($row, array_flip($columns)));
        }, array_values($this->matches()));
    }

    public function value(string $column)
    {
        $matches = array_values($this->matches());

        return $matches === [] ? null : $matches[0][$column];
    }

    public function exists(): bool
    {
        return $this->matches() !== [];
    }

    public function update(array $values): int
    {
        $matches = $this->matches();
        foreach (array_keys($matches) as $position) {
            $this->rows[$position] = $values + $this->rows[$position];
        }

        return count($matches);
    }

    public function delete(): int
    {
        $matches = $this->matches();
        $this->rows = array_values(array_diff_key($this->rows, $matches));

        return count($matches);
    }

    private function matches(): array
    {
        if (Host::$databaseFailure !== null) {
            throw Host::$databaseFailure;
        }

        return array_filter($this->rows, function (array $row): bool {
            foreach ($this->conditions as $condition) {
                if (!$condition($row)) {
                    return false;
                }
            }

            return true;
        });
    }
}

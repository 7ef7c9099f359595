<?php

declare(strict_types=1);

namespace WhmcsSandbox\Kernel;

/** What strict mode found wrong with the module, as sentences in the order of their finding. */
final class Defects
{
    /** @var list<string> */
    private array $sentences = [];

    public function __construct(private readonly bool $strict)
    {
    }

    public function add(string $sentence): void
    {
        if ($this->strict) {
            $this->sentences[] = $sentence;
        }
    }

    public function count(): int
    {
        return count($this->sentences);
    }

    /** @return list<string> the sentences after the first $count */
    public function since(int $count): array
    {
        return array_slice($this->sentences, $count);
    }
}

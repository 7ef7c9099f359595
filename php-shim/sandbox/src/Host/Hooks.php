<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use Throwable;
use WhmcsSandbox\Kernel\Defects;
use WhmcsSandbox\Kernel\Observer;

/** Hook points: lower priority runs first, equal priorities in the order they were added. */
final class Hooks
{
    /** @var array<string, array<int, list<callable>>> */
    private array $registered = [];

    public function __construct(
        private readonly Logs $logs,
        private readonly Defects $defects,
        private readonly Observer $observer
    ) {
    }

    public function add(string $point, int $priority, callable $function): void
    {
        $this->registered[$point][$priority][] = $function;
    }

    /**
     * Runs every function of a hook point.
     *
     * What WHMCS does with an exception in a hook is not documented; here it is logged
     * and reported as a defect, and the remaining functions still run.
     *
     * @return list<mixed> the return values that are not null
     */
    public function run(string $point, mixed $argument = []): array
    {
        $byPriority = $this->registered[$point] ?? [];
        ksort($byPriority);
        $results = [];
        foreach (array_merge(...$byPriority) as $function) {
            try {
                $result = $this->observer->watch("A hook function of $point", static fn () => $function($argument));
            } catch (Throwable $e) {
                $this->logs->activity("Hook $point failed: {$e->getMessage()}");
                $this->defects->add("A hook function of $point threw " . get_class($e) . ": {$e->getMessage()}");
                continue;
            }
            if ($result !== null) {
                $results[] = $result;
            }
        }
        return $results;
    }
}

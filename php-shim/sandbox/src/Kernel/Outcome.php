<?php

declare(strict_types=1);

namespace WhmcsSandbox\Kernel;

/** How one module command ended. */
final class Outcome
{
    public const SUCCESS = 'success';
    public const FAILED = 'failed';
    public const ABORTED = 'aborted';

    /**
     * @param string $state one of the constants
     * @param string $message '' on success, else what staff would read
     * @param list<string> $defects sentences of strict mode
     */
    public function __construct(
        public readonly int $serviceId,
        public readonly string $action,
        public readonly string $state,
        public readonly string $message,
        public readonly array $defects
    ) {
    }

    public function succeeded(): bool
    {
        return $this->state === self::SUCCESS;
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests\Support;

/**
 * Keeps what was saved, in its order; refuses on demand.
 */
final class ServiceProperties
{
    /** @var array<string, string> */
    public $saved = [];

    /** @var \Throwable|null */
    public $failure = null;

    public function save(array $values): void
    {
        if ($this->failure !== null) {
            throw $this->failure;
        }
        $this->saved = $values + $this->saved;
    }

    public function get(string $name): ?string
    {
        if ($this->failure !== null) {
            throw $this->failure;
        }

        return $this->saved[$name] ?? null;
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server;

/** An action of a service that leads the client elsewhere. */
class CustomAction
{
    /** @var callable */
    private $callable;

    private function __construct(
        private readonly string $identifier,
        private readonly string $display,
        callable $callable,
        private readonly array $params,
        private readonly array $permissions,
        private readonly bool $active,
        private readonly bool $allowSamePage
    ) {
        $this->callable = $callable;
    }

    /** @param callable $callable answers `success` with `redirectTo`, or `errorMsg` */
    public static function factory(
        string $identifier,
        string $display,
        $callable,
        array $params = [],
        array $permissions = [],
        bool $active = true,
        bool $allowSamePage = false,
        bool $preferIsolation = false
    ): self {
        return new self($identifier, $display, $callable, $params, $permissions, $active, $allowSamePage);
    }

    public function getIdentifier(): string
    {
        return $this->identifier;
    }

    public function getDisplay(): string
    {
        return $this->display;
    }

    /** @return list<string> */
    public function getPermissions(): array
    {
        return $this->permissions;
    }

    public function isActive(): bool
    {
        return $this->active;
    }

    public function allowSamePage(): bool
    {
        return $this->allowSamePage;
    }

    /** Calls the function with its parameters. */
    public function invokeCallable(): mixed
    {
        return ($this->callable)(...array_values($this->params));
    }
}

<?php

/**
 * WHMCS's classes for the actions of a service, as far as its class reference tells of them.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server;

final class CustomActionCollection extends \ArrayObject
{
    public function add($action): void
    {
        $this->append($action);
    }
}

final class CustomAction
{
    /** @var array<int, mixed> */
    public $given;

    public static function factory(string $identifier, string $display, $callable, array $params = []): self
    {
        $action = new self();
        $action->given = func_get_args();

        return $action;
    }
}

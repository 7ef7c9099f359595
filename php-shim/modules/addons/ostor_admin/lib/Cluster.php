<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Bridge;
use WHMCS\Module\Server\Ostor\Http;
use WHMCS\Module\Server\Ostor\ModuleLog;
use WHMCS\Module\Server\Ostor\Params;
use WHMCS\Module\Server\Ostor\Server;
use WHMCS\Module\Server\Ostor\Whmcs;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One server record's cluster, asked and changed through the bridge.
 */
final class Cluster
{
    /** @var int */
    private $serverId;

    /** @var Server */
    private $server;

    /** @var ModuleLog */
    private $log;

    /** @var Bridge for what a page shows */
    private $pages;

    public function __construct(int $serverId, Params $params, ModuleLog $log)
    {
        $this->serverId = $serverId;
        $this->server = new Server($params);
        $this->log = $log;
        $this->pages = new Bridge($this->server, $log, new Http(Bridge::PAGE_SECONDS));
    }

    public function serverId(): int
    {
        return $this->serverId;
    }

    /**
     * Name of this WHMCS at the bridge.
     */
    public function client(): string
    {
        return $this->server->client();
    }

    /**
     * Why the bridge that answered the page's last question does not fit the module; null: it fits.
     */
    public function misfit(): ?string
    {
        return $this->pages->misfit();
    }

    /**
     * Asks for what holds no secret. The question is sent at once, so that several wait together.
     *
     * @param array<string, mixed> $params
     * @param array<string, string> $members as for Bridge::call()
     * @return callable(): array<string, mixed> waits for the answer
     */
    public function ask(string $method, array $params, array $members): callable
    {
        return $this->pages->bulk($method, $params, $members, static function (array $result): array {
            return $result;
        });
    }

    /**
     * Whether a server record leads to the same cluster under the same name.
     */
    public function isThatOf(Server $server): bool
    {
        return [$server->url(), $server->client(), $server->cluster()]
            === [$this->server->url(), $this->server->client(), $this->server->cluster()];
    }

    /**
     * Like ask(), for what the bridge works on for a while.
     *
     * @param array<string, mixed> $params
     * @param array<string, string> $members as for Bridge::call()
     * @return array<string, mixed>
     */
    public function study(string $method, array $params, array $members): array
    {
        $bridge = new Bridge($this->server, $this->log);

        return $bridge->bulk($method, $params, $members, static function (array $result): array {
            return $result;
        })();
    }

    /**
     * Asks for secrets, in the name of the admin who is logged in; they are known to the log before it gets anything.
     *
     * @param array<string, mixed> $params
     * @param array<string, string> $members
     * @return array<string, mixed>
     */
    public function reveal(string $method, array $params, array $members): array
    {
        return $this->pages->call($method, ['secrets' => true] + $params + ['actor' => Whmcs::actor()], $members);
    }

    /**
     * Changes something, in the name of the admin who is logged in.
     *
     * @param array<string, mixed> $params
     * @param array<string, string> $members
     * @return array<string, mixed>
     */
    public function change(string $method, array $params, array $members = []): array
    {
        $bridge = new Bridge($this->server, $this->log);

        return $bridge->call($method, $params + ['actor' => Whmcs::actor()], $members);
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Addresses of WHMCS's admin area, relative to it and not yet escaped.
 */
final class Links
{
    /** Name of the addon with the pages of the object storage. */
    public const ADDON = 'ostor_admin';

    /**
     * A page of the addon.
     *
     * @param int|null $server id of the server record
     * @param array<string, string|int|null> $arguments null: left out
     */
    public static function addon(?int $server, string $page, array $arguments = []): string
    {
        return 'addonmodules.php?' . http_build_query(
            ['module' => self::ADDON, 'server' => $server, 'page' => $page] + $arguments,
            '',
            '&',
            PHP_QUERY_RFC3986
        );
    }

    public static function service(int $clientId, int $serviceId): string
    {
        return 'clientsservices.php?userid=' . $clientId . '&id=' . $serviceId;
    }

    /**
     * The page of a client's notes.
     */
    public static function notes(int $clientId): string
    {
        return 'clientsnotes.php?userid=' . $clientId;
    }
}

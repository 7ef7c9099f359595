<?php

declare(strict_types=1);

namespace WHMCS\Service;

use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\ServiceProperties;

/**
 * The model of a service, as far as the addon has any business with it.
 */
final class Service
{
    /** @var ServiceProperties */
    public $serviceProperties;

    public static function find(int $id): ?self
    {
        if (!in_array($id, array_column(Host::$services, 'id'), true)) {
            return null;
        }
        $service = new self();
        $service->serviceProperties = Host::$properties[$id] = Host::$properties[$id] ?? new ServiceProperties();

        return $service;
    }
}

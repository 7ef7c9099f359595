<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests\Support;

/**
 * `$params['model']` of a service.
 */
final class Service
{
    /** @var ServiceProperties */
    public $serviceProperties;

    public function __construct()
    {
        $this->serviceProperties = new ServiceProperties();
    }
}

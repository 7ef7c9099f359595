<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\SampleOk;

final class Remote
{
    public const SECRET = 'S3/secret+"key"/0123456789';

    public static function userId(int $serviceId): string
    {
        return sprintf('user%04d', $serviceId);
    }
}

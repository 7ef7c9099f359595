<?php

declare(strict_types=1);

namespace WHMCS\Service;

/**
 * The values are made up, so that a guess would be noticed.
 */
final class Status
{
    public const ACTIVE = 'stand-in active';
    public const SUSPENDED = 'stand-in suspended';
}

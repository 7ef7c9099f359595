<?php

/**
 * Ukrainian under its usual spelling, for those who added that name to WHMCS; WHMCS itself says "ukranian".
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return require __DIR__ . '/ukranian.php';

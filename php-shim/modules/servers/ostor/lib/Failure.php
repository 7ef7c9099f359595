<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A command did not succeed; the message is the plain-text sentence an admin reads.
 */
final class Failure extends \RuntimeException
{
}

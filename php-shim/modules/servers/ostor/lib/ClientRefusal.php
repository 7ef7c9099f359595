<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The module itself refuses something to a customer; the message is the key of the text that says why.
 */
final class ClientRefusal extends \RuntimeException
{
}

<?php

/**
 * Every request of `whmcs serve` comes here, as PHP's built-in server runs it. Files below public/ are sent as they are.
 */

declare(strict_types=1);

$path = (string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
// No name begins with a dot, so none leads out of the folder.
if (preg_match('#^/(?:style|assets)(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$#', $path) && is_file(__DIR__ . $path)) {
    return false;
}

require dirname(__DIR__) . '/bootstrap.php';

(new WhmcsSandbox\Web\FrontController())->run();

<?php

/**
 * Loads what the sandbox is made of: the genuine Illuminate database layer and the
 * genuine Smarty from Debian packages, the sandbox classes, and the global functions
 * WHMCS offers to modules. Entry point for the command line and for the tests.
 */

declare(strict_types=1);

const WHMCS_SANDBOX_LIBRARIES = [
    'Illuminate/Database/autoload.php' => 'php-illuminate-database',
    'smarty4/Smarty.class.php' => 'smarty4',
];

foreach (WHMCS_SANDBOX_LIBRARIES as $file => $package) {
    if (stream_resolve_include_path($file) === false) {
        fwrite(STDERR, "The sandbox needs the Debian package $package: apt-get install $package\n");
        exit(2);
    }
    require_once $file;
}

if (!extension_loaded('bcmath')) {
    fwrite(STDERR, "The sandbox computes money with the extension bcmath: apt-get install php-bcmath\n");
    exit(2);
}

spl_autoload_register(static function (string $class): void {
    $roots = ['WhmcsSandbox\\' => __DIR__ . '/src/', 'WHMCS\\' => __DIR__ . '/src/WHMCS/'];
    foreach ($roots as $prefix => $directory) {
        if (str_starts_with($class, $prefix)) {
            $file = $directory . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
            if (is_file($file)) {
                require $file;
            }
            return;
        }
    }
});

require __DIR__ . '/src/functions.php';

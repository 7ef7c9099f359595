<?php

/**
 * Starts a private MariaDB for the run and stops it at the end, also after a fatal
 * error or an interrupt.
 */

declare(strict_types=1);

require __DIR__ . '/../bootstrap.php';
require __DIR__ . '/BackgroundProcess.php';
require __DIR__ . '/FakeTime.php';
require __DIR__ . '/ChainTestCase.php';
require __DIR__ . '/CommandLineTestCase.php';
require __DIR__ . '/SandboxTestCase.php';
require __DIR__ . '/Browser.php';
require __DIR__ . '/ServeTestCase.php';
require __DIR__ . '/UsageTestCase.php';
require __DIR__ . '/../../tests/Support/ScriptedBridge.php';
require __DIR__ . '/Truth.php';
require __DIR__ . '/PriceList.php';
require __DIR__ . '/Customers.php';
require __DIR__ . '/Storage.php';
require __DIR__ . '/AtWork.php';

/** All files of this run are below it; it is removed at the end. */
define('TEST_DIRECTORY', sys_get_temp_dir() . '/whmcs-sandbox-' . bin2hex(random_bytes(4)));
mkdir(TEST_DIRECTORY, 0700);

(static function (): void {
    $directory = TEST_DIRECTORY . '/db';
    $script = escapeshellarg(dirname(__DIR__) . '/mariadb');
    register_shutdown_function(static function () use ($script, $directory): void {
        exec("$script stop " . escapeshellarg($directory));
        exec('rm -rf ' . escapeshellarg(TEST_DIRECTORY));
    });
    pcntl_async_signals(true);
    foreach ([SIGINT, SIGTERM] as $signal) {
        pcntl_signal($signal, static fn () => exit(130));
    }
    exec("$script start " . escapeshellarg($directory), $output, $code);
    if ($code !== 0) {
        fwrite(STDERR, "The tests need their own MariaDB, but it did not start.\n");
        exit(2);
    }
    putenv('WHMCS_SANDBOX_SOCKET=' . end($output));
})();

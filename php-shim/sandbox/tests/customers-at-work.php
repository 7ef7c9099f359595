<?php

/**
 * Customers who go on working while something is done to their services: reads one object after the other until it is told
 * to end (SIGTERM), then prints how often it read and what went wrong.
 *
 *   php customers-at-work.php FILE      FILE: a JSON list of gateway, key, secret, path, text
 */

declare(strict_types=1);

require __DIR__ . '/Storage.php';

$isOver = false;
pcntl_async_signals(true);
pcntl_signal(SIGTERM, static function () use (&$isOver): void {
    $isOver = true;
});
$customers = json_decode((string) file_get_contents($argv[1]), true, 8, JSON_THROW_ON_ERROR);
$reads = 0;
$troubles = [];
echo "listening on 127.0.0.1:0\n";
while (!$isOver) {
    foreach ($customers as $customer) {
        $answer = (new Storage($customer['gateway'], $customer['key'], $customer['secret']))->request('GET', $customer['path']);
        $reads++;
        if ($answer !== [200, $customer['text']]) {
            $troubles[] = "$customer[path]: $answer[0] $answer[1]";
        }
        if ($isOver) {
            break;
        }
        // They leave the machine to what is tested.
        usleep(2000);
    }
}
echo json_encode(['reads' => $reads, 'troubles' => $troubles], JSON_THROW_ON_ERROR), "\n";

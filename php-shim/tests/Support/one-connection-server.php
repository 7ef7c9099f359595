<?php

/**
 * A bridge that takes a single connection within ten seconds and answers three pages on it: prints its port, then a
 * line for every request as it comes in.
 */

declare(strict_types=1);

const PAGES = 3;

$server = stream_socket_server('tcp://127.0.0.1:0');
echo substr(strrchr(stream_socket_get_name($server, false), ':'), 1), "\n";
$connection = stream_socket_accept($server, 10);
fclose($server);
stream_set_timeout($connection, 10);

$answered = 0;
while ($answered < PAGES) {
    $length = 0;
    while (($line = trim((string) fgets($connection))) !== '') {
        sscanf(strtolower($line), 'content-length: %d', $length);
    }
    if ($length === 0) {
        break;
    }
    $call = json_decode(stream_get_contents($connection, $length), true);
    $answered++;
    echo 'asked ', $answered, "\n";
    $body = json_encode(['jsonrpc' => '2.0', 'id' => $call['id'], 'result' => [
        'accounts' => [],
        'next_cursor' => $answered === PAGES ? null : 'page ' . ($answered + 1),
    ]]);
    fwrite($connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " . strlen($body)
        . "\r\n\r\n" . $body);
}

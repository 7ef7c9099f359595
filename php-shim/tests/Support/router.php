<?php

/**
 * The bridge's side of the wire for tests: run by `php -S`, it checks the token with code of its own,
 * records every request and gives the next answer of the script.
 *
 * Folder (environment OSTOR_TEST_DIR): script.json = list of answers, requests.jsonl = what arrived.
 */

declare(strict_types=1);

function unbase64(string $text): string
{
    return (string) base64_decode(strtr($text, '-_', '+/'), true);
}

/**
 * @return string '' when the token is as documented, else what is wrong with it
 */
function tokenFault(string $authorization, string $body, string $client, string $secret, string $seenFile): string
{
    if (preg_match('/^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/', $authorization, $part) !== 1) {
        return 'not a bearer token';
    }
    $header = json_decode(unbase64($part[1]), true);
    $claims = json_decode(unbase64($part[2]), true);
    if (!hash_equals(hash_hmac('sha256', "$part[1].$part[2]", $secret, true), unbase64($part[3]))) {
        return 'signature';
    }
    if ($header !== ['alg' => 'HS256', 'typ' => 'JWT', 'kid' => $client]) {
        return 'header';
    }
    if (array_keys($claims) !== ['iss', 'aud', 'iat', 'exp', 'jti', 'body']) {
        return 'claims';
    }
    if ($claims['iss'] !== $client || $claims['aud'] !== 'ostor-bridge') {
        return 'issuer or audience';
    }
    if (abs($claims['iat'] - time()) > 30 || $claims['exp'] !== $claims['iat'] + 120) {
        return 'times';
    }
    if ($claims['body'] !== hash('sha256', $body)) {
        return 'body hash';
    }
    $seen = is_file($seenFile) ? (string) file_get_contents($seenFile) : '';
    if (preg_match('/^[0-9a-f]{32}$/', $claims['jti']) !== 1 || strpos($seen, $claims['jti']) !== false) {
        return 'jti';
    }
    file_put_contents($seenFile, $claims['jti'] . "\n", FILE_APPEND);

    return '';
}

$dir = (string) getenv('OSTOR_TEST_DIR');
$body = (string) file_get_contents('php://input');
$headers = array_change_key_case(getallheaders());
$fault = tokenFault(
    $headers['authorization'] ?? '',
    $body,
    (string) getenv('OSTOR_TEST_CLIENT'),
    (string) getenv('OSTOR_TEST_SECRET'),
    $dir . '/seen'
);
file_put_contents($dir . '/requests.jsonl', json_encode([
    'method' => $_SERVER['REQUEST_METHOD'],
    'path' => $_SERVER['REQUEST_URI'],
    'headers' => $headers,
    'body' => base64_encode($body),
    'token_fault' => $fault,
]) . "\n", FILE_APPEND);

$script = json_decode((string) file_get_contents($dir . '/script.json'), true);
$answer = ['status' => 500, 'type' => 'text/plain', 'body' => 'script is at its end'];
foreach ($script as $position => $candidate) {
    // Calls that are under way together come in any order: their answers name the method they are for.
    if (!isset($candidate['for']) || $candidate['for'] === (json_decode($body, true)['method'] ?? null)) {
        $answer = $candidate;
        if (!isset($candidate['forever'])) {
            array_splice($script, $position, 1);
        }
        break;
    }
}
file_put_contents($dir . '/script.json', json_encode($script));
if ($fault !== '') {
    $answer = ['status' => 401, 'type' => 'application/json', 'body' => '{"jsonrpc":"2.0","id":null,"error":'
        . '{"code":-32001,"message":"Unauthorized.","data":{"reason":"unauthorized","request_id":"srv401"}}}'];
}

usleep(1000 * ($answer['sleep_ms'] ?? 0));
http_response_code($answer['status']);
header('Content-Type: ' . $answer['type']);
if (!isset($answer['silent'])) {
    // As a bridge of this revision tells; headers of the script take their place.
    header('Ostor-Bridge: 0.1.0');
    header('Ostor-Interface: 1-1');
}
foreach ($answer['headers'] ?? [] as $line) {
    header($line);
}
$call = json_decode($body, true);
echo str_replace('@ID@', (string) ($call['id'] ?? ''), str_repeat($answer['body'], $answer['repeat'] ?? 1));

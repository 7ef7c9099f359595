<?php

/*
 * One call of the gateway, signed and sent as the Integration Guide's PHP function does: the signed resource is the
 * query as it stands, without a leading slash, the Host header has no port, and PUT and POST are curl's own with
 * nothing to send.
 *
 *   S3_KEY=ID S3_SECRET=SECRET php call.php METHOD GATEWAY QUERY
 *
 * GATEWAY has no trailing slash, QUERY begins with a question mark. Prints the body, a line end and the status.
 */

declare(strict_types=1);

[, $method, $gateway, $query] = $argv;

$date = date(DATE_RFC2822);
$text = implode("\n", [$method, '', '', $date, explode('&', $query)[0]]);
$signature = base64_encode(hash_hmac('sha1', $text, (string) getenv('S3_SECRET'), true));

$curl = curl_init($gateway . $query);
switch ($method) {
    case 'PUT':
        curl_setopt($curl, CURLOPT_PUT, true);
        break;
    case 'POST':
        curl_setopt($curl, CURLOPT_POST, true);
        break;
    case 'DELETE':
        curl_setopt($curl, CURLOPT_CUSTOMREQUEST, 'DELETE');
        break;
}
curl_setopt_array($curl, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 20,
    CURLOPT_NOPROXY => '*',
    CURLOPT_HTTPHEADER => [
        'Host: ' . parse_url($gateway, PHP_URL_HOST),
        "Date: $date",
        'Authorization: AWS ' . getenv('S3_KEY') . ":$signature",
        'Content-Type:',
        'Expect:',
    ],
]);

$answer = curl_exec($curl);
if ($answer === false) {
    fwrite(STDERR, 'call.php: ' . curl_error($curl) . "\n");
    exit(1);
}
echo $answer, "\n", curl_getinfo($curl, CURLINFO_RESPONSE_CODE);

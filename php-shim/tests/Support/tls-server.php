<?php

/**
 * A TLS server with a certificate nobody vouches for: prints its port, takes one connection within
 * ten seconds and prints what it could read.
 */

declare(strict_types=1);

$key = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
$request = openssl_csr_new(['commonName' => 'localhost'], $key);
$certificate = openssl_csr_sign($request, null, $key, 1);
openssl_x509_export($certificate, $pem);
openssl_pkey_export($key, $keyPem);
$file = tempnam(sys_get_temp_dir(), 'ostor-tls');
file_put_contents($file, $pem . $keyPem);

$context = stream_context_create(['ssl' => ['local_cert' => $file]]);
$flags = STREAM_SERVER_BIND | STREAM_SERVER_LISTEN;
$server = stream_socket_server('tls://127.0.0.1:0', $errno, $error, $flags, $context);
echo substr(strrchr(stream_socket_get_name($server, false), ':'), 1), "\n";
$connection = @stream_socket_accept($server, 10);
unlink($file);
echo 'read: ', $connection === false ? '' : (string) fgets($connection);

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use PHPUnit\Framework\TestCase;

/**
 * The certificate is always verified: a stranger on the line gets neither the request nor the token.
 */
final class TlsTest extends TestCase
{
    public function testUntrustedCertificateIsRefusedBeforeAnythingIsSent(): void
    {
        $server = proc_open(
            [PHP_BINARY, __DIR__ . '/Support/tls-server.php'],
            [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']],
            $pipes
        );
        $port = trim((string) fgets($pipes[1]));
        self::assertMatchesRegularExpression('/^\d+$/', $port);
        $result = ostor_TestConnection([
            'serverhostname' => 'localhost',
            'serverport' => $port,
            'serversecure' => 'on',
            'serverusername' => 'whmcs',
            'serverpassword' => 'a secret of at least 32 bytes in length',
            'serveraccesshash' => 'eu1',
        ]);
        $read = stream_get_contents($pipes[1]);
        proc_close($server);

        self::assertSame('read: ', $read);
        self::assertFalse($result['success']);
        self::assertStringContainsString('no trusted TLS connection', $result['error']);
        self::assertStringContainsString('certificate', $result['error']);
    }
}

<?php

declare(strict_types=1);

/** `whmcs serve` as a program: where it listens, how it ends, what it leaves behind. */
final class ServeCommandTest extends CommandLineTestCase
{
    public static function wrongAddresses(): array
    {
        return [['0.0.0.0:8080'], ['192.0.2.1:80'], ['127.0.0.1'], ['example.com:80'], ['127.0.0.1:80; id'], [':8080']];
    }

    /** @dataProvider wrongAddresses */
    public function testItListensOnLoopbackOnly(string $address): void
    {
        $this->whmcs('install', '--module', 'sampleok');
        [$code, , $errors] = $this->whmcs('serve', '--listen', $address);
        self::assertSame(2, $code);
        self::assertStringContainsString('--listen takes a loopback address and a port', $errors);
    }

    public function testAPortInUseIsRefusedWithASentence(): void
    {
        $this->whmcs('install', '--module', 'sampleok');
        $other = stream_socket_server('tcp://127.0.0.1:0');
        $address = stream_socket_get_name($other, false);
        [$code, , $errors] = $this->whmcs('serve', '--listen', $address);
        self::assertSame(1, $code);
        self::assertStringContainsString("The pages cannot be served on $address; is something else listening there?", $errors);
    }

    public function testWithoutADatabaseThereIsNothingToServe(): void
    {
        [$code, , $errors] = $this->whmcs('serve', '--socket', TEST_DIRECTORY . '/nothing.sock', '--listen', '127.0.0.1:0');
        self::assertSame(1, $code);
        self::assertStringContainsString('No MariaDB answers on the socket', $errors);
    }

    public function testEndingItEndsTheServerAndRemovesTheSessions(): void
    {
        $this->whmcs('install', '--module', 'sampleok');
        $temporary = TEST_DIRECTORY . '/tmp-' . bin2hex(random_bytes(4));
        mkdir($temporary);
        $server = new BackgroundProcess(
            [dirname(__DIR__) . '/whmcs', 'serve', '--listen', '127.0.0.1:0', '--database', 'test_cli', '--modules', __DIR__ . '/modules'],
            TEST_DIRECTORY . '/serve-command.log',
            ['TMPDIR' => $temporary]
        );
        $browser = (new Browser($server->address))->get('/login');
        self::assertSame(200, $browser->status);
        self::assertCount(1, glob("$temporary/whmcs-sessions-*/sess_*"));
        self::assertSame("http://$server->address/", $this->systemUrl());
        $server->stop();
        self::assertFalse(@stream_socket_client("tcp://$server->address", $code, $message, 5));
        self::assertSame([], glob("$temporary/*"));
    }

    public function testInAContainerItListensAnywhereAndKnowsTheAddressThatLeadsThere(): void
    {
        $this->whmcs('install', '--module', 'sampleok');
        $command = [dirname(__DIR__) . '/whmcs', 'serve', '--listen', '0.0.0.0:0', '--database', 'test_cli', '--modules', __DIR__ . '/modules'];
        $server = new BackgroundProcess([...$command, '--url', 'http://127.0.0.1:8080/'], TEST_DIRECTORY . '/serve-command.log', []);
        self::assertSame(200, (new Browser("127.0.0.1:{$server->port()}"))->get('/login')->status);
        self::assertSame('http://127.0.0.1:8080/', $this->systemUrl());
        self::assertStringContainsString('Admin area http://127.0.0.1:8080/admin/', $server->log());
        $server->stop();

        foreach (['http://192.0.2.1/', 'https://127.0.0.1/', 'http://127.0.0.1:80', 'http://localhost.example/'] as $url) {
            [$code, , $errors] = $this->whmcs('serve', '--listen', '0.0.0.0:0', '--url', $url);
            self::assertSame(2, $code);
            self::assertStringContainsString('--url takes an address on loopback', $errors);
        }
    }

    public function testHelpTellsHowToServe(): void
    {
        [$code, $output] = $this->whmcs('serve', '--help');
        self::assertSame(0, $code);
        self::assertMatchesRegularExpression('/example:.*whmcs serve --listen 127\.0\.0\.1:8080/s', $output);
    }

    private function systemUrl(): string
    {
        $database = new PDO('mysql:unix_socket=' . getenv('WHMCS_SANDBOX_SOCKET') . ';dbname=test_cli', 'root', '');
        return $database->query("SELECT value FROM tblconfiguration WHERE setting = 'SystemURL'")->fetchColumn();
    }
}

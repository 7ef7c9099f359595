<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

/**
 * The real chain: WHMCS sandbox, PHP module, ostor-bridge, gateway simulator, and a
 * stock s3cmd that uses the credentials WHMCS stored. Every test has a chain of its own.
 *
 * OSTOR_BRIDGE_BIN names the program to test.
 */
abstract class ChainTestCase extends TestCase
{
    protected const DATABASE = 'test_e2e';
    protected const CLUSTER = 'eu1';
    protected const SYSTEM_KEY = 'SYSTEMKEY00000000001';
    protected const SYSTEM_SECRET = 'system-secret-of-the-simulated-cluster-01';
    protected const CLIENT_SECRET = 'whmcs-client-secret-of-at-least-32-bytes';

    protected string $directory;
    /** @var array<string, string> added to the environment of every program of the chain */
    protected array $environment = [];
    protected BackgroundProcess $gateway;
    protected BackgroundProcess $bridge;

    protected function setUp(): void
    {
        $this->directory = TEST_DIRECTORY . '/chain-' . bin2hex(random_bytes(4));
        mkdir($this->directory, 0700);
    }

    protected function tearDown(): void
    {
        if (isset($this->bridge)) {
            $this->bridge->stop();
        }
        if (isset($this->gateway)) {
            $this->gateway->stop();
        }
        if (isset($this->directory)) {
            array_map('unlink', glob("$this->directory/*"));
        }
    }

    /** @param list<string> $options of `ostor-bridge simulate` */
    protected function startGateway(array $options = []): void
    {
        $this->gateway = $this->inBackground('gateway', ['simulate', '--listen', '127.0.0.1:0', '--system-key', self::SYSTEM_KEY,
            '--system-secret', self::SYSTEM_SECRET, ...$options]);
    }

    protected function startBridge(string $listen): void
    {
        file_put_contents($this->config(), sprintf(
            "[server]\nlisten = \"%s\"\n[database]\nurl = \"sqlite:%s/ledger.db\"\n"
            . "[clients.whmcs]\nsecret = \"%s\"\nscopes = [\"provision\", \"usage\", \"admin\"]\n"
            . "[clusters.%s]\nendpoint = \"http://%s\"\naccess_key = \"%s\"\nsecret_key = \"%s\"\n",
            $listen,
            $this->directory,
            self::CLIENT_SECRET,
            self::CLUSTER,
            $this->gateway->address,
            self::SYSTEM_KEY,
            self::SYSTEM_SECRET
        ));
        $this->bridge = $this->inBackground('bridge', ['serve', '--config', $this->config()]);
    }

    /** @param list<string> $options of `whmcs install`; they replace the right ones of the server record */
    protected function install(array $options): void
    {
        $this->whmcs(['install', '--hostname', '127.0.0.1', '--port', $this->bridge->port(), '--username', 'whmcs',
            '--password', self::CLIENT_SECRET, '--accesshash', self::CLUSTER, ...$options]);
    }

    /**
     * Runs the sandbox's command line.
     *
     * @param list<string> $words
     * @return array<string, mixed> its JSON answer
     */
    protected function whmcs(array $words, int $expected = 0): array
    {
        [$code, $output, $errors] = $this->execute([dirname(__DIR__) . '/whmcs', ...$words, '--json', '--database', self::DATABASE]);
        self::assertSame($expected, $code, implode(' ', $words) . ":\n$output$errors");
        return json_decode($output, true, 512, JSON_THROW_ON_ERROR);
    }

    /** Service N is that of client N: the tests order one for each, in this order. */
    protected function orderAndPay(int $client, int $product = 1): void
    {
        $order = $this->whmcs(['order', '--client', (string) $client, '--product', (string) $product]);
        self::assertSame($client, $order['service']);
        $this->whmcs(['pay', (string) $order['invoice']]);
    }

    protected function show(int $service): array
    {
        return $this->whmcs(['show', 'service', (string) $service, '--credentials']);
    }

    /** Makes a bucket, writes an object and reads it back with the stored credentials. */
    protected function writesAndReads(int $service, string $bucket): void
    {
        $text = "hello of service $service\n";
        file_put_contents("$this->directory/hello.txt", $text);
        foreach ([['mb', "s3://$bucket"], ['put', "$this->directory/hello.txt", "s3://$bucket/hello.txt"]] as $words) {
            [$code, , $errors] = $this->s3cmd($service, $words);
            self::assertSame(0, $code, "s3cmd $words[0]: $errors");
        }
        [$code, $output, $errors] = $this->s3cmd($service, ['get', "s3://$bucket/hello.txt", '-']);
        self::assertSame([0, $text], [$code, $output], $errors);
    }

    /**
     * @param list<string> $words
     * @return array{int, string, string}
     */
    protected function s3cmd(int $service, array $words): array
    {
        $shown = $this->show($service);
        file_put_contents("$this->directory/s3cfg", sprintf(
            "[default]\naccess_key = %s\nsecret_key = %s\nhost_base = %s\nhost_bucket = %s\nuse_https = False\n"
            . "bucket_location = us-east-1\nsignature_v2 = False\nmax_retries = 1\n",
            $shown['properties']['Access Key ID'],
            $shown['service']['password'],
            $this->gateway->address,
            $this->gateway->address
        ));
        return $this->execute(['s3cmd', '-c', "$this->directory/s3cfg", '--no-progress', '--quiet', ...$words]);
    }

    /**
     * A request to the simulator's admin route, which must be accepted.
     *
     * @param array<string, mixed>|null $body
     * @return array<string, mixed>
     */
    protected function simulator(string $method, string $path, ?array $body = null): array
    {
        $answer = file_get_contents("http://{$this->gateway->address}/_simulator/$path", false, stream_context_create([
            'http' => ['method' => $method, 'header' => 'Content-Type: application/json', 'timeout' => 10, 'ignore_errors' => true,
                'content' => $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR)],
        ]));
        $decoded = json_decode((string) $answer, true, 512, JSON_THROW_ON_ERROR);
        self::assertArrayNotHasKey('error', $decoded, "$method $path: $answer");
        return $decoded;
    }

    /**
     * A run of the program beside the service.
     *
     * @param list<string> $words
     * @return array{int, string, string} exit code, output, errors
     */
    protected function program(array $words): array
    {
        return $this->execute([self::binary(), ...$words, '--config', $this->config()]);
    }

    /**
     * @param list<string> $command
     * @return array{int, string, string} exit code, output, errors
     */
    protected function execute(array $command): array
    {
        $errors = tempnam($this->directory, 'err');
        $streams = [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', $errors, 'w']];
        $process = proc_open(['timeout', '60', ...$command], $streams, $pipes, null, $this->environment + getenv());
        $output = stream_get_contents($pipes[1]);
        return [proc_close($process), $output, file_get_contents($errors)];
    }

    private function config(): string
    {
        return "$this->directory/bridge.toml";
    }

    /** @param list<string> $words */
    private function inBackground(string $name, array $words): BackgroundProcess
    {
        return new BackgroundProcess([self::binary(), ...$words], "$this->directory/$name.log", $this->environment);
    }

    private static function binary(): string
    {
        $program = (string) getenv('OSTOR_BRIDGE_BIN');
        if ($program === '' || !is_executable($program)) {
            self::fail('Set OSTOR_BRIDGE_BIN to the ostor-bridge program, for example target/debug/ostor-bridge'
                . ($program === '' ? '.' : "; $program cannot be run."));
        }
        return $program;
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests\Support;

/**
 * A real HTTP server on loopback that answers as told (router.php under `php -S`).
 */
final class ScriptedBridge
{
    public const CLIENT = 'whmcs-test';
    public const SECRET = 'bridge+secret/with "odd" & <signs> äöü 0123456789';

    /** @var int */
    public $port;

    /** @var string */
    private $dir;

    /** @var resource */
    private $process;

    /**
     * @param string $script what `php -S` runs
     * @param array<string, string> $environment for it, beside its own
     */
    public function __construct(string $script = __DIR__ . '/router.php', array $environment = [])
    {
        $this->dir = sys_get_temp_dir() . '/ostor-module-' . bin2hex(random_bytes(6));
        mkdir($this->dir, 0700);
        $this->port = self::freePort();
        $environment += [
            'OSTOR_TEST_DIR' => $this->dir,
            'OSTOR_TEST_CLIENT' => self::CLIENT,
            'OSTOR_TEST_SECRET' => self::SECRET,
        ] + getenv();
        $output = ['file', $this->dir . '/server.log', 'a'];
        $this->process = proc_open(
            [PHP_BINARY, '-S', '127.0.0.1:' . $this->port, $script],
            [['file', '/dev/null', 'r'], $output, $output],
            $pipes,
            $this->dir,
            $environment
        );
        $this->waitUntilListening();
    }

    /**
     * Forgets what came in and takes new answers.
     *
     * @param array<int, array<string, mixed>> $answers
     */
    public function script(array $answers): void
    {
        file_put_contents($this->dir . '/script.json', json_encode($answers, JSON_THROW_ON_ERROR));
        file_put_contents($this->dir . '/requests.jsonl', '');
    }

    /**
     * @return array<int, array<string, mixed>> method, path, headers, body, token_fault
     */
    public function requests(): array
    {
        return array_map(static function (string $line): array {
            $request = json_decode($line, true);
            $request['body'] = base64_decode($request['body'], true);

            return $request;
        }, file($this->dir . '/requests.jsonl', FILE_IGNORE_NEW_LINES));
    }

    public function stop(): void
    {
        proc_terminate($this->process, 9);
        proc_close($this->process);
        array_map('unlink', glob($this->dir . '/*'));
        rmdir($this->dir);
    }

    /**
     * A port of 127.0.0.1 nobody listens on.
     */
    public static function freePort(): int
    {
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        $port = (int) substr(strrchr(stream_socket_get_name($socket, false), ':'), 1);
        fclose($socket);

        return $port;
    }

    private function waitUntilListening(): void
    {
        $deadline = microtime(true) + 10;
        while (microtime(true) < $deadline && proc_get_status($this->process)['running']) {
            $connection = @stream_socket_client('tcp://127.0.0.1:' . $this->port, $errno, $error, 1);
            if ($connection !== false) {
                fclose($connection);

                return;
            }
            usleep(20000);
        }
        throw new \RuntimeException('php -S did not start: ' . file_get_contents($this->dir . '/server.log'));
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Refusal;
use WhmcsSandbox\Web\FrontController;

/** `whmcs serve`: the pages of the host on PHP's built-in server, until somebody ends it. */
final class ServeCommand
{
    private const LISTEN = '127.0.0.1:8080';
    /** Longest line of the server that is looked at, in bytes. */
    private const LINE = 8192;

    private bool $ended = false;

    /** @param array<string, string> $environment what the front controller reads: socket, database, modules, lenient */
    public function __construct(private readonly Host $host, private readonly array $environment)
    {
    }

    public function run(Arguments $arguments): Report
    {
        $listen = $arguments->text('listen', self::LISTEN);
        $url = $arguments->text('url');
        // The passwords of a fresh sandbox are known to everybody.
        if ($url === '' && !preg_match('/^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost):\d{1,5}$/', $listen)) {
            throw new UsageError("--listen takes a loopback address and a port such as 127.0.0.1:8080, not '$listen'.");
        }
        if ($url !== '' && !preg_match('#^http://(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)(?::\d{1,5})?/$#', $url)) {
            throw new UsageError("--url takes an address on loopback such as http://127.0.0.1:8080/, not '$url'.");
        }
        $sessions = sys_get_temp_dir() . '/whmcs-sessions-' . bin2hex(random_bytes(8));
        mkdir($sessions, 0700);
        try {
            $this->serve($listen, $sessions, $url);
        } finally {
            array_map('unlink', glob("$sessions/*") ?: []);
            rmdir($sessions);
        }
        return new Report([], ['Stopped.']);
    }

    private function serve(string $listen, string $sessions, string $url): void
    {
        pcntl_async_signals(true);
        foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
            pcntl_signal($signal, function (): void {
                $this->ended = true;
            });
        }
        $public = dirname(__DIR__, 2) . '/public';
        $server = proc_open(
            [PHP_BINARY, '-d', 'display_errors=0', '-d', 'log_errors=1', '-d', 'error_log=', '-d', "session.save_path=$sessions",
                '-S', $listen, '-t', $public, "$public/index.php"],
            [['file', '/dev/null', 'r'], STDOUT, ['pipe', 'w']],
            $pipes,
            null,
            $this->environment + getenv()
        );
        if ($server === false) {
            throw new Refusal('PHP could not be started.');
        }
        try {
            $this->pass($pipes[2], $listen, $url);
        } finally {
            proc_terminate($server, SIGTERM);
            proc_close($server);
        }
    }

    /**
     * Hands the server's log through until it or this command is ended.
     *
     * @param resource $log
     * @param string $url where browsers find it, empty when that is where it listens
     */
    private function pass($log, string $listen, string $url): void
    {
        $started = false;
        while (!$this->ended) {
            $readable = [$log];
            $none = [];
            // A signal interrupts the wait with a warning.
            if (!@stream_select($readable, $none, $none, 1)) {
                continue;
            }
            $line = fgets($log, self::LINE);
            if ($line === false) {
                break;
            }
            if (!$started && preg_match('#Development Server \(http://(\S+)\) started#', $line, $m)) {
                $started = true;
                $url = $url ?: "http://$m[1]/";
                $this->host->settings->set('SystemURL', $url);
                echo "listening on $m[1]\n";
                echo "Admin area {$url}admin/ (admin, sales, support), client area $url;"
                    . " the password of every log-in is `sandbox`. End with Ctrl-C.\n";
            }
            fwrite(STDERR, $line);
        }
        if (!$this->ended) {
            throw new Refusal($started ? 'The server ended by itself; its last lines above may tell why.'
                : "The pages cannot be served on $listen; is something else listening there?");
        }
    }
}

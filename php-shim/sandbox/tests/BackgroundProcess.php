<?php

declare(strict_types=1);

/** A server that runs beside a test and is ended by its process id, also when the test fails. */
final class BackgroundProcess
{
    private const START_SECONDS = 30;
    private const STOP_SECONDS = 10;

    /** Host and port from the line `listening on ADDR`. */
    public readonly string $address;
    /** @var resource|null */
    private $process;
    private readonly string $log;

    /**
     * @param list<string> $command
     * @param string $log file that takes what the program writes to its standard error
     */
    public function __construct(array $command, string $log)
    {
        $this->log = $log;
        $this->process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', $log, 'a']], $pipes) ?: null;
        if ($this->process === null) {
            throw new RuntimeException("$command[0] could not be started.");
        }
        try {
            $this->address = $this->waitForAddress($pipes[1]);
        } catch (RuntimeException $e) {
            $this->stop();
            throw new RuntimeException(implode(' ', array_slice($command, 0, 2)) . ": {$e->getMessage()}\n" . file_get_contents($log));
        }
    }

    public function port(): string
    {
        return substr(strrchr($this->address, ':'), 1);
    }

    public function log(): string
    {
        return (string) file_get_contents($this->log);
    }

    /** Asks the process to end, insists after a while, and waits until it is gone. */
    public function stop(): void
    {
        if ($this->process === null) {
            return;
        }
        proc_terminate($this->process, SIGTERM);
        $deadline = microtime(true) + self::STOP_SECONDS;
        while (proc_get_status($this->process)['running']) {
            if (microtime(true) > $deadline) {
                proc_terminate($this->process, SIGKILL);
            }
            usleep(20_000);
        }
        proc_close($this->process);
        $this->process = null;
    }

    public function __destruct()
    {
        $this->stop();
    }

    /** @param resource $output */
    private function waitForAddress($output): string
    {
        stream_set_blocking($output, false);
        $deadline = microtime(true) + self::START_SECONDS;
        $text = '';
        while (microtime(true) < $deadline) {
            $text .= (string) fread($output, 4096);
            if (preg_match('/listening on (\S+)\n/', $text, $m)) {
                return $m[1];
            }
            if (!proc_get_status($this->process)['running']) {
                throw new RuntimeException('it ended without listening.');
            }
            usleep(20_000);
        }
        throw new RuntimeException('it did not say `listening on ADDR` in time.');
    }
}

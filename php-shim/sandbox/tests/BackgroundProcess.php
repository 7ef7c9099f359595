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
     * @param string $log file for its standard error; standard output goes to the same name with `.out`
     * @param array<string, string> $environment added to that of the tests
     */
    public function __construct(array $command, string $log, array $environment)
    {
        $this->log = $log;
        // Both streams go to files: a pipe nobody reads would stop the program once it is full.
        $streams = [['file', '/dev/null', 'r'], ['file', "$log.out", 'w'], ['file', $log, 'w']];
        $this->process = proc_open($command, $streams, $pipes, null, $environment + getenv()) ?: null;
        if ($this->process === null) {
            throw new RuntimeException("$command[0] could not be started.");
        }
        try {
            $this->address = $this->waitForAddress();
        } catch (RuntimeException $e) {
            $this->stop();
            throw new RuntimeException(implode(' ', array_slice($command, 0, 2)) . ": {$e->getMessage()}\n{$this->log()}");
        }
    }

    public function port(): string
    {
        return substr(strrchr($this->address, ':'), 1);
    }

    /** All it wrote since it was started. */
    public function log(): string
    {
        return file_get_contents("$this->log.out") . file_get_contents($this->log);
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

    private function waitForAddress(): string
    {
        $deadline = microtime(true) + self::START_SECONDS;
        while (microtime(true) < $deadline) {
            if (preg_match('/^listening on (\S+)\n/m', (string) file_get_contents("$this->log.out"), $m)) {
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

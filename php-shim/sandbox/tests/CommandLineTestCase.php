<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

/** Runs the command `whmcs` as a person or a script does. */
abstract class CommandLineTestCase extends TestCase
{
    /** @var array<string, string> added to the environment of the command */
    protected array $environment = [];

    /** @return array{int, string, string} exit code, standard output, standard error */
    protected function whmcs(string ...$words): array
    {
        $command = ['timeout', '60', dirname(__DIR__) . '/whmcs', ...$words, '--database', 'test_cli', '--modules', __DIR__ . '/modules'];
        $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['pipe', 'w']], $pipes, null, $this->environment + getenv());
        $output = stream_get_contents($pipes[1]);
        $errors = stream_get_contents($pipes[2]);
        return [proc_close($process), $output, $errors];
    }

    /** The JSON answer of a command that succeeds. */
    protected function json(string ...$words): array
    {
        [$code, $output, $errors] = $this->whmcs(...[...$words, '--json']);
        self::assertSame(0, $code, implode(' ', $words) . ": $output$errors");
        return json_decode($output, true, 512, JSON_THROW_ON_ERROR);
    }
}

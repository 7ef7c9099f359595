<?php

declare(strict_types=1);

namespace WhmcsSandbox\Kernel;

/**
 * Watches module code while it runs: what it prints and which PHP messages it raises
 * become defects. Messages raised inside the libraries of the distribution do not count.
 */
final class Observer
{
    private const LIBRARIES = '/usr/share/php/';
    private int $depth = 0;

    public function __construct(private readonly Defects $defects)
    {
    }

    /** True while module code runs; a script that ends then was ended by the module. */
    public function isWatching(): bool
    {
        return $this->depth > 0;
    }

    /**
     * @template T
     * @param string $what names the code in the sentence, such as `ostor_CreateAccount`
     * @param callable(): T $code
     * @return T
     */
    public function watch(string $what, callable $code): mixed
    {
        $output = '';
        $this->depth++;
        try {
            return $this->observe($what, $code, $output);
        } finally {
            $this->depth--;
            if ($output !== '') {
                $this->defects->add("$what printed output: " . json_encode(mb_strimwidth($output, 0, 80, '…')));
            }
        }
    }

    /**
     * As watch(), for code whose task is to print: an addon's page. Ending the script there, after a redirect
     * or a download, is no defect either.
     *
     * @param callable(): mixed $code
     * @return string what it printed
     */
    public function capture(string $what, callable $code): string
    {
        $output = '';
        $this->observe($what, $code, $output);
        return $output;
    }

    /** @param string $output becomes what the code printed */
    private function observe(string $what, callable $code, string &$output): mixed
    {
        set_error_handler(function (int $level, string $message, string $file, int $line) use ($what): bool {
            if ((error_reporting() & $level) !== 0 && !str_starts_with($file, self::LIBRARIES)) {
                $this->defects->add(
                    sprintf('%s raised a PHP %s: %s (%s:%d)', $what, self::name($level), $message, basename($file), $line)
                );
            }
            return true;
        });
        $reporting = error_reporting(E_ALL);
        ob_start();
        try {
            return $code();
        } finally {
            $output = (string) ob_get_clean();
            error_reporting($reporting);
            restore_error_handler();
        }
    }

    private static function name(int $level): string
    {
        return match ($level) {
            E_WARNING, E_USER_WARNING => 'warning',
            E_NOTICE, E_USER_NOTICE => 'notice',
            E_DEPRECATED, E_USER_DEPRECATED => 'deprecation',
            default => 'error',
        };
    }
}

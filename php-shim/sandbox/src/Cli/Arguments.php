<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

/** The words after the command: options with a value, options without one, and the rest. */
final class Arguments
{
    /** @var list<string> */
    public readonly array $words;
    /** @var array<string, list<string>> */
    private readonly array $options;

    /**
     * @param list<string> $words
     * @param list<string> $known options without the dashes; one that takes a value ends in `=`
     */
    public function __construct(array $words, array $known)
    {
        $rest = [];
        $options = [];
        while (($word = array_shift($words)) !== null) {
            if (!str_starts_with($word, '--')) {
                $rest[] = $word;
                continue;
            }
            [$name, $value] = array_pad(explode('=', substr($word, 2), 2), 2, null);
            if (in_array("$name=", $known, true)) {
                $value ??= array_shift($words) ?? throw new UsageError("--$name needs a value.");
            } elseif (!in_array($name, $known, true) || $value !== null) {
                throw new UsageError("Unknown option $word; see `whmcs --help`.");
            }
            $options[$name][] = (string) $value;
        }
        $this->words = $rest;
        $this->options = $options;
    }

    public function has(string $option): bool
    {
        return isset($this->options[$option]);
    }

    public function text(string $option, string $default = ''): string
    {
        $values = $this->options[$option] ?? [$default];
        return end($values);
    }

    /** @return list<string> every value given */
    public function all(string $option): array
    {
        return $this->options[$option] ?? [];
    }

    /** A number from 1 up, as ids are. */
    public function id(string $option, ?int $default = null): int
    {
        if (!$this->has($option)) {
            return $default ?? throw new UsageError("--$option is missing; see `whmcs --help`.");
        }
        return self::number($this->text($option), "--$option");
    }

    public static function number(string $text, string $what): int
    {
        return preg_match('/^[1-9][0-9]{0,9}$/', $text) ? (int) $text : throw new UsageError("$what takes a number, not '$text'.");
    }
}

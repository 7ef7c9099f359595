<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;


if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What became of a form: done, to be confirmed first, or done with secrets to show.
 */
final class Outcome
{
    /** @var string plain text */
    private $sentence;

    /** @var bool */
    private $isQuestion;

    /** @var array<int, array{owner: string, id: string, secret: string}> */
    private $secrets;

    /** @var string|null */
    private $next;

    /** @var string[] plain text */
    private $details = [];

    /**
     * @param array<int, array{owner: string, id: string, secret: string}> $secrets
     */
    private function __construct(string $sentence, bool $isQuestion, array $secrets, ?string $next)
    {
        $this->sentence = $sentence;
        $this->isQuestion = $isQuestion;
        $this->secrets = $secrets;
        $this->next = $next;
    }

    /**
     * @param string|null $next address to go on at, when the page of the form is no longer there
     */
    public static function done(string $sentence, ?string $next = null): self
    {
        return new self($sentence, false, [], $next);
    }

    /**
     * Nothing was done yet.
     *
     * @param string[] $details what would be done, in more sentences
     */
    public static function question(string $sentence, array $details = []): self
    {
        $outcome = new self($sentence, true, [], null);
        $outcome->details = $details;

        return $outcome;
    }

    /**
     * @param array<int, array{owner: string, id: string, secret: string}> $secrets key pairs
     */
    public static function secret(string $sentence, array $secrets, ?string $next = null): self
    {
        return new self($sentence, false, $secrets, $next);
    }

    public function sentence(): string
    {
        return $this->sentence;
    }

    public function isQuestion(): bool
    {
        return $this->isQuestion;
    }

    /**
     * @return array<int, array{owner: string, id: string, secret: string}>
     */
    public function secrets(): array
    {
        return $this->secrets;
    }

    /**
     * @return string[]
     */
    public function details(): array
    {
        return $this->details;
    }

    public function next(): ?string
    {
        return $this->next;
    }
}

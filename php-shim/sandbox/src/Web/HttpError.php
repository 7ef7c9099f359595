<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web;

/** The request cannot be answered with a page; the message is a sentence for the person at the browser. */
final class HttpError extends \RuntimeException
{
    public function __construct(public readonly int $status, string $sentence)
    {
        parent::__construct($sentence);
    }

    public static function notFound(string $sentence): self
    {
        return new self(404, $sentence);
    }

    public static function forbidden(string $sentence): self
    {
        return new self(403, $sentence);
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web;

/** What goes back to the browser. */
final class Response
{
    /** @param array<string, string> $headers */
    private function __construct(
        private readonly int $status,
        private readonly array $headers,
        private readonly string $body
    ) {
    }

    public static function html(string $body, int $status = 200): self
    {
        return new self($status, ['Content-Type' => 'text/html; charset=utf-8'], $body);
    }

    public static function redirect(string $address): self
    {
        return new self(303, ['Location' => $address], '');
    }

    /** Headers and a status, such as that of a redirect, that module code has sent by itself stay. */
    public function send(): void
    {
        if ($this->status !== 200) {
            http_response_code($this->status);
        }
        foreach ($this->headers as $name => $value) {
            header("$name: $value");
        }
        echo $this->body;
    }
}

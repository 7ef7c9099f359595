<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web;

/** One HTTP request; parameters are texts, whatever the browser made of them. */
final class Request
{
    public readonly string $path;
    public readonly bool $isPost;

    public function __construct()
    {
        $this->path = rawurldecode((string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
        $this->isPost = $_SERVER['REQUEST_METHOD'] === 'POST';
    }

    /** A parameter of the address or, before that, of the form; '' without it. */
    public function text(string $name): string
    {
        $value = $_POST[$name] ?? $_GET[$name] ?? '';
        return is_string($value) ? $value : '';
    }

    /** As text(), of a form that was posted. */
    public function posted(string $name): string
    {
        return $this->isPost && is_string($_POST[$name] ?? null) ? $_POST[$name] : '';
    }

    /** @return array<string, string> a group of posted fields, `name[key]` */
    public function postedGroup(string $name): array
    {
        return array_filter((array) ($_POST[$name] ?? []), 'is_string');
    }

    /** A number from 1 up; anything else is 0, which no row has. */
    public function id(string $name): int
    {
        return preg_match('/^[1-9][0-9]{0,8}$/', $this->text($name)) ? (int) $this->text($name) : 0;
    }

    /** Refuses a request that was not posted with the session's token. */
    public function requireToken(): void
    {
        if (!$this->isPost) {
            throw new HttpError(405, 'This works as a posted form only.');
        }
        // Of the form alone: one in the address would end up in logs and histories.
        if (!hash_equals(generate_token('plain'), $this->posted('token'))) {
            throw HttpError::forbidden('Invalid Token: the form is too old or came from somewhere else. Nothing was changed.');
        }
    }
}

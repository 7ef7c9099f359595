<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A method of the bridge that lists accounts in pages: one call per page, until the bridge says that was the last.
 */
final class Pages
{
    /** At up to 1000 accounts a page, more is no list but a loop. */
    private const MOST = 1000;

    /** @var Bridge */
    private $bridge;

    /** @var string */
    private $method;

    /** @var array<string, mixed> */
    private $params;

    /** @var array<string, true> sentences about what the bridge does not know */
    private $withheld = [];

    /**
     * @param array<string, mixed> $params of every call, without cluster and cursor
     */
    public function __construct(Bridge $bridge, string $method, array $params)
    {
        $this->bridge = $bridge;
        $this->method = $method;
        $this->params = $params;
    }

    /**
     * What $read makes of each page, in order. While a page is dealt with, the bridge makes the next one.
     *
     * @param callable(array<string, mixed>): mixed $read gets the result, whose member accounts is an array
     * @return \Generator<mixed>
     * @throws Failure for a page that cannot be had or used; those before it stay as they are
     */
    public function read(callable $read): \Generator
    {
        $cursor = null;
        $seen = [];
        $take = function (array $page) use ($read, &$cursor, &$seen) {
            $cursor = self::nextCursor($page, $seen);
            if ($cursor !== null) {
                $seen[$cursor] = true;
            }
            $this->remember($page['withheld'] ?? []);

            return $read($page);
        };
        $ask = function (array $params) use ($take): callable {
            return $this->bridge->bulk($this->method, $params + $this->params, ['accounts' => 'array'], $take);
        };
        $answer = $ask([]);
        while ($answer !== null) {
            $page = $answer();
            $answer = $cursor === null ? null : $ask(['cursor' => $cursor]);
            yield $page;
        }
    }

    /**
     * One activity-log line with the bridge's sentences about figures it does not know, or none.
     */
    public function report(string $text, string $serverId, ModuleLog $log): void
    {
        if ($this->withheld !== []) {
            $log->activity(Lang::text($text, $serverId, implode(' ', array_keys($this->withheld))));
        }
    }

    /**
     * The failure of a page for one of its accounts.
     *
     * @param int $position of the account in the page, from 0
     */
    public static function unusable(int $position, string $member): Failure
    {
        return new Failure(Lang::text('account_unusable', $position + 1, $member));
    }

    /**
     * @param array<string, mixed> $page
     * @param array<string, true> $seen cursors of the pages so far
     * @throws Failure unless the list goes on at a place it was not at before, or says that it ends
     */
    private static function nextCursor(array $page, array $seen): ?string
    {
        $cursor = $page['next_cursor'] ?? null;
        if ($cursor === null && array_key_exists('next_cursor', $page)) {
            return null;
        }
        // A list that is taken for complete by mistake would make accounts look gone.
        if (!is_string($cursor) || $cursor === '' || isset($seen[$cursor]) || count($seen) >= self::MOST) {
            throw new Failure(Lang::text('list_without_end', count($seen) + 1));
        }

        return $cursor;
    }

    /**
     * @param mixed $sentences
     */
    private function remember($sentences): void
    {
        foreach (is_array($sentences) ? array_filter($sentences, 'is_string') : [] as $sentence) {
            $this->withheld[$sentence] = true;
        }
    }
}

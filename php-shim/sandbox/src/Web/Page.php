<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web;

/** What stands inside the frame of an area. */
final class Page
{
    /**
     * @param string $html of the page
     * @param string $sidebar HTML beside it
     * @param int $status of HTTP
     */
    public function __construct(
        public readonly string $title,
        public readonly string $html,
        public readonly string $sidebar = '',
        public readonly int $status = 200
    ) {
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web\Admin;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Web\HttpError;
use WhmcsSandbox\Web\Request;
use WhmcsSandbox\Web\View;

/** What the pages of the admin area have in common. */
abstract class Pages
{
    /** Rows of a list on one page. */
    protected const ROWS = 50;

    /** @param list<string> $may permissions of the admin's role */
    public function __construct(
        protected readonly Host $host,
        protected readonly Request $request,
        protected readonly View $view,
        protected readonly object $admin,
        protected readonly array $may
    ) {
    }

    protected function client(): object
    {
        return Capsule::table('tblclients')->find($this->request->id('userid'))
            ?? throw HttpError::notFound('Client Not Found: the address names no client.');
    }

    /** Refuses what the admin's role does not allow. */
    protected function require(string $permission): void
    {
        if (!in_array($permission, $this->may, true)) {
            throw HttpError::forbidden("Access Denied: your role does not have the permission '$permission'. Nothing was changed.");
        }
    }

    /**
     * One page of a table, and the numbers of the pages before and after it (0: there is none).
     *
     * @return array{rows: list<object>, previous: int, next: int, total: int}
     */
    protected function paged(object $query): array
    {
        $page = max(1, $this->request->id('page'));
        $total = $query->count();
        return [
            'rows' => $query->forPage($page, self::ROWS)->get()->all(),
            'previous' => $page - 1,
            'next' => $page * self::ROWS < $total ? $page + 1 : 0,
            'total' => $total,
        ];
    }
}

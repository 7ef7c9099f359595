<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web\Admin;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Web\Page;

/** The activity log and the module log, newest first. */
final class LogPages extends Pages
{
    public function activity(): Page
    {
        return new Page('Activity Log', $this->view->part('admin/activitylog', $this->log('tblactivitylog')));
    }

    public function module(): Page
    {
        return new Page('Module Log', $this->view->part('admin/modulelog', $this->log('tblmodulelog')));
    }

    /** @return array{rows: list<object>, previous: int, next: int, total: int} */
    private function log(string $table): array
    {
        return $this->paged(Capsule::table($table)->orderByDesc('id'));
    }
}

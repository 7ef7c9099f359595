<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web\Admin;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Clients;
use WhmcsSandbox\Web\Page;

/** The list of clients and the summary of one. */
final class ClientPages extends Pages
{
    public function all(): Page
    {
        return new Page('Client List', $this->view->part('admin/clients', $this->paged(Capsule::table('tblclients')->orderBy('id'))));
    }

    public function summary(): Page
    {
        $client = Clients::details((int) $this->client()->id);
        $about = ['userid' => $client['userid']];
        // A function may return one link or several.
        $links = array_merge(...array_map(
            static fn (mixed $result): array => array_filter((array) $result, 'is_string'),
            $this->host->hooks->run('AdminAreaClientSummaryActionLinks', $about)
        ));
        return new Page('Client Summary', $this->view->part('admin/clientssummary', [
            'client' => $client,
            'links' => $links,
            'panels' => array_filter($this->host->hooks->run('AdminAreaClientSummaryPage', $about), 'is_string'),
            'services' => Capsule::table('tblhosting')->join('tblproducts', 'tblproducts.id', '=', 'packageid')
                ->where('userid', $client['userid'])->orderBy('tblhosting.id')
                ->get(['tblhosting.*', 'tblproducts.name as product'])->all(),
            'invoices' => Capsule::table('tblinvoices')->where('userid', $client['userid'])->orderByDesc('id')->get()->all(),
            'notes' => Capsule::table('tblnotes')->where('userid', $client['userid'])->orderByDesc('sticky')
                ->orderByDesc('id')->get()->all(),
        ]));
    }
}

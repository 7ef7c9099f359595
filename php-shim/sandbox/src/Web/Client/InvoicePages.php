<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web\Client;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Web\HttpError;
use WhmcsSandbox\Web\Page;
use WhmcsSandbox\Web\Request;
use WhmcsSandbox\Web\View;

/** The invoices of the client who is logged in. */
final class InvoicePages
{
    public function __construct(
        private readonly Request $request,
        private readonly View $view,
        private readonly object $client
    ) {
    }

    public function all(): Page
    {
        return new Page('My Invoices', $this->view->part('client/invoices', [
            'invoices' => Capsule::table('tblinvoices')->where('userid', $this->client->id)->orderByDesc('id')->get()
                ->map($this->withPrice(...))->all(),
        ]));
    }

    public function one(): Page
    {
        $invoice = Capsule::table('tblinvoices')->where(['id' => $this->request->id('id'), 'userid' => $this->client->id])->first()
            ?? throw HttpError::notFound('You have no such invoice.');
        return new Page("Invoice #$invoice->id", $this->view->part('client/viewinvoice', [
            'invoice' => $this->withPrice($invoice),
            'items' => Capsule::table('tblinvoiceitems')->where('invoiceid', $invoice->id)->orderBy('id')->get()->all(),
        ]));
    }

    private function withPrice(object $invoice): object
    {
        $invoice->price = (string) formatCurrency($invoice->total, (int) $this->client->currency);
        return $invoice;
    }
}

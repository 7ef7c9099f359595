<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

use WHMCS\Database\Capsule;

/** A line for the next renewal invoice, and the rows it bills. */
final class PendingLine
{
    /**
     * @param array{type: string, relid: int, description: string, amount: string} $item
     * @param string $table whose rows have an invoice_id
     * @param list<int> $rows
     */
    public function __construct(public readonly array $item, private readonly string $table, private readonly array $rows)
    {
    }

    /** Notes the invoice in the rows, so that none is billed twice. */
    public function settle(int $invoiceId): void
    {
        Capsule::table($this->table)->whereIn('id', $this->rows)->update(['invoice_id' => $invoiceId]);
    }
}

<p>Invoice date {$invoice->date}, due {$invoice->duedate}, {$invoice->status}</p>
<div class="table-responsive">
<table class="table">
<thead><tr><th scope="col">Description</th><th scope="col">Amount</th></tr></thead>
<tbody>
{foreach $items as $item}
<tr><td>{$item->description}</td><td>{$item->amount}</td></tr>
{/foreach}
</tbody>
<tfoot><tr><th scope="row">Total</th><td>{$invoice->price}</td></tr></tfoot>
</table>
</div>

<div class="table-responsive">
<table class="table table-list">
<thead><tr><th scope="col">Invoice #</th><th scope="col">Invoice Date</th><th scope="col">Due Date</th><th scope="col">Total</th><th scope="col">Status</th></tr></thead>
<tbody>
{foreach $invoices as $invoice}
<tr><td><a href="/viewinvoice.php?id={$invoice->id}">{$invoice->id}</a></td><td>{$invoice->date}</td><td>{$invoice->duedate}</td>
<td>{$invoice->price}</td><td>{$invoice->status}</td></tr>
{foreachelse}
<tr><td colspan="5">No Records Found</td></tr>
{/foreach}
</tbody>
</table>
</div>

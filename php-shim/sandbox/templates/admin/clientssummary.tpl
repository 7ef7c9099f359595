<p class="lead">#{$client.userid} - {$client.fullname}</p>
<div class="row client-summary-panels">
<div class="col-md-4">
<div class="panel panel-default"><div class="panel-heading"><h2 class="panel-title">Client Information</h2></div>
<table class="table">
<tr><th scope="row">Name</th><td>{$client.fullname}</td></tr>
<tr><th scope="row">Company</th><td>{$client.companyname}</td></tr>
<tr><th scope="row">Email Address</th><td>{$client.email}</td></tr>
<tr><th scope="row">Address</th><td>{$client.address1} {$client.postcode} {$client.city} {$client.countryname}</td></tr>
<tr><th scope="row">Status</th><td>{$client.status}</td></tr>
</table></div>
</div>
<div class="col-md-4">
<div class="panel panel-default"><div class="panel-heading"><h2 class="panel-title">Invoices/Billing</h2></div>
<table class="table">
{foreach $invoices as $invoice}
<tr><th scope="row">#{$invoice->id}</th><td>{$invoice->duedate}</td><td>{$invoice->total}</td><td>{$invoice->status}</td></tr>
{foreachelse}
<tr><td>No invoices</td></tr>
{/foreach}
</table></div>
</div>
<div class="col-md-4">
<div class="panel panel-default"><div class="panel-heading"><h2 class="panel-title">Other Actions</h2></div>
<ul class="list-group" id="client-action-links">
<li class="list-group-item"><a href="/admin/clientsservices.php?userid={$client.userid}">Products/Services</a></li>
{foreach $links as $link}
<li class="list-group-item">{$link nofilter}</li>
{/foreach}
</ul></div>
</div>
</div>
<div id="client-summary-hooks">
{foreach $panels as $panel}
{$panel nofilter}
{/foreach}
</div>
<h2>Products/Services</h2>
<div class="table-responsive">
<table class="table table-striped datatable">
<thead><tr><th scope="col">ID</th><th scope="col">Product/Service</th><th scope="col">Amount</th><th scope="col">Billing Cycle</th><th scope="col">Next Due Date</th><th scope="col">Status</th></tr></thead>
<tbody>
{foreach $services as $service}
<tr><td><a href="/admin/clientsservices.php?userid={$client.userid}&amp;id={$service->id}">{$service->id}</a></td>
<td><a href="/admin/clientsservices.php?userid={$client.userid}&amp;id={$service->id}">{$service->product}</a> {$service->domain}</td>
<td>{$service->amount}</td><td>{$service->billingcycle}</td><td>{$service->nextduedate}</td><td>{$service->domainstatus}</td></tr>
{foreachelse}
<tr><td colspan="6">No Records Found</td></tr>
{/foreach}
</tbody>
</table>
</div>
{if $notes}
<h2>Notes</h2>
{foreach $notes as $note}
<div class="well well-sm client-note">{$note->note}</div>
{/foreach}
{/if}

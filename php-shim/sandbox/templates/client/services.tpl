<div class="table-responsive">
<table class="table table-list">
<thead><tr><th scope="col">Product/Service</th><th scope="col">Pricing</th><th scope="col">Next Due Date</th><th scope="col">Status</th></tr></thead>
<tbody>
{foreach $services as $service}
<tr><td><a href="/clientarea.php?action=productdetails&amp;id={$service->id}">{$service->product}</a> {$service->domain}</td>
<td>{$service->amount} {$service->billingcycle}</td><td>{$service->nextduedate}</td><td>{$service->domainstatus}</td></tr>
{foreachelse}
<tr><td colspan="4">No Records Found</td></tr>
{/foreach}
</tbody>
</table>
</div>

<div class="table-responsive">
<table class="table table-striped datatable">
<thead><tr><th scope="col">ID</th><th scope="col">Name</th><th scope="col">Company</th><th scope="col">Email Address</th><th scope="col">Status</th></tr></thead>
<tbody>
{foreach $rows as $client}
<tr><td>{$client->id}</td>
<td><a href="/admin/clientssummary.php?userid={$client->id}">{$client->firstname} {$client->lastname}</a></td>
<td>{$client->companyname}</td><td>{$client->email}</td><td>{$client->status}</td></tr>
{/foreach}
</tbody>
</table>
</div>
{include file="admin/pager.tpl"}

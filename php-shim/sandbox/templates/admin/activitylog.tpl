<div class="table-responsive">
<table class="table table-striped datatable">
<thead><tr><th scope="col">Date</th><th scope="col">Log Entry</th><th scope="col">User</th></tr></thead>
<tbody>
{foreach $rows as $row}
<tr><td>{$row->date}</td><td>{$row->description}{if $row->userid} - <a href="/admin/clientssummary.php?userid={$row->userid}">User ID: {$row->userid}</a>{/if}</td><td>{$row->user}</td></tr>
{/foreach}
</tbody>
</table>
</div>
{include file="admin/pager.tpl"}

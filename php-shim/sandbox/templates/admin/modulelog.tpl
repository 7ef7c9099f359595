<div class="table-responsive">
<table class="table table-striped datatable">
<thead><tr><th scope="col">Date</th><th scope="col">Module</th><th scope="col">Action</th><th scope="col">Request</th><th scope="col">Response</th></tr></thead>
<tbody>
{foreach $rows as $row}
<tr><td>{$row->date}</td><td>{$row->module}</td><td>{$row->action}</td><td><pre tabindex="0">{$row->request}</pre></td><td><pre tabindex="0">{$row->response}
{$row->arrdata}</pre></td></tr>
{/foreach}
</tbody>
</table>
</div>
{include file="admin/pager.tpl"}

<p><a href="/admin/clientssummary.php?userid={$client->id}">#{$client->id} - {$client->firstname} {$client->lastname}</a></p>
<ul class="nav nav-pills">
{foreach $others as $other}
<li{if $other->id === $service->id} class="active"{/if}><a href="/admin/clientsservices.php?userid={$client->id}&amp;id={$other->id}">{$other->id}: {$other->product} {$other->domain} ({$other->domainstatus})</a></li>
{/foreach}
</ul>
{include file="admin/notice.tpl"}
<form method="post" action="/admin/clientsservices.php?userid={$client->id}&amp;id={$service->id}" id="module-command">
<input type="hidden" name="token" value="{$token}">
</form>
<form method="post" action="/admin/clientsservices.php?userid={$client->id}&amp;id={$service->id}" id="module-suspend">
<input type="hidden" name="token" value="{$token}"><input type="hidden" name="modop" value="suspend">
</form>
<form method="post" action="/admin/clientsservices.php?userid={$client->id}&amp;id={$service->id}" id="module-custom">
<input type="hidden" name="token" value="{$token}"><input type="hidden" name="modop" value="custom">
</form>
<form method="post" action="/admin/clientsservices.php?userid={$client->id}&amp;id={$service->id}" id="service">
<input type="hidden" name="token" value="{$token}">
<table class="table form">
<tr><th scope="row">Order #</th><td>{$service->orderid}</td></tr>
<tr><th scope="row">Product/Service</th><td><a href="/admin/configproducts.php?action=edit&amp;id={$product->id}">{$product->name}</a></td></tr>
<tr><th scope="row">Server</th><td>{if $server}{$server->name}{else}None{/if}</td></tr>
<tr><th scope="row"><label for="domain">Domain</label></th><td><input class="form-control" type="text" id="domain" name="domain" value="{$service->domain}"></td></tr>
<tr><th scope="row"><label for="username">Username</label></th><td><input class="form-control" type="text" id="username" name="username" value="{$service->username}"></td></tr>
<tr><th scope="row"><label for="dedicatedip">Dedicated IP</label></th><td><input class="form-control" type="text" id="dedicatedip" name="dedicatedip" value="{$service->dedicatedip}"></td></tr>
<tr><th scope="row"><label for="domainstatus">Status</label></th><td><select class="form-control" id="domainstatus" name="domainstatus">
{foreach $statuses as $status}
<option{if $status === $service->domainstatus} selected{/if}>{$status}</option>
{/foreach}
</select>{if $service->suspendreason} Suspend reason: {$service->suspendreason}{/if}</td></tr>
<tr><th scope="row">Registration Date</th><td>{$service->regdate}</td></tr>
<tr><th scope="row">Next Due Date</th><td>{$service->nextduedate}</td></tr>
<tr><th scope="row">Recurring Amount</th><td>{$service->amount} {$service->billingcycle}</td></tr>
<tr><th scope="row">Disk Usage</th><td>{$service->diskusage} / {$service->disklimit} MB</td></tr>
<tr><th scope="row">Bandwidth Usage</th><td>{$service->bwusage} / {$service->bwlimit} MB, updated {$service->lastupdate}</td></tr>
{if $commands || $buttons}
<tr><th scope="row">Module Commands</th><td id="module-commands">
{foreach $commands as $command => $label}
{if $command === 'suspend'}
<button class="btn btn-default" type="submit" form="module-suspend" id="btn-suspend">{$label}</button>
{else}
<button class="btn btn-default" type="submit" form="module-command" name="modop" value="{$command}" id="btn-{$command}">{$label}</button>
{/if}
{/foreach}
{foreach $buttons as $label => $function}
<button class="btn btn-default" type="submit" form="module-custom" name="ac" value="{$function}">{$label nofilter}</button>
{/foreach}
{if isset($commands.suspend)}
<label for="suspreason">Suspend reason</label> <input type="text" form="module-suspend" id="suspreason" name="suspreason">
{/if}
</td></tr>
{/if}
{foreach $fields as $label => $html}
<tr class="module-field"><th scope="row">{$label nofilter}</th><td>{$html nofilter}</td></tr>
{/foreach}
<tr><th scope="row"><label for="notes">Admin Notes</label></th><td><textarea class="form-control" id="notes" name="notes" rows="4">{$service->notes}</textarea></td></tr>
</table>
{if $maySave}
<button type="submit" class="btn btn-primary">Save Changes</button>
{/if}
</form>

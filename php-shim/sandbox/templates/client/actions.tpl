<div class="panel panel-default card" id="Primary_Sidebar-Service_Details_Actions">
<div class="panel-heading card-header"><h2 class="panel-title card-title h6">Actions</h2></div>
<div class="panel-body card-body">
{foreach $buttons as $label => $function}
<form method="post" action="/clientarea.php?action=productdetails">
<input type="hidden" name="token" value="{$token}"><input type="hidden" name="id" value="{$id}">
<input type="hidden" name="modop" value="custom"><input type="hidden" name="a" value="{$function}">
<button type="submit" class="btn btn-default btn-light btn-block">{$label nofilter}</button>
</form>
{/foreach}
{foreach $actions as $identifier => $action}
<form method="post" action="/clientarea/service/{$id}/custom-action/{$identifier}"{if !$action.samePage} target="_blank"{/if}>
<input type="hidden" name="token" value="{$token}">
<button type="submit" class="btn btn-default btn-light btn-block">{$action.label nofilter}</button>
</form>
{/foreach}
</div>
</div>

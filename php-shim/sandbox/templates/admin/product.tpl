<p class="lead">{$product->name}</p>
{if $saved}
<div class="successbox alert alert-success" role="alert"><strong class="title">Changes Saved Successfully!</strong></div>
{/if}
<form method="post" action="/admin/configproducts.php?action=edit&amp;id={$product->id}">
<input type="hidden" name="token" value="{$token}">
<h2>Module Settings</h2>
<table class="table form">
{foreach $module as $field}
<tr><th scope="row"><label for="{$field->name}">{$field->label}</label></th><td>{include file="admin/field.tpl"}</td></tr>
{/foreach}
{foreach $settings as $field}
<tr><th scope="row"><label for="{$field->name}">{$field->label nofilter}</label></th><td>{include file="admin/field.tpl"}</td></tr>
{/foreach}
</table>
{if $maySave}
<button type="submit" class="btn btn-primary">Save Changes</button>
{/if}
</form>

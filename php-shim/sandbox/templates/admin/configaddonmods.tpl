{include file="admin/notice.tpl"}
{foreach $addons as $addon => $about}
<section class="panel panel-default" id="addon-{$addon}">
<div class="panel-heading"><h2 class="panel-title">{$about.name} {$about.version}</h2></div>
<div class="panel-body">
<p>{$about.description nofilter} By {$about.author nofilter}.</p>
<form method="post" action="/admin/configaddonmods.php">
<input type="hidden" name="token" value="{$token}">
<input type="hidden" name="module" value="{$addon}">
{if $about.active}
<table class="table form">
{foreach $about.form as $field}
<tr><th scope="row"><label for="{$field->name}">{$field->label}</label></th><td>{include file="admin/field.tpl"}</td></tr>
{/foreach}
<tr><th scope="row">Access Control</th><td>
{foreach $roles as $id => $role}
<label class="checkbox-inline"><input type="checkbox" name="access[]" value="{$id}"{if isset($about.access[$id])} checked{/if}> {$role}</label>
{/foreach}
</td></tr>
</table>
<button type="submit" class="btn btn-primary" name="action" value="save">Save Changes</button>
<button type="submit" class="btn btn-danger" name="action" value="deactivate">Deactivate</button>
{else}
<button type="submit" class="btn btn-success" name="action" value="activate">Activate</button>
{/if}
</form>
</div>
</section>
{foreachelse}
<p>There is no addon module.</p>
{/foreach}

<ul>
{foreach $addons as $addon => $name}
<li><a href="/admin/addonmodules.php?module={$addon}">{$name}</a></li>
{foreachelse}
<li>No addon module is active for your role.</li>
{/foreach}
</ul>

{foreach $panels as $panel}
{if $panel->hasChildren()}
<div class="panel panel-default card" id="Primary_Sidebar-{$panel->getName()|replace:' ':'_'}">
<div class="panel-heading card-header"><h2 class="panel-title card-title h6">{$panel->getLabel() nofilter}</h2></div>
<div class="list-group list-group-flush">
{foreach $panel->getChildren() as $item}
<a class="list-group-item list-group-item-action" id="Primary_Sidebar-{$panel->getName()|replace:' ':'_'}-{$item->getName()|replace:' ':'_'}" href="{$item->getUri()}">{if $item->getIcon()}<i class="fas {$item->getIcon()}" aria-hidden="true"></i> {/if}{$item->getLabel() nofilter}</a>
{/foreach}
</div>
</div>
{/if}
{/foreach}

{if $notice}
<div class="{if $notice.good}successbox alert alert-success{else}errorbox alert alert-danger{/if}" role="alert">
<strong class="title">{$notice.title}</strong><br>
{$notice.text nofilter}
</div>
{/if}

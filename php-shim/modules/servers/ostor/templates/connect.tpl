<div class="ostor" dir="{$ostor.direction|escape:'html'}" lang="{$ostor.t.language_code|escape:'html'}" data-ostor-copied="{$ostor.t.copied|escape:'html'}">
<style>{$ostor.style}</style>
<span role="status" class="ostor-unseen"></span>
<h2>{$ostor.t.title|escape:'html'}</h2>
{if $ostor.nav}
<nav class="ostor-nav" aria-label="{$ostor.t.pages|escape:'html'}"><ul>
{foreach $ostor.nav as $item}
<li><a href="{$item.address|escape:'html'}"{if $item.current} aria-current="page"{/if}>{$item.label|escape:'html'}</a></li>
{/foreach}
</ul></nav>
{/if}
{if $ostor.notice}
<div class="alert {if $ostor.notice.good}alert-success{else}alert-danger{/if}" role="alert">{$ostor.notice.text|escape:'html'}</div>
{/if}
<p><span class="ostor-state ostor-state-{$ostor.state.kind|escape:'html'}">{$ostor.state.label|escape:'html'}</span> {$ostor.state.text|escape:'html'}</p>
{if $ostor.remark}
<div class="alert alert-warning">{$ostor.remark|escape:'html'}</div>
{/if}
<section class="ostor-card">
<h3>{$ostor.t.connect|escape:'html'}</h3>
{if $ostor.snippets}
<p>{$ostor.text|escape:'html'}</p>
{foreach $ostor.snippets as $snippet}
<details>
<summary>{$snippet.name|escape:'html'}</summary>
<div>
<button type="button" class="btn btn-default btn-light btn-sm" data-ostor-copy hidden aria-label="{$ostor.t.copy|escape:'html'}: {$snippet.name|escape:'html'}">{$ostor.t.copy|escape:'html'}</button>
<pre tabindex="0"><code>{$snippet.text|escape:'html'}</code></pre>
</div>
</details>
{/foreach}
{else}
<p>{$ostor.t.connect_none|escape:'html'}</p>
{/if}
</section>
<script>{$ostor.script}</script>
</div>

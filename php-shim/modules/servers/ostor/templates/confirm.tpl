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
<section class="ostor-card">
{if $ostor.refusal === ''}
<h3>{$ostor.question|escape:'html'}</h3>
<p>{$ostor.consequence|escape:'html'}</p>
<form method="post" action="clientarea.php?action=productdetails">
<input type="hidden" name="token" value="{$token|escape:'html'}"><input type="hidden" name="id" value="{$ostor.service|escape:'html'}">
<input type="hidden" name="modop" value="custom"><input type="hidden" name="a" value="{$ostor.function|escape:'html'}">
<input type="hidden" name="key" value="{$ostor.key|escape:'html'}"><input type="hidden" name="sub" value="{$ostor.sub|escape:'html'}">
<div class="ostor-actions">
<button type="submit" class="btn btn-danger">{$ostor.button|escape:'html'}</button>
<a class="btn btn-default btn-light" href="{$ostor.back|escape:'html'}">{$ostor.t.back|escape:'html'}</a>
</div>
</form>
{else}
<p>{$ostor.refusal|escape:'html'}</p>
<a class="btn btn-default btn-light" href="{$ostor.back|escape:'html'}">{$ostor.t.back|escape:'html'}</a>
{/if}
</section>
<script>{$ostor.script}</script>
</div>

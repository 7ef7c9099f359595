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
{if isset($ostor.pairs) && $ostor.pairs}
<section class="ostor-card" data-ostor-pairs tabindex="-1">
<p>{$ostor.t.new_keys|escape:'html'}</p>
{foreach $ostor.pairs as $pair}
<dl class="ostor-pair">
{if $pair.name !== ''}
<dt>{$ostor.t.sub_account|escape:'html'}</dt><dd><bdi>{$pair.name|escape:'html'}</bdi></dd>
{/if}
<dt>{$ostor.t.key_id|escape:'html'}</dt>
<dd class="ostor-value"><code>{$pair.key|escape:'html'}</code>
<button type="button" class="btn btn-default btn-light btn-sm" data-ostor-copy hidden aria-label="{$ostor.t.copy|escape:'html'}: {$ostor.t.key_id|escape:'html'}">{$ostor.t.copy|escape:'html'}</button></dd>
<dt>{$ostor.t.secret_key|escape:'html'}</dt>
<dd class="ostor-value"><code>{$pair.secret|escape:'html'}</code>
<button type="button" class="btn btn-default btn-light btn-sm" data-ostor-copy hidden aria-label="{$ostor.t.copy|escape:'html'}: {$ostor.t.secret_key|escape:'html'}">{$ostor.t.copy|escape:'html'}</button></dd>
</dl>
{/foreach}
</section>
{/if}
<section class="ostor-card">
<h3>{$ostor.t.keys|escape:'html'}</h3>
<p>{$ostor.t.keys_text|escape:'html'}</p>
{$holder = $ostor.own}
{if $holder.keys}
<table class="table">
<thead><tr><th scope="col">{$ostor.t.key_id|escape:'html'}</th><th scope="col">{$ostor.t.state|escape:'html'}</th></tr></thead>
<tbody>
{foreach $holder.keys as $key}
<tr><th scope="row"><code>{$key.id|escape:'html'}</code></th>
<td>{if $key.current}{$ostor.t.key_current|escape:'html'}{/if}{if $key.old}{$ostor.t.key_old|escape:'html'}{/if}{if $ostor.may_change && !$key.current} <a class="btn btn-default btn-light btn-sm" href="{$key.revoke|escape:'html'}">{$ostor.t.revoke|escape:'html'}<span class="ostor-unseen"> {$key.id|escape:'html'}</span></a>{/if}</td></tr>
{/foreach}
</tbody>
</table>
{/if}
{if !$holder.known}
<p>{$ostor.t.keys_not_known|escape:'html'}</p>
{/if}
<div class="ostor-actions">
{if $ostor.may_show && $holder.keys}
<form method="post" action="clientarea.php?action=productdetails" data-ostor-reveal>
<input type="hidden" name="token" value="{$token|escape:'html'}"><input type="hidden" name="id" value="{$ostor.service|escape:'html'}">
<input type="hidden" name="modop" value="custom"><input type="hidden" name="a" value="clientShowKeys">
<input type="hidden" name="sub" value="{$holder.name|escape:'html'}">
<button type="submit" class="btn btn-default btn-light">{$ostor.t.show_secret|escape:'html'}<span class="ostor-unseen"> {$holder.name|escape:'html'}</span></button>
</form>
{/if}
{if $ostor.may_change && $holder.may_rotate}
<form method="post" action="clientarea.php?action=productdetails">
<input type="hidden" name="token" value="{$token|escape:'html'}"><input type="hidden" name="id" value="{$ostor.service|escape:'html'}">
<input type="hidden" name="modop" value="custom"><input type="hidden" name="a" value="clientRotateKey">
<input type="hidden" name="sub" value="{$holder.name|escape:'html'}">
<button type="submit" class="btn btn-default btn-light">{$ostor.t.new_pair|escape:'html'}<span class="ostor-unseen"> {$holder.name|escape:'html'}</span></button>
</form>
{/if}
{if $ostor.may_change && $holder.name !== ''}
<a class="btn btn-default btn-light" href="{$holder.delete|escape:'html'}">{$ostor.t.sub_delete|escape:'html'}<span class="ostor-unseen"> {$holder.name|escape:'html'}</span></a>
{/if}
</div>
{if $ostor.may_change && $holder.known && !$holder.may_rotate}
<p>{$ostor.t.error_key_limit|escape:'html'}</p>
{/if}
</section>
<section class="ostor-card">
<h3>{$ostor.t.sub_accounts|escape:'html'}</h3>
<p>{if $ostor.sub_accounts_offered}{$ostor.t.sub_accounts_text|escape:'html'} {/if}{$ostor.sub_accounts_text|escape:'html'}</p>
{foreach $ostor.sub_accounts as $holder}
<h4><bdi>{$holder.name|escape:'html'}</bdi></h4>
{if $holder.keys}
<table class="table">
<thead><tr><th scope="col">{$ostor.t.key_id|escape:'html'}</th><th scope="col">{$ostor.t.state|escape:'html'}</th></tr></thead>
<tbody>
{foreach $holder.keys as $key}
<tr><th scope="row"><code>{$key.id|escape:'html'}</code></th>
<td>{if $key.current}{$ostor.t.key_current|escape:'html'}{/if}{if $key.old}{$ostor.t.key_old|escape:'html'}{/if}{if $ostor.may_change && !$key.current} <a class="btn btn-default btn-light btn-sm" href="{$key.revoke|escape:'html'}">{$ostor.t.revoke|escape:'html'}<span class="ostor-unseen"> {$key.id|escape:'html'}</span></a>{/if}</td></tr>
{/foreach}
</tbody>
</table>
{/if}
{if !$holder.known}
<p>{$ostor.t.keys_not_known|escape:'html'}</p>
{/if}
<div class="ostor-actions">
{if $ostor.may_show && $holder.keys}
<form method="post" action="clientarea.php?action=productdetails" data-ostor-reveal>
<input type="hidden" name="token" value="{$token|escape:'html'}"><input type="hidden" name="id" value="{$ostor.service|escape:'html'}">
<input type="hidden" name="modop" value="custom"><input type="hidden" name="a" value="clientShowKeys">
<input type="hidden" name="sub" value="{$holder.name|escape:'html'}">
<button type="submit" class="btn btn-default btn-light">{$ostor.t.show_secret|escape:'html'}<span class="ostor-unseen"> {$holder.name|escape:'html'}</span></button>
</form>
{/if}
{if $ostor.may_change && $holder.may_rotate}
<form method="post" action="clientarea.php?action=productdetails">
<input type="hidden" name="token" value="{$token|escape:'html'}"><input type="hidden" name="id" value="{$ostor.service|escape:'html'}">
<input type="hidden" name="modop" value="custom"><input type="hidden" name="a" value="clientRotateKey">
<input type="hidden" name="sub" value="{$holder.name|escape:'html'}">
<button type="submit" class="btn btn-default btn-light">{$ostor.t.new_pair|escape:'html'}<span class="ostor-unseen"> {$holder.name|escape:'html'}</span></button>
</form>
{/if}
{if $ostor.may_change && $holder.name !== ''}
<a class="btn btn-default btn-light" href="{$holder.delete|escape:'html'}">{$ostor.t.sub_delete|escape:'html'}<span class="ostor-unseen"> {$holder.name|escape:'html'}</span></a>
{/if}
</div>
{if $ostor.may_change && $holder.known && !$holder.may_rotate}
<p>{$ostor.t.error_key_limit|escape:'html'}</p>
{/if}
{/foreach}
{if $ostor.may_create}
<form method="post" action="clientarea.php?action=productdetails" class="ostor-actions">
<input type="hidden" name="token" value="{$token|escape:'html'}"><input type="hidden" name="id" value="{$ostor.service|escape:'html'}">
<input type="hidden" name="modop" value="custom"><input type="hidden" name="a" value="clientCreateSubAccount">
<div><label for="ostor-sub">{$ostor.t.sub_name|escape:'html'}</label>
<input class="form-control" id="ostor-sub" name="sub" dir="ltr" required maxlength="64" pattern="[A-Za-z0-9][A-Za-z0-9._\-]*" autocomplete="off" aria-describedby="ostor-sub-rule">
<span id="ostor-sub-rule">{$ostor.t.sub_name_rule|escape:'html'}</span></div>
<button type="submit" class="btn btn-primary">{$ostor.t.sub_create|escape:'html'}</button>
</form>
{/if}
</section>
<script>{$ostor.script}</script>
</div>

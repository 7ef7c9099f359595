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
<h3>{$ostor.t.usage|escape:'html'}</h3>
<div class="ostor-actions">
<form method="get" action="clientarea.php" class="ostor-actions">
<input type="hidden" name="action" value="productdetails"><input type="hidden" name="id" value="{$ostor.service|escape:'html'}">
<input type="hidden" name="ostor" value="usage">
<div><label for="ostor-month">{$ostor.t.usage_month|escape:'html'}</label>
<select class="form-control" id="ostor-month" name="month">
{foreach $ostor.months as $month}
<option value="{$month|escape:'html'}"{if $month === $ostor.month} selected{/if}>{$month|escape:'html'}</option>
{/foreach}
</select></div>
<button type="submit" class="btn btn-default btn-light">{$ostor.t.usage_show|escape:'html'}</button>
</form>
<form method="post" action="clientarea.php?action=productdetails">
<input type="hidden" name="token" value="{$token|escape:'html'}"><input type="hidden" name="id" value="{$ostor.service|escape:'html'}">
<input type="hidden" name="modop" value="custom"><input type="hidden" name="a" value="clientDownloadUsage">
<input type="hidden" name="month" value="{$ostor.month|escape:'html'}">
<button type="submit" class="btn btn-default btn-light">{$ostor.t.usage_download|escape:'html'}</button>
</form>
</div>
<p>{$ostor.until|escape:'html'}</p>
{if $ostor.rows}
<div class="ostor-scroll" tabindex="0" role="region" aria-label="{$ostor.t.usage|escape:'html'}">
<table class="table">
<thead><tr><th scope="col">{$ostor.t.bucket|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.stored_hours|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.downloaded|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.uploaded|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.requests|escape:'html'}</th></tr></thead>
<tbody>
{foreach $ostor.rows as $row}
<tr><th scope="row"><a href="{$row.address|escape:'html'}"><bdi>{$row.name|escape:'html'}</bdi></a></th><td class="ostor-number"><bdi>{$row.stored|escape:'html'}</bdi></td><td class="ostor-number"><bdi>{$row.downloaded|escape:'html'}</bdi></td><td class="ostor-number"><bdi>{$row.uploaded|escape:'html'}</bdi></td><td class="ostor-number">{$row.requests|escape:'html'}</td></tr>
{/foreach}
</tbody>
</table>
</div>
{else}
<p>{$ostor.none|escape:'html'}</p>
{/if}
{if $ostor.days}
<h4>{$ostor.days_title|escape:'html'}</h4>
<div class="ostor-scroll" tabindex="0" role="region" aria-label="{$ostor.days_title|escape:'html'}">
<table class="table">
<thead><tr><th scope="col">{$ostor.t.date|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.stored_hours|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.downloaded|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.uploaded|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.requests|escape:'html'}</th></tr></thead>
<tbody>
{foreach $ostor.days as $row}
<tr><th scope="row" class="ostor-date"><bdi>{$row.name|escape:'html'}</bdi></th><td class="ostor-number"><bdi>{$row.stored|escape:'html'}</bdi></td><td class="ostor-number"><bdi>{$row.downloaded|escape:'html'}</bdi></td><td class="ostor-number"><bdi>{$row.uploaded|escape:'html'}</bdi></td><td class="ostor-number">{$row.requests|escape:'html'}</td></tr>
{/foreach}
</tbody>
</table>
</div>
{/if}
</section>
<section class="ostor-card">
<h3>{$ostor.t.computed|escape:'html'}</h3>
<ul>
{foreach $ostor.computed as $sentence}
<li>{$sentence|escape:'html'}</li>
{/foreach}
</ul>
</section>
<script>{$ostor.script}</script>
</div>

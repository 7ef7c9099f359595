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
<h3>{$ostor.t.state|escape:'html'}</h3>
<p><span class="ostor-state ostor-state-{$ostor.state.kind|escape:'html'}">{$ostor.state.label|escape:'html'}</span> {$ostor.state.text|escape:'html'}</p>
{if $ostor.remark}
<div class="alert alert-warning">{$ostor.remark|escape:'html'}</div>
{/if}
</section>
{if $ostor.nav}
<section class="ostor-card">
<h3>{$ostor.t.connection|escape:'html'}</h3>
<dl class="ostor-pair">
{if $ostor.connection.endpoint}
<dt>{$ostor.t.endpoint|escape:'html'}</dt>
<dd class="ostor-value"><code>{$ostor.connection.endpoint|escape:'html'}</code>
<button type="button" class="btn btn-default btn-light btn-sm" data-ostor-copy hidden aria-label="{$ostor.t.copy|escape:'html'}: {$ostor.t.endpoint|escape:'html'}">{$ostor.t.copy|escape:'html'}</button></dd>
<dt>{$ostor.t.region|escape:'html'}</dt>
<dd class="ostor-value"><code>{$ostor.connection.region|escape:'html'}</code>
<button type="button" class="btn btn-default btn-light btn-sm" data-ostor-copy hidden aria-label="{$ostor.t.copy|escape:'html'}: {$ostor.t.region|escape:'html'}">{$ostor.t.copy|escape:'html'}</button></dd>
{/if}
{if $ostor.connection.key}
<dt>{$ostor.t.key_id|escape:'html'}</dt>
<dd class="ostor-value"><code>{$ostor.connection.key|escape:'html'}</code>
<button type="button" class="btn btn-default btn-light btn-sm" data-ostor-copy hidden aria-label="{$ostor.t.copy|escape:'html'}: {$ostor.t.key_id|escape:'html'}">{$ostor.t.copy|escape:'html'}</button></dd>
{/if}
{if $ostor.may_show}
<dt>{$ostor.t.secret_key|escape:'html'}</dt>
<dd><form method="post" action="clientarea.php?action=productdetails" data-ostor-reveal>
<input type="hidden" name="token" value="{$token|escape:'html'}"><input type="hidden" name="id" value="{$ostor.service|escape:'html'}">
<input type="hidden" name="modop" value="custom"><input type="hidden" name="a" value="clientShowKeys">
<button type="submit" class="btn btn-default btn-light btn-sm">{$ostor.t.show_secret|escape:'html'}</button>
</form></dd>
{/if}
</dl>
<p>{$ostor.t.path_style|escape:'html'}</p>
</section>
<section class="ostor-card">
<h3>{$ostor.t.storage|escape:'html'}</h3>
{if $ostor.storage.percent !== null}
<div class="ostor-bar{if $ostor.storage.full} ostor-bar-full{/if}" aria-hidden="true"><span style="inline-size: {$ostor.storage.percent|escape:'html'}%"></span></div>
{/if}
<p>{$ostor.storage.text|escape:'html'}</p>
{if $ostor.storage.full}
<p><strong>{$ostor.storage.full_text|escape:'html'}</strong></p>
{/if}
{if $ostor.storage.at}
<p>{$ostor.storage.at|escape:'html'}</p>
{/if}
<h4>{$ostor.t.month|escape:'html'}</h4>
<dl class="ostor-pair">
{foreach $ostor.month as $line}
<dt>{$line.label|escape:'html'}</dt><dd><bdi>{$line.value|escape:'html'}</bdi></dd>
{/foreach}
</dl>
{if $ostor.has_usage}
<p>{$ostor.metrics.until|escape:'html'}</p>
{/if}
</section>
{if isset($metricStats) && $metricStats && $ostor.metrics.figures}
<section class="ostor-card">
<h3>{$ostor.t.invoice|escape:'html'}</h3>
<p>{$ostor.t.invoice_text|escape:'html'}</p>
<div class="ostor-scroll" tabindex="0" role="region" aria-label="{$ostor.t.invoice|escape:'html'}">
<table class="table">
<thead><tr><th scope="col">{$ostor.t.invoice_what|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.invoice_so_far|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.invoice_included|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.invoice_price|escape:'html'}</th></tr></thead>
<tbody>
{foreach $metricStats as $stat}
{$metric = $stat.systemName}
<tr><th scope="row">{$stat.displayName|escape:'html'}{if $stat.unitName} ({$stat.unitName|escape:'html'}){/if}</th>
<td class="ostor-number">{if isset($ostor.metrics.figures.$metric)}{$ostor.metrics.figures.$metric|escape:'html'}{else}{$ostor.t.not_known|escape:'html'}{/if}</td>
<td class="ostor-number">{if isset($stat.includedQuantity)}{$stat.includedQuantity|escape:'html'}{/if}</td>
<td class="ostor-number">{if isset($stat.pricing) && $stat.pricing}{foreach $stat.pricing as $step}{if isset($step.from) && isset($step.price_per_unit)}{if !$step@first}<br>{/if}<bdi>{$step.from|escape:'html'}+: {$step.price_per_unit|escape:'html'}</bdi>{/if}{/foreach}{elseif isset($stat.lowestPrice)}<bdi>{$stat.lowestPrice|escape:'html'}</bdi>{/if}</td></tr>
{/foreach}
</tbody>
</table>
</div>
</section>
{/if}
{if $ostor.charts}
<section class="ostor-card">
<h3>{$ostor.t.history|escape:'html'}</h3>
<div class="ostor-charts">
{foreach $ostor.charts as $chart}
<figure>
<figcaption>{$chart.caption|escape:'html'}</figcaption>
{if $chart.svg}
<div class="ostor-chart" aria-hidden="true">{$chart.svg}</div>
{/if}
<details>
<summary>{$ostor.t.as_table|escape:'html'}<span class="ostor-unseen">: {$chart.caption|escape:'html'}</span></summary>
<div class="ostor-scroll" tabindex="0" role="region" aria-label="{$chart.caption|escape:'html'}">
<table class="table">
<thead><tr><th scope="col">{$ostor.t.date|escape:'html'}</th><th scope="col" class="ostor-number">{$chart.column|escape:'html'}</th></tr></thead>
<tbody>
{foreach $chart.rows as $row}
<tr><th scope="row">{$row.label|escape:'html'}</th><td class="ostor-number"><bdi>{$row.value|escape:'html'}</bdi></td></tr>
{/foreach}
</tbody>
</table>
</div>
</details>
</figure>
{/foreach}
</div>
</section>
{/if}
{if $ostor.buckets.known}
<section class="ostor-card">
<h3>{$ostor.t.buckets|escape:'html'}</h3>
{if $ostor.buckets.rows}
<div class="ostor-scroll" tabindex="0" role="region" aria-label="{$ostor.t.buckets|escape:'html'}">
<table class="table">
<thead><tr><th scope="col">{$ostor.t.bucket|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.size|escape:'html'}</th><th scope="col" class="ostor-number">{$ostor.t.created|escape:'html'}</th></tr></thead>
<tbody>
{foreach $ostor.buckets.rows as $bucket}
<tr><th scope="row"><bdi>{$bucket.name|escape:'html'}</bdi></th><td class="ostor-number"><bdi>{$bucket.size|escape:'html'}</bdi></td><td class="ostor-number">{$bucket.created|escape:'html'}</td></tr>
{/foreach}
</tbody>
</table>
</div>
{if $ostor.buckets.more}
<p>{$ostor.buckets.more|escape:'html'}</p>
{/if}
{else}
<p>{$ostor.t.buckets_none|escape:'html'}</p>
{/if}
</section>
{/if}
{/if}
<script>{$ostor.script}</script>
</div>

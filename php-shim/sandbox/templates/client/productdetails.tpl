{if $notice}
<div class="alert {if $notice.good}alert-success{else}alert-danger{/if}" role="alert">{$notice.text nofilter}</div>
{/if}
{if $replaces}
<div id="tabOverview">{$moduleclientarea nofilter}</div>
{else}
<div id="tabOverview">
<h2>{$product}</h2>
<dl class="product-details">
<dt>Domain</dt><dd>{$service->domain}</dd>
<dt>Status</dt><dd>{$service->domainstatus}{if $service->suspendreason} ({$service->suspendreason}){/if}</dd>
<dt>Registration Date</dt><dd>{$service->regdate}</dd>
<dt>Recurring Amount</dt><dd>{$service->amount} {$service->billingcycle}</dd>
<dt>Next Due Date</dt><dd>{$service->nextduedate}</dd>
{foreach $configurableoptions as $name => $value}
{if $value !== ''}<dt>{$name}</dt><dd>{$value}</dd>{/if}
{/foreach}
{foreach $customfields as $name => $value}
<dt>{$name}</dt><dd>{$value}</dd>
{/foreach}
{if $service->lastupdate !== '0000-00-00 00:00:00'}
<dt>Disk Usage</dt><dd>{$service->diskusage} MB / {$service->disklimit} MB</dd>
<dt>Bandwidth Usage</dt><dd>{$service->bwusage} MB / {$service->bwlimit} MB</dd>
{/if}
</dl>
{if $moduleclientarea}
<div class="text-center module-client-area">{$moduleclientarea nofilter}</div>
{/if}
</div>
{/if}
{foreach $hooked as $html}
<div class="hook-output">{$html nofilter}</div>
{/foreach}

<nav aria-label="Breadcrumb"><ol class="breadcrumb">
<li class="breadcrumb-item"><a href="/clientarea.php?action=productdetails&amp;id={$id}">Product Details</a></li>
{foreach $breadcrumb as $address => $label}
<li class="breadcrumb-item"><a href="{$address}">{$label}</a></li>
{/foreach}
</ol></nav>
{$html nofilter}

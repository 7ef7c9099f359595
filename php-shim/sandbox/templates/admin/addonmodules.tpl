<div id="addon-output">
{$html nofilter}
</div>

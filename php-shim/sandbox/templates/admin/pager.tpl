<p>{$total} in all.
{if $previous} <a href="?page={$previous}">Previous page</a>{/if}
{if $next} <a href="?page={$next}">Next page</a>{/if}</p>

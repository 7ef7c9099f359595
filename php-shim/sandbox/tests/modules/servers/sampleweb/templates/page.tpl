<p id="module-page">{$text|escape:'html'} of {$username}</p>

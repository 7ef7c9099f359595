<p id="module-overview">{$status} {$note} {$note|escape:'html'}</p>
<form method="post" action="clientarea.php?action=productdetails"><input type="hidden" name="token" value="{$token}"></form>

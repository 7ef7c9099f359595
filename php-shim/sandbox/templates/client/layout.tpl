<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, shrink-to-fit=no">
<link rel="icon" href="data:,">
<title>{$title} - {$companyname}</title>
{foreach $styles as $file}
<link rel="stylesheet" href="/{$file}">
{/foreach}
{foreach $scripts as $file}
<script src="/{$file}"></script>
{/foreach}
{$hooked.head nofilter}
</head>
<body class="client-{$theme}">
{$hooked.header nofilter}
<header class="client-header"><div class="container">
<a class="client-brand" href="/clientarea.php">{$companyname}</a>
{if $client}
<nav aria-label="Main">
<a href="/clientarea.php?action=services">Services</a>
<a href="/clientarea.php?action=invoices">Invoices</a>
<form method="post" action="/logout.php">
<input type="hidden" name="token" value="{$token}">
<span>{$client->firstname} {$client->lastname}</span>
<button type="submit" class="btn btn-default btn-secondary btn-sm">Logout</button>
</form>
</nav>
{/if}
</div></header>
<div class="container">
<div class="row">
{if $actions}
<aside class="col-md-3 sidebar">{$actions nofilter}</aside>
<main class="col-md-9" id="main-body">
{else}
<main class="col-md-12" id="main-body">
{/if}
<h1>{$title}</h1>
{$content nofilter}
</main>
</div>
{if $defects}
<div class="alert alert-warning" role="alert" id="defects"><strong>Module defects</strong>
<ul>
{foreach $defects as $defect}
<li>{$defect}</li>
{/foreach}
</ul>
</div>
{/if}
<footer class="text-muted small">Theme {$theme}; the sandbox's clock: {$clock}</footer>
</div>
{$hooked.footer nofilter}
</body>
</html>

<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{$companyname} - {$title}</title>
{foreach $styles as $file}
<link rel="stylesheet" href="/{$file}">
{/foreach}
{foreach $scripts as $file}
<script src="/{$file}"></script>
{/foreach}
{$hooked.head nofilter}
</head>
<body class="admin-{$theme}">
{$hooked.header nofilter}
<nav class="navbar navbar-default admin-navbar" aria-label="Main">
<div class="container-fluid">
<div class="navbar-header"><a class="navbar-brand" href="/admin/index.php">{$companyname}</a></div>
{if $admin}
<ul class="nav navbar-nav">
{foreach $menu as $file => $label}
<li{if $file === $here} class="active"{/if}><a href="/admin/{$file}.php">{$label}</a></li>
{/foreach}
</ul>
<form class="navbar-form navbar-right" method="post" action="/admin/logout.php">
<input type="hidden" name="token" value="{$token}">
<span class="admin-name">{$admin->firstname} {$admin->lastname} ({$admin->username})</span>
<button type="submit" class="btn btn-default btn-sm">Log out</button>
</form>
{/if}
</div>
</nav>
<div class="container-fluid">
<div class="row">
{if $sidebar}
<aside class="col-md-2 col-md-push-10" id="sidebar">{$sidebar nofilter}</aside>
<main class="col-md-10 col-md-pull-2 contentarea" id="contentarea">
{else}
<main class="col-md-12 contentarea" id="contentarea">
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
<footer class="text-muted small">The sandbox's clock: {$clock}</footer>
</div>
{$hooked.footer nofilter}
</body>
</html>

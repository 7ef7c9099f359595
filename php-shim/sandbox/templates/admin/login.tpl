{if $failed}
<div class="alert alert-danger" role="alert">Login Details Incorrect. Please try again.</div>
{/if}
<form method="post" action="/admin/login.php" class="login-form">
<input type="hidden" name="token" value="{$token}">
<div class="form-group"><label for="username">Username</label>
<input class="form-control" type="text" id="username" name="username" autocomplete="username" required autofocus></div>
<div class="form-group"><label for="password">Password</label>
<input class="form-control" type="password" id="password" name="password" autocomplete="current-password" required></div>
<button type="submit" class="btn btn-primary">Login</button>
</form>

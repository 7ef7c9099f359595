<div class="alert alert-danger" role="alert">{$sentence}</div>

<div class="errorbox alert alert-danger" role="alert">{$sentence}</div>

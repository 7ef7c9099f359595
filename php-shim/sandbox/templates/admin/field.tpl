{if $field->type === 'password'}
<input class="form-control" type="password" id="{$field->name}" name="{$field->name}" value="{$field->value}" autocomplete="off">
{elseif $field->type === 'yesno'}
<input type="checkbox" id="{$field->name}" name="{$field->name}" value="on"{if $field->value} checked{/if}>
{elseif $field->type === 'dropdown'}
<select class="form-control" id="{$field->name}" name="{$field->name}">
{foreach $field->options as $value => $label}
<option value="{$value}"{if "$value" === $field->value} selected{/if}>{$label}</option>
{/foreach}
</select>
{elseif $field->type === 'radio'}
{foreach $field->options as $value => $label}
<label class="radio-inline"><input type="radio" name="{$field->name}" value="{$value}"{if "$value" === $field->value} checked{/if}> {$label}</label>
{/foreach}
{elseif $field->type === 'textarea'}
<textarea class="form-control" id="{$field->name}" name="{$field->name}" rows="3">{$field->value}</textarea>
{else}
<input class="form-control" type="text" id="{$field->name}" name="{$field->name}" value="{$field->value}">
{/if}
<div class="help-block">{$field->description nofilter}</div>

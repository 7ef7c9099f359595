<div class="table-responsive">
<table class="table table-striped datatable">
<thead><tr><th scope="col">ID</th><th scope="col">Product Name</th><th scope="col">Module</th><th scope="col">Auto Setup</th></tr></thead>
<tbody>
{foreach $products as $product}
<tr><td>{$product->id}</td><td><a href="/admin/configproducts.php?action=edit&amp;id={$product->id}">{$product->name}</a></td><td>{$product->servertype}</td><td>{$product->autosetup}</td></tr>
{/foreach}
</tbody>
</table>
</div>

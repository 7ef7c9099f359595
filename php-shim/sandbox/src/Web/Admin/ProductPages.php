<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web\Admin;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Admins;
use WhmcsSandbox\Web\HttpError;
use WhmcsSandbox\Web\Page;

/** The products, and the Module Settings of one. */
final class ProductPages extends Pages
{
    public function show(): Page
    {
        if ($this->request->text('action') !== 'edit') {
            return new Page('Products/Services', $this->view->part('admin/configproducts', [
                'products' => Capsule::table('tblproducts')->orderBy('id')->get()->all(),
            ]));
        }
        $product = Capsule::table('tblproducts')->find($this->request->id('id'))
            ?? throw HttpError::notFound('There is no such product.');
        $fields = $product->servertype === '' ? [] : $this->host->modules->fields($product->servertype);
        $saved = false;
        if ($this->request->isPost) {
            $this->request->requireToken();
            $this->require(Admins::EDIT_PRODUCTS);
            $this->save($product, $fields);
            $product = Capsule::table('tblproducts')->find($product->id);
            $saved = true;
        }
        $position = 0;
        $settings = [];
        foreach ($fields as $key => $field) {
            $position++;
            $settings[] = FormField::of("packageconfigoption[$position]", (string) $key, $field, $product->{"configoption$position"});
        }
        return new Page('Edit Product', $this->view->part('admin/product', [
            'product' => $product, 'settings' => $settings, 'saved' => $saved,
            'maySave' => in_array(Admins::EDIT_PRODUCTS, $this->may, true),
        ]));
    }

    /** @param array<string, array<string, mixed>> $fields */
    private function save(object $product, array $fields): void
    {
        $posted = $this->request->postedGroup('packageconfigoption');
        $changes = [];
        for ($position = 1; $position <= count($fields); $position++) {
            $changes["configoption$position"] = $posted[$position] ?? '';
        }
        if ($changes !== []) {
            Capsule::table('tblproducts')->where('id', $product->id)->update($changes);
        }
        // Saving the module settings is the moment WHMCS looks for a hook file.
        $this->host->modules->detectHooks($product->servertype);
        $this->host->hooks->run('ProductEdit', ['pid' => (int) $product->id, 'servertype' => $product->servertype] + $changes);
        $this->host->logs->activity("Product Configuration Changed - Product ID: $product->id");
    }
}

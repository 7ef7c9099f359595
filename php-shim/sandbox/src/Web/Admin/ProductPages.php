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
            $fields = $product->servertype === '' ? [] : $this->host->modules->fields($product->servertype);
            $saved = true;
        }
        $position = 0;
        $settings = [];
        foreach ($fields as $key => $field) {
            $position++;
            $settings[] = FormField::of("packageconfigoption[$position]", (string) $key, $field, $product->{"configoption$position"});
        }
        return new Page('Edit Product', $this->view->part('admin/product', [
            'product' => $product, 'module' => self::module($product), 'settings' => $settings, 'saved' => $saved,
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
        $changes = $this->moduleChanges($product) + $changes;
        if ($changes !== []) {
            Capsule::table('tblproducts')->where('id', $product->id)->update($changes);
        }
        $module = $changes['servertype'] ?? $product->servertype;
        if ($module !== '') {
            // Saving the module settings is the moment WHMCS looks for a hook file.
            $this->host->modules->detectHooks($module);
        }
        $this->host->hooks->run('ProductEdit', ['pid' => (int) $product->id, 'servertype' => $module] + $changes);
        $this->host->logs->activity("Product Configuration Changed - Product ID: $product->id");
    }

    /**
     * Another module or server group than before; a new module comes with its defaults.
     *
     * @return array<string, string|int>
     */
    private function moduleChanges(object $product): array
    {
        $changes = [];
        $group = $this->request->posted('servergroup');
        if (ctype_digit($group)) {
            $changes['servergroup'] = (int) $group;
        }
        $module = $this->request->posted('servertype');
        if (isset($_POST['servertype']) && $module !== $product->servertype && isset(self::modules($product)[$module])) {
            $changes['servertype'] = $module;
            foreach (array_values($module === '' ? [] : $this->host->modules->settings($module)) as $position => $default) {
                $changes['configoption' . ($position + 1)] = $default;
            }
        }
        return $changes;
    }

    /** @return list<FormField> */
    private static function module(object $product): array
    {
        $groups = ['0' => 'None'] + Capsule::table('tblservergroups')->orderBy('id')->pluck('name', 'id')->all();
        return [
            FormField::of('servertype', 'Module Name', ['Type' => 'dropdown', 'Options' => self::modules($product)], $product->servertype),
            FormField::of('servergroup', 'Server Group', ['Type' => 'dropdown', 'Options' => $groups], (string) $product->servergroup),
        ];
    }

    /** @return array<string, string> those there are servers of */
    private static function modules(object $product): array
    {
        $names = Capsule::table('tblservers')->distinct()->orderBy('type')->pluck('type')->all();
        $names = array_unique([...$names, $product->servertype]);
        return ['' => 'None'] + array_combine($names, $names);
    }
}

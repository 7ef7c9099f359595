<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web\Admin;

use Throwable;
use WhmcsSandbox\Host\Admins;
use WhmcsSandbox\Web\HttpError;
use WhmcsSandbox\Web\Page;

/** Pages of addon modules, and the page that switches them on and configures them. */
final class AddonPages extends Pages
{
    public function show(): Page
    {
        $addon = $this->request->text('module');
        if ($addon === '') {
            return new Page('Addons', $this->view->part('admin/addons', ['addons' => $this->mine()]));
        }
        $addons = $this->host->addons;
        if (!$addons->exists($addon) || !$addons->isActive($addon)) {
            throw HttpError::notFound('Module Not Found: there is no active addon module of this name.');
        }
        if (!$addons->mayOpen($addon, (int) $this->admin->roleid)) {
            $this->host->logs->activity("Access Denied to the addon $addon for admin {$this->admin->username}");
            throw HttpError::forbidden('Access Denied: your role may not open this addon module.');
        }
        $title = (string) $addons->config($addon)['name'];
        try {
            $addons->upgrade($addon);
            [$html, $sidebar] = $addons->page($addon);
        } catch (Throwable $e) {
            $this->host->defects->add("The addon $addon threw " . get_class($e) . ": {$e->getMessage()}");
            $this->host->logs->activity("Addon Module $addon Failed: {$e->getMessage()}");
            $sentence = "The addon module failed: {$e->getMessage()}";
            return new Page($title, $this->view->part('admin/error', ['sentence' => $sentence]), '', 500);
        }
        return new Page($title, $this->view->part('admin/addonmodules', ['name' => $title, 'html' => $html]), $sidebar);
    }

    public function configure(): Page
    {
        $notice = $this->request->isPost ? $this->change($this->request->posted('module')) : null;
        $addons = [];
        foreach ($this->host->addons->all() as $addon) {
            $addons[$addon] = $this->host->addons->config($addon) + [
                'active' => $this->host->addons->isActive($addon),
                'form' => $this->form($addon),
                'access' => array_filter(
                    Admins::roles(),
                    fn (int $role): bool => $this->host->addons->mayOpen($addon, $role),
                    ARRAY_FILTER_USE_KEY
                ),
            ];
        }
        return new Page('Addon Modules', $this->view->part('admin/configaddonmods', [
            'addons' => $addons, 'roles' => Admins::roles(), 'notice' => $notice,
        ]));
    }

    /** @return list<FormField> a setting that was never saved shows its default */
    private function form(string $addon): array
    {
        $values = $this->host->addons->values($addon);
        $form = [];
        foreach ($this->host->addons->config($addon)['fields'] as $key => $field) {
            $form[] = FormField::of("fields[$key]", (string) $key, $field, $values[$key] ?? (string) ($field['Default'] ?? ''));
        }
        return $form;
    }

    /** @return array{good: bool, title: string, text: string} text is printed raw, as WHMCS does */
    private function change(string $addon): array
    {
        $this->request->requireToken();
        $addons = $this->host->addons;
        if (!$addons->exists($addon)) {
            throw HttpError::notFound('Module Not Found: there is no addon module of this name.');
        }
        $action = $this->request->posted('action');
        if ($action === 'save' && $addons->isActive($addon)) {
            $roles = array_intersect(array_keys(Admins::roles()), array_map('intval', $this->request->postedGroup('access')));
            $addons->save($addon, $this->request->postedGroup('fields'), array_values($roles));
            return ['good' => true, 'title' => 'Changes Saved Successfully!', 'text' => 'Your changes have been saved.'];
        }
        $answer = match (true) {
            $action === 'activate' && !$addons->isActive($addon) => $addons->activate($addon),
            $action === 'deactivate' && $addons->isActive($addon) => $addons->deactivate($addon),
            default => throw new HttpError(409, 'The addon module is not in the state this needs. Nothing was changed.'),
        };
        $this->host->logs->activity(ucfirst($action) . "d Addon Module: $addon ({$answer['status']})");
        return ['good' => $answer['status'] !== 'error', 'title' => ucfirst($action) . ": $addon", 'text' => $answer['description']];
    }

    /** @return array<string, string> active addons the admin may open: name => title */
    private function mine(): array
    {
        $addons = $this->host->addons;
        $titles = [];
        foreach ($addons->all() as $addon) {
            if ($addons->isActive($addon) && $addons->mayOpen($addon, (int) $this->admin->roleid)) {
                $titles[$addon] = (string) $addons->config($addon)['name'];
            }
        }
        return $titles;
    }
}

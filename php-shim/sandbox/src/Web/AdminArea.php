<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web;

use WhmcsSandbox\Host\Admins;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Host\LogIn;
use WhmcsSandbox\Web\Admin\AddonPages;
use WhmcsSandbox\Web\Admin\ClientPages;
use WhmcsSandbox\Web\Admin\LogPages;
use WhmcsSandbox\Web\Admin\ProductPages;
use WhmcsSandbox\Web\Admin\ServicePage;

/** `/admin/…`: log-in, who may see what, and the frame around every page. */
final class AdminArea
{
    /** File name without `.php` => class, method and the permission it needs. */
    private const PAGES = [
        'clients' => [ClientPages::class, 'all', Admins::LIST_CLIENTS],
        'clientssummary' => [ClientPages::class, 'summary', Admins::CLIENT_SUMMARY],
        'clientsservices' => [ServicePage::class, 'show', Admins::VIEW_SERVICES],
        'addonmodules' => [AddonPages::class, 'show', Admins::ADDONS],
        'configaddonmods' => [AddonPages::class, 'configure', Admins::CONFIGURE_ADDONS],
        'configproducts' => [ProductPages::class, 'show', Admins::PRODUCTS],
        'systemactivitylog' => [LogPages::class, 'activity', Admins::ACTIVITY_LOG],
        'systemmodulelog' => [LogPages::class, 'module', Admins::MODULE_LOG],
    ];
    /** Entries of the menu: file name => label. */
    private const MENU = [
        'clients' => 'Clients', 'addonmodules' => 'Addons', 'configproducts' => 'Products/Services',
        'configaddonmods' => 'Addon Modules', 'systemactivitylog' => 'Activity Log', 'systemmodulelog' => 'Module Log',
    ];
    private const THEME = 'blend';

    private readonly View $view;

    public function __construct(
        private readonly Host $host,
        private readonly Request $request,
        private readonly Session $session
    ) {
        $this->view = new View($host);
    }

    public function answer(): Response
    {
        if (!preg_match('#^/admin(?:/(?:([a-z]+)\.php)?)?$#', $this->request->path, $m)) {
            throw HttpError::notFound('There is no such page.');
        }
        $file = $m[1] ?? 'index';
        $admin = $this->session->admin();
        if ($file === 'login') {
            return $this->logIn();
        }
        if ($admin === null) {
            return Response::redirect('/admin/login.php');
        }
        if ($file === 'logout') {
            $this->request->requireToken();
            $this->session->logOutAdmin();
            return Response::redirect('/admin/login.php');
        }
        $may = Admins::permissions((int) $admin->roleid);
        try {
            $page = $file === 'index' ? $this->home() : $this->page($file, $admin, $may);
        } catch (HttpError $e) {
            $page = new Page('Error', $this->view->part('admin/error', ['sentence' => $e->getMessage()]), '', $e->status);
        }
        return $this->frame($file, $page, $admin, $may);
    }

    private function logIn(): Response
    {
        $failed = false;
        if ($this->request->isPost) {
            $this->request->requireToken();
            $id = LogIn::admin($this->request->posted('username'), $this->request->posted('password'));
            if ($id !== null) {
                $this->session->logInAdmin($id);
                return Response::redirect('/admin/index.php');
            }
            $failed = true;
        }
        $content = $this->view->part('admin/login', ['failed' => $failed]);
        return $this->view->layout('admin', self::THEME, $content, [
            'title' => 'Log In', 'menu' => [], 'sidebar' => '', 'admin' => null,
        ], [
            'filename' => 'login', 'pagetitle' => 'Log In', 'template' => self::THEME,
        ]);
    }

    private function home(): Page
    {
        $html = implode("\n", array_filter($this->host->hooks->run('AdminHomepage'), 'is_string'));
        return new Page('Home', $this->view->part('admin/home', ['hooked' => $html]));
    }

    /** @param list<string> $may */
    private function page(string $file, object $admin, array $may): Page
    {
        [$class, $method, $permission] = self::PAGES[$file] ?? throw HttpError::notFound('There is no such page.');
        if (!in_array($permission, $may, true)) {
            $this->host->logs->activity("Access Denied to $file.php for admin $admin->username: permission '$permission' is missing");
            throw HttpError::forbidden("Access Denied: your role does not have the permission '$permission'.");
        }
        return (new $class($this->host, $this->request, $this->view, $admin, $may))->$method();
    }

    /** @param list<string> $may */
    private function frame(string $file, Page $page, object $admin, array $may): Response
    {
        $menu = array_filter(
            self::MENU,
            static fn (string $entry): bool => in_array(self::PAGES[$entry][2], $may, true),
            ARRAY_FILTER_USE_KEY
        );
        return $this->view->layout('admin', self::THEME, $page->html, [
            'title' => $page->title, 'menu' => $menu, 'here' => $file, 'sidebar' => $page->sidebar, 'admin' => $admin,
        ], [
            'filename' => $file, 'pagetitle' => $page->title, 'adminid' => (int) $admin->id, 'admin_perms' => $may,
            'addon_modules' => array_filter($this->host->addons->all(), $this->host->addons->isActive(...)), 'template' => self::THEME,
        ], $page->status);
    }
}

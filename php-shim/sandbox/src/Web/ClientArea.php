<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web;

use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Host\LogIn;
use WhmcsSandbox\Web\Client\InvoicePages;
use WhmcsSandbox\Web\Client\ServicePages;

/** Everything outside `/admin/`: log-in of clients, their services and invoices. */
final class ClientArea
{
    private const DEFAULT_THEME = 'twenty-one';

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
        // As in WHMCS, `systpl` chooses the theme for the rest of the session.
        if (View::isClientTheme($this->request->text('systpl'))) {
            $_SESSION['Template'] = $this->request->text('systpl');
        }
        // And `language` that of its texts.
        if (preg_match('/^[a-z-]+$/', $this->request->text('language'))) {
            $_SESSION['Language'] = $this->request->text('language');
        }
        $client = $this->session->client();
        if (in_array($this->request->path, ['/login', '/login.php'], true)) {
            return $this->logIn();
        }
        if ($client === null) {
            return Response::redirect('/login');
        }
        if ($this->request->path === '/logout.php') {
            $this->request->requireToken();
            $this->session->logOutClient();
            return Response::redirect('/login');
        }
        try {
            $answer = $this->page($client);
        } catch (HttpError $e) {
            $answer = new Page('Error', $this->view->part('client/error', ['sentence' => $e->getMessage()]), '', $e->status);
        }
        return $answer instanceof Response ? $answer : $this->frame($answer, $client);
    }

    private function page(object $client): Page|Response
    {
        $services = new ServicePages($this->host, $this->request, $this->view, $client);
        if (preg_match('#^/clientarea/service/([1-9]\d{0,8})/custom-action/([A-Za-z0-9_-]{1,64})$#', $this->request->path, $m)) {
            return $services->customAction((int) $m[1], $m[2]);
        }
        $invoices = new InvoicePages($this->request, $this->view, $client);
        return match ($this->request->path) {
            '/', '/index.php' => $services->all(),
            '/clientarea.php' => match ($this->request->text('action')) {
                '', 'products', 'services' => $services->all(),
                'productdetails' => $services->details(),
                'invoices' => $invoices->all(),
                default => throw HttpError::notFound('There is no such page.'),
            },
            '/viewinvoice.php' => $invoices->one(),
            default => throw HttpError::notFound('There is no such page.'),
        };
    }

    private function logIn(): Response
    {
        $failed = false;
        if ($this->request->isPost) {
            $this->request->requireToken();
            $login = LogIn::client($this->request->posted('username'), $this->request->posted('password'));
            if ($login !== null) {
                $this->session->logInClient($login);
                return Response::redirect('/clientarea.php');
            }
            $failed = true;
        }
        return $this->frame(new Page('Login', $this->view->part('client/login', ['failed' => $failed])), null);
    }

    private function frame(Page $page, ?object $client): Response
    {
        $theme = $_SESSION['Template'] ?? self::DEFAULT_THEME;
        $file = basename($this->request->path, '.php');
        return $this->view->layout('client', $theme, $page->html, [
            'title' => $page->title, 'client' => $client, 'actions' => $page->sidebar,
        ], [
            'filename' => $file, 'pagetitle' => $page->title, 'template' => $theme, 'loggedin' => $client !== null,
            'token' => generate_token('plain'),
        ], $page->status);
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web\Client;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\CustomAction;
use WHMCS\Service\Service;
use WHMCS\View\Menu\Item;
use WhmcsSandbox\Billing\ConfigurableOptions;
use WhmcsSandbox\Host\CustomFields;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Host\Pages as ModulePages;
use WhmcsSandbox\Web\HttpError;
use WhmcsSandbox\Web\Page;
use WhmcsSandbox\Web\Request;
use WhmcsSandbox\Web\Response;
use WhmcsSandbox\Web\View;

/** The services of the client who is logged in. */
final class ServicePages
{
    private readonly ModulePages $module;

    public function __construct(
        private readonly Host $host,
        private readonly Request $request,
        private readonly View $view,
        private readonly object $client
    ) {
        $this->module = new ModulePages($host);
    }

    public function all(): Page
    {
        return new Page('My Products & Services', $this->view->part('client/services', [
            'services' => Capsule::table('tblhosting')->join('tblproducts', 'tblproducts.id', '=', 'packageid')
                ->where('userid', $this->client->id)->orderBy('tblhosting.id')
                ->get(['tblhosting.*', 'tblproducts.name as product'])->all(),
        ]));
    }

    /** `clientarea.php?action=productdetails&id=`, also with `modop=custom` and the function in `a`. */
    public function details(): Page
    {
        $id = (int) $this->mine($this->request->id('id'))->id;
        if ($this->request->text('modop') === 'custom') {
            return $this->custom($id);
        }
        $failed = $this->request->text('customaction_error') === '1';
        return $this->page($id, $failed ? ['good' => false, 'text' => 'The action could not be completed.'] : null);
    }

    private function custom(int $id): Page
    {
        $this->request->requireToken();
        $function = $this->request->text('a');
        if (!in_array($function, $this->module->allowedToClients($id), true)) {
            throw HttpError::forbidden('This function is not available.');
        }
        $result = $this->host->kernel->runCustom($id, $function);
        if (!is_array($result)) {
            return $this->page($id, [
                'good' => $result->succeeded(),
                'text' => $result->succeeded() ? 'Action Completed Successfully!' : $result->message,
            ]);
        }
        $breadcrumb = (array) ($result['breadcrumb'] ?? []);
        return new Page((string) (end($breadcrumb) ?: 'Product Details'), $this->view->part('client/custom', [
            'id' => $id,
            'breadcrumb' => $breadcrumb,
            'html' => $this->module->customPage($id, $result),
        ]), $this->sidebar($id));
    }

    /** Where the themes post an action of CustomActions to. */
    public function customAction(int $serviceId, string $identifier): Response
    {
        $this->mine($serviceId);
        $this->request->requireToken();
        foreach ($this->offered($serviceId) as $action) {
            if ($action->getIdentifier() === $identifier && $action->isActive()) {
                $failed = "/clientarea.php?action=productdetails&id=$serviceId&customaction_error=1";
                return Response::redirect($this->destination($action) ?? $failed);
            }
        }
        throw HttpError::notFound('This service has no such action.');
    }

    private function destination(CustomAction $action): ?string
    {
        $what = "The custom action {$action->getIdentifier()}";
        try {
            $answer = $this->host->observer->watch($what, static fn () => $action->invokeCallable());
        } catch (Throwable $e) {
            $this->host->defects->add("$what threw " . get_class($e) . ": {$e->getMessage()}");
            return null;
        }
        if (is_array($answer) && ($answer['success'] ?? null) === true && is_string($answer['redirectTo'] ?? null)) {
            return $answer['redirectTo'];
        }
        $message = is_array($answer) ? (string) ($answer['errorMsg'] ?? '') : 'the answer has the wrong shape';
        $this->host->logs->activity("$what failed: $message", (int) $this->client->id);
        return null;
    }

    /** @param array{good: bool, text: string}|null $notice text is printed raw, as the themes do */
    private function page(int $id, ?array $notice): Page
    {
        $service = Service::find($id);
        try {
            $part = $this->module->clientPart($id);
        } catch (Throwable $e) {
            $this->host->defects->add('ClientArea threw ' . get_class($e) . ": {$e->getMessage()}");
            $this->host->logs->activity("ClientArea of service $id failed: {$e->getMessage()}", (int) $this->client->id);
            $part = ['html' => '', 'replaces' => false];
        }
        $visible = Capsule::table('tblcustomfields')->where(['type' => 'product', 'relid' => $service->packageId, 'adminonly' => ''])
            ->pluck('fieldname')->map(static fn (string $name): string => explode('|', $name, 2)[0])->all();
        return new Page('Manage Product', $this->view->part('client/productdetails', [
            'service' => $service,
            'product' => $service->product->name,
            'configurableoptions' => ConfigurableOptions::values($id, $service->packageId),
            'customfields' => array_intersect_key(CustomFields::values($id, $service->packageId), array_flip($visible)),
            'notice' => $notice,
            'moduleclientarea' => $part['html'],
            'replaces' => $part['replaces'],
            'hooked' => array_filter($this->host->hooks->run('ClientAreaProductDetailsOutput', ['service' => $service]), 'is_string'),
        ]), $this->sidebar($id));
    }

    /** What stands beside the page: the panel of the service, which hooks may change, and the module's actions. */
    private function sidebar(int $id): string
    {
        $sidebar = new Item('Primary Sidebar');
        $sidebar->addChild('Service Details Overview', ['label' => 'Overview', 'order' => 10])
            ->addChild('Information', ['label' => 'Information', 'uri' => "clientarea.php?action=productdetails&id=$id"]);
        $this->host->hooks->run('ClientAreaPrimarySidebar', $sidebar);
        return $this->view->part('client/sidebar', ['panels' => $sidebar->getChildren()]) . $this->actions($id);
    }

    /** The panel with the module's actions: buttons of custom functions and CustomActions. */
    private function actions(int $id): string
    {
        try {
            $buttons = $this->module->buttons($id, 'ClientAreaCustomButtonArray');
        } catch (Throwable $e) {
            $this->host->defects->add('ClientAreaCustomButtonArray threw ' . get_class($e) . ": {$e->getMessage()}");
            $buttons = [];
        }
        $actions = [];
        foreach ($this->offered($id) as $action) {
            if ($action->isActive()) {
                $actions[$action->getIdentifier()] = ['label' => $action->getDisplay(), 'samePage' => $action->allowSamePage()];
            }
        }
        return $buttons === [] && $actions === [] ? ''
            : $this->view->part('client/actions', ['id' => $id, 'buttons' => $buttons, 'actions' => $actions]);
    }

    /** @return list<CustomAction> */
    private function offered(int $id): array
    {
        try {
            [$actions] = $this->host->kernel->callForPage($id, 'CustomActions');
        } catch (Throwable $e) {
            $this->host->defects->add('CustomActions threw ' . get_class($e) . ": {$e->getMessage()}");
            return [];
        }
        $offered = [];
        foreach (is_iterable($actions) ? $actions : [] as $action) {
            if ($action instanceof CustomAction) {
                $offered[] = $action;
            } else {
                $this->host->defects->add('CustomActions gives ' . get_debug_type($action) . ' instead of a CustomAction');
            }
        }
        return $offered;
    }

    private function mine(int $id): object
    {
        return Capsule::table('tblhosting')->where(['id' => $id, 'userid' => $this->client->id])->first()
            ?? throw HttpError::notFound('Product/Service Not Found: you have no such service.');
    }
}

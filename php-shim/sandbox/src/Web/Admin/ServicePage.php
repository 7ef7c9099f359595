<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web\Admin;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Service\Status;
use WhmcsSandbox\Host\Admins;
use WhmcsSandbox\Host\Pages as ModulePages;
use WhmcsSandbox\Kernel\ModuleAction;
use WhmcsSandbox\Kernel\Outcome;
use WhmcsSandbox\Web\HttpError;
use WhmcsSandbox\Web\Page;

/**
 * One service of a client: its data, the module's commands, buttons and fields.
 *
 * The result of a command stands on the page that answers the form: it may hold anything, and a session or
 * an address is no place for that.
 */
final class ServicePage extends Pages
{
    /** Value of `modop` => command, label of the button and words of the result. */
    private const COMMANDS = [
        'create' => [ModuleAction::Create, 'Create', 'Service Created Successfully'],
        'suspend' => [ModuleAction::Suspend, 'Suspend', 'Service Suspended Successfully'],
        'unsuspend' => [ModuleAction::Unsuspend, 'Unsuspend', 'Service Unsuspended Successfully'],
        'terminate' => [ModuleAction::Terminate, 'Terminate', 'Service Terminated Successfully'],
        'changepackage' => [ModuleAction::ChangePackage, 'Change Package', 'Service Upgraded/Downgraded Successfully'],
    ];
    private const STATUSES = [Status::PENDING, Status::ACTIVE, Status::COMPLETED, Status::SUSPENDED, Status::TERMINATED,
        Status::CANCELLED, Status::FRAUD];
    /** What an admin may change here, as columns of tblhosting. */
    private const EDITABLE = ['domain', 'username', 'dedicatedip', 'notes'];

    public function show(): Page
    {
        $client = $this->client();
        $mine = Capsule::table('tblhosting')->where('userid', $client->id);
        $id = $this->request->id('id') ?: (int) (clone $mine)->min('id');
        $service = $mine->where('id', $id)->first();
        if ($service === null) {
            throw HttpError::notFound('Product/Service Not Found: the client has no such service.');
        }
        $notice = $this->request->isPost ? $this->change((int) $service->id) : null;
        return $this->page($client, (int) $service->id, $notice);
    }

    /** @return array{good: bool, title: string, text: string} */
    private function change(int $serviceId): array
    {
        $this->request->requireToken();
        $operation = $this->request->posted('modop');
        if ($operation === '') {
            $this->require(Admins::EDIT_SERVICES);
            return $this->save($serviceId);
        }
        $this->require(Admins::SERVER_OPERATIONS);
        if ($operation === 'custom') {
            return $this->custom($serviceId, $this->request->posted('ac'));
        }
        [$action, , $words] = self::COMMANDS[$operation] ?? throw HttpError::notFound('There is no such module command.');
        $extra = $action === ModuleAction::Suspend ? ['suspendreason' => $this->request->posted('suspreason')] : [];
        return self::notice($this->host->kernel->run($serviceId, $action, false, $extra), $words);
    }

    /** @return array{good: bool, title: string, text: string} */
    private function custom(int $serviceId, string $function): array
    {
        if (!in_array($function, $this->module()->buttons($serviceId, 'AdminCustomButtonArray'), true)) {
            throw HttpError::notFound('The module has no such button.');
        }
        $outcome = $this->host->kernel->runCustom($serviceId, $function);
        if (is_array($outcome)) {
            $this->host->defects->add("$function returned a page, but a button of the admin area answers with text");
            $outcome = new Outcome($serviceId, $function, Outcome::FAILED, 'Unknown error', []);
        }
        return self::notice($outcome, 'The function was completed successfully');
    }

    /** @return array{good: bool, title: string, text: string} text is printed raw, as WHMCS does */
    private static function notice(Outcome $outcome, string $words): array
    {
        return $outcome->succeeded()
            ? ['good' => true, 'title' => 'Module Command Success', 'text' => $words]
            : ['good' => false, 'title' => 'Module Command Error', 'text' => $outcome->message];
    }

    /** @return array{good: bool, title: string, text: string} */
    private function save(int $serviceId): array
    {
        $service = Capsule::table('tblhosting')->find($serviceId);
        $about = ['userid' => (int) $service->userid, 'serviceid' => $serviceId];
        $this->host->hooks->run('PreAdminServiceEdit', ['serviceid' => $serviceId]);
        $changes = [];
        foreach (self::EDITABLE as $column) {
            if (isset($_POST[$column])) {
                $changes[$column] = $this->request->posted($column);
            }
        }
        if (in_array($this->request->posted('domainstatus'), self::STATUSES, true)) {
            $changes['domainstatus'] = $this->request->posted('domainstatus');
        }
        if ($changes !== []) {
            Capsule::table('tblhosting')->where('id', $serviceId)->update($changes);
        }
        try {
            $this->host->kernel->callForPage($serviceId, 'AdminServicesTabFieldsSave');
        } catch (Throwable $e) {
            $this->host->defects->add('AdminServicesTabFieldsSave threw ' . get_class($e) . ": {$e->getMessage()}");
        }
        $this->host->hooks->run('AdminClientServicesTabFieldsSave', $_POST);
        $this->host->hooks->run('AdminServiceEdit', $about);
        $this->host->logs->activity("Modified Product/Service - Service ID: $serviceId", (int) $service->userid);
        return ['good' => true, 'title' => 'Changes Saved Successfully!', 'text' => 'Your changes have been saved.'];
    }

    private function page(object $client, int $serviceId, ?array $notice): Page
    {
        $service = Capsule::table('tblhosting')->find($serviceId);
        $product = Capsule::table('tblproducts')->find($service->packageid);
        $maySave = in_array(Admins::EDIT_SERVICES, $this->may, true);
        $mayRun = in_array(Admins::SERVER_OPERATIONS, $this->may, true);
        return new Page('Products/Services', $this->view->part('admin/clientsservices', [
            'client' => $client,
            'service' => $service,
            'product' => $product,
            'server' => Capsule::table('tblservers')->find($service->server),
            'others' => Capsule::table('tblhosting')->join('tblproducts', 'tblproducts.id', '=', 'packageid')
                ->where('userid', $client->id)->orderBy('tblhosting.id')
                ->get(['tblhosting.id', 'domain', 'domainstatus', 'tblproducts.name as product'])->all(),
            'statuses' => self::STATUSES,
            'notice' => $notice,
            'commands' => $mayRun ? $this->commands($product->servertype) : [],
            'buttons' => $mayRun ? $this->attempt('AdminCustomButtonArray', fn () => $this->module()
                ->buttons($serviceId, 'AdminCustomButtonArray')) : [],
            'fields' => $this->fields($serviceId),
            'maySave' => $maySave,
        ]));
    }

    /** @return array<string, string> value of `modop` => label, for what the module offers */
    private function commands(string $module): array
    {
        $offered = array_filter(
            self::COMMANDS,
            fn (array $command): bool => $module !== '' && $this->host->modules->function($module, $command[0]->value) !== null
        );
        return array_map(static fn (array $command): string => $command[1], $offered);
    }

    /** @return array<string, string> label => HTML of the module and of hooks */
    private function fields(int $serviceId): array
    {
        $fields = $this->attempt('AdminServicesTabFields', fn () => $this->module()->adminFields($serviceId));
        foreach ($this->host->hooks->run('AdminClientServicesTabFields', ['id' => $serviceId]) as $more) {
            $fields = array_merge($fields, array_map('strval', (array) $more));
        }
        return $fields;
    }

    /** A page of the host must come up whatever the module does. */
    private function attempt(string $function, callable $call): array
    {
        try {
            return $call();
        } catch (Throwable $e) {
            $this->host->defects->add("$function threw " . get_class($e) . ": {$e->getMessage()}");
            return [];
        }
    }

    private function module(): ModulePages
    {
        return new ModulePages($this->host);
    }
}

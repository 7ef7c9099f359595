<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Billing\ConfigurableOptions;
use WhmcsSandbox\Kernel\ModuleAction;
use WhmcsSandbox\Refusal;

/**
 * The commands of localAPI() a server module is likely to use. Every answer has
 * `result`; an error has `message`. A command that is missing here says so.
 */
final class LocalApi
{
    /** API field => column of tblhosting, for UpdateClientProduct. */
    private const SERVICE_FIELDS = [
        'pid' => 'packageid', 'serverid' => 'server', 'regdate' => 'regdate', 'nextduedate' => 'nextduedate',
        'terminationdate' => 'termination_date', 'domain' => 'domain', 'firstpaymentamount' => 'firstpaymentamount',
        'recurringamount' => 'amount', 'billingcycle' => 'billingcycle', 'status' => 'domainstatus', 'notes' => 'notes',
        'serviceusername' => 'username', 'overidesuspenduntil' => 'overidesuspenduntil', 'ns1' => 'ns1', 'ns2' => 'ns2',
        'dedicatedip' => 'dedicatedip', 'assignedips' => 'assignedips', 'diskusage' => 'diskusage',
        'disklimit' => 'disklimit', 'bwusage' => 'bwusage', 'bwlimit' => 'bwlimit', 'suspendreason' => 'suspendreason',
        'promoid' => 'promoid',
    ];

    private readonly Profiles $profiles;

    public function __construct(private readonly Host $host)
    {
        $this->profiles = new Profiles($host);
    }

    /** @return array<string, mixed> */
    public function call(string $command, array $values): array
    {
        return $this->host->kernel->trusted(fn (): array => $this->answer($command, $values));
    }

    /** @return array<string, mixed> */
    private function answer(string $command, array $values): array
    {
        try {
            $result = match (strtolower($command)) {
                'getclientsdetails' => $this->getClientsDetails($values),
                'addclientnote' => $this->addClientNote($values),
                'updateclient' => $this->profiles->updateClient($values),
                'updateuser' => $this->profiles->updateUser($values),
                'getclientsproducts' => $this->getClientsProducts($values),
                'updateclientproduct' => $this->updateClientProduct($values),
                'modulecreate' => $this->module($values, ModuleAction::Create),
                'modulesuspend' => $this->module($values, ModuleAction::Suspend),
                'moduleunsuspend' => $this->module($values, ModuleAction::Unsuspend),
                'moduleterminate' => $this->module($values, ModuleAction::Terminate),
                'modulechangepackage' => $this->module($values, ModuleAction::ChangePackage),
                'modulechangepw' => $this->module($values, ModuleAction::ChangePassword),
                'getmodulequeue' => $this->getModuleQueue($values),
                'logactivity' => $this->logActivity($values),
                'sendemail' => $this->sendEmail($values),
                'encryptpassword' => ['password' => $this->host->encryption->encrypt((string) ($values['password2'] ?? ''))],
                'decryptpassword' => ['password' => $this->host->encryption->decrypt((string) ($values['password2'] ?? ''))],
                default => throw new Refusal("The sandbox does not have the API command $command"),
            };
        } catch (Refusal $e) {
            return ['result' => 'error', 'message' => $e->getMessage()];
        }
        return ['result' => 'success'] + $result;
    }

    private function getClientsDetails(array $values): array
    {
        $id = (int) ($values['clientid'] ?? 0);
        if ($id === 0 && isset($values['email'])) {
            $id = (int) Capsule::table('tblclients')->where('email', $values['email'])->value('id');
        }
        $client = Clients::details($id) ?: throw new Refusal('Client Not Found');
        return ['client' => $client] + $client;
    }

    private function addClientNote(array $values): array
    {
        $client = (int) ($values['userid'] ?? 0);
        if (Capsule::table('tblclients')->where('id', $client)->doesntExist()) {
            throw new Refusal('Client ID not found');
        }
        if (($values['notes'] ?? '') === '') {
            throw new Refusal('Notes can not be empty');
        }
        return ['noteid' => Capsule::table('tblnotes')->insertGetId([
            'userid' => $client,
            'adminid' => 0,
            'created' => $this->host->clock->timestamp(),
            'modified' => $this->host->clock->timestamp(),
            'note' => $values['notes'],
            'sticky' => empty($values['sticky']) ? 0 : 1,
        ])];
    }

    private function getClientsProducts(array $values): array
    {
        $query = Capsule::table('tblhosting')->orderBy('id');
        $filters = ['clientid' => 'userid', 'serviceid' => 'id', 'pid' => 'packageid', 'domain' => 'domain',
            'username2' => 'username'];
        foreach ($filters as $field => $column) {
            if (isset($values[$field])) {
                $query->where($column, $values[$field]);
            }
        }
        $start = (int) ($values['limitstart'] ?? 0);
        $total = $query->count();
        $rows = $query->offset($start)->limit((int) ($values['limitnum'] ?? 25))->get();
        return [
            'clientid' => $values['clientid'] ?? null,
            'serviceid' => $values['serviceid'] ?? null,
            'totalresults' => $total,
            'startnumber' => $start,
            'numreturned' => count($rows),
            'products' => ['product' => $rows->map($this->describeService(...))->all()],
        ];
    }

    private function describeService(object $row): array
    {
        $product = Capsule::table('tblproducts')->find($row->packageid);
        $server = Capsule::table('tblservers')->find($row->server);
        $fields = CustomFields::values((int) $row->id, (int) $row->packageid);
        $options = ConfigurableOptions::values((int) $row->id, (int) $row->packageid);
        return [
            'id' => $row->id, 'clientid' => $row->userid, 'orderid' => $row->orderid, 'pid' => $row->packageid,
            'regdate' => $row->regdate, 'name' => $product->name,
            'groupname' => (string) Capsule::table('tblproductgroups')->where('id', $product->gid)->value('name'),
            'domain' => $row->domain, 'dedicatedip' => $row->dedicatedip, 'serverid' => $row->server,
            'servername' => $server->name ?? '', 'serverip' => $server->ipaddress ?? '',
            'serverhostname' => $server->hostname ?? '', 'suspensionreason' => $row->suspendreason,
            'firstpaymentamount' => $row->firstpaymentamount, 'recurringamount' => $row->amount,
            'paymentmethod' => $row->paymentmethod, 'billingcycle' => $row->billingcycle,
            'nextduedate' => $row->nextduedate, 'status' => $row->domainstatus, 'username' => $row->username,
            'password' => $this->host->encryption->decrypt($row->password),
            'subscriptionid' => $row->subscriptionid, 'promoid' => $row->promoid,
            'overideautosuspend' => $row->overideautosuspend, 'overidesuspenduntil' => $row->overidesuspenduntil,
            'ns1' => $row->ns1, 'ns2' => $row->ns2, 'assignedips' => $row->assignedips, 'notes' => $row->notes,
            'diskusage' => $row->diskusage, 'disklimit' => $row->disklimit, 'bwusage' => $row->bwusage,
            'bwlimit' => $row->bwlimit, 'lastupdate' => $row->lastupdate,
            'customfields' => ['customfield' => array_map(
                static fn (string $name, string $value): array => ['name' => $name, 'value' => $value],
                array_keys($fields),
                $fields
            )],
            'configoptions' => ['configoption' => array_map(
                static fn (string $name, string|int $value): array => ['option' => $name, 'value' => $value],
                array_keys($options),
                $options
            )],
        ];
    }

    private function updateClientProduct(array $values): array
    {
        $service = $this->service($values);
        $changes = [];
        foreach (array_intersect_key($values, self::SERVICE_FIELDS) as $field => $value) {
            $changes[self::SERVICE_FIELDS[$field]] = $value;
        }
        if (isset($values['servicepassword'])) {
            $changes['password'] = $this->host->encryption->encrypt((string) $values['servicepassword']);
        }
        if (isset($values['overideautosuspend'])) {
            $changes['overideautosuspend'] = in_array($values['overideautosuspend'], ['on', '1', 1, true], true) ? 1 : 0;
        }
        if ($changes !== []) {
            Capsule::table('tblhosting')->where('id', $service->id)->update($changes);
        }
        if (isset($values['customfields'])) {
            $fields = unserialize((string) base64_decode($values['customfields']), ['allowed_classes' => false]);
            foreach ((array) $fields as $fieldId => $value) {
                Capsule::table('tblcustomfieldsvalues')
                    ->updateOrInsert(['fieldid' => $fieldId, 'relid' => $service->id], ['value' => (string) $value]);
            }
        }
        return ['serviceid' => (int) $service->id];
    }

    private function module(array $values, ModuleAction $action): array
    {
        $service = $this->service($values);
        $extra = match ($action) {
            ModuleAction::Suspend => ['suspendreason' => (string) ($values['suspendreason'] ?? '')],
            ModuleAction::ChangePassword => [
                'password' => (string) ($values['servicepassword'] ?? ''),
                'oldpassword' => $this->host->encryption->decrypt($service->password),
            ],
            default => [],
        };
        $outcome = $this->host->kernel->run((int) $service->id, $action, false, $extra);
        return $outcome->succeeded() ? [] : throw new Refusal($outcome->message);
    }

    private function getModuleQueue(array $values): array
    {
        $query = Capsule::table('tblmodulequeue')->where('completed', 0)->orderBy('id');
        $filters = ['serviceType' => 'service_type', 'relatedId' => 'service_id', 'moduleName' => 'module_name',
            'moduleAction' => 'module_action'];
        foreach (array_intersect_key($filters, $values) as $field => $column) {
            $query->where($column, $values[$field]);
        }
        if (isset($values['since'])) {
            $query->where('last_attempt', '>=', $values['since']);
        }
        $queue = $query->get()->map(static fn (object $row): array => [
            'id' => $row->id, 'serviceType' => $row->service_type, 'serviceId' => $row->service_id,
            'moduleName' => $row->module_name, 'moduleAction' => $row->module_action,
            'lastAttempt' => $row->last_attempt, 'lastAttemptError' => $row->last_attempt_error,
            'numRetries' => $row->num_retries, 'completed' => (bool) $row->completed,
            'createdAt' => $row->created_at, 'updatedAt' => $row->updated_at,
        ])->all();
        return ['count' => count($queue), 'queue' => $queue];
    }

    private function logActivity(array $values): array
    {
        $this->host->logs->activity(
            (string) ($values['description'] ?? ''),
            (int) ($values['clientid'] ?? $values['userid'] ?? 0)
        );
        return [];
    }

    private function sendEmail(array $values): array
    {
        $name = (string) ($values['messagename'] ?? '');
        $template = Capsule::table('tblemailtemplates')->where('name', $name)->first();
        $subject = $template->subject ?? $values['customsubject'] ?? throw new Refusal('Email Template not found');
        $body = $template->message ?? $values['custommessage'] ?? '';
        $extra = $values['customvars'] ?? [];
        if (is_string($extra)) {
            $extra = unserialize((string) base64_decode($extra), ['allowed_classes' => false]);
        }
        $service = $this->service(['serviceid' => $values['id'] ?? 0]);
        $sent = $this->host->mailer->toServiceOwner($name ?: 'Mass Mail Template', $subject, $body, (int) $service->id, (array) $extra);
        return $sent ? [] : throw new Refusal('Email Send Aborted By Hook');
    }

    private function service(array $values): object
    {
        return Capsule::table('tblhosting')->find((int) ($values['serviceid'] ?? $values['accountid'] ?? 0))
            ?? throw new Refusal('Service ID not found');
    }
}

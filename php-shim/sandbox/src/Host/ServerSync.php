<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use DateTimeImmutable;
use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Service\Status;
use WhmcsSandbox\Kernel\Tenants;
use WhmcsSandbox\Refusal;

/**
 * Sync Accounts: compares the module's list of remote accounts with the services on a server.
 *
 * Whatever is done about a difference is done to WHMCS only; the module is not told. An account missing from the
 * list therefore costs a live service its status.
 */
final class ServerSync
{
    private const KEYS = ['email', 'username', 'domain', 'uniqueIdentifier', 'product', 'primaryip', 'created', 'status'];
    /** Key of an account => column of tblhosting. */
    private const COMPARED = ['domain' => 'domain', 'username' => 'username', 'primaryip' => 'dedicatedip',
        'status' => 'domainstatus', 'created' => 'regdate'];

    private readonly object $server;
    private readonly Tenants $tenants;
    private readonly string $productField;

    public function __construct(private readonly Host $host, int $serverId)
    {
        $this->server = Capsule::table('tblservers')->find($serverId) ?? throw new Refusal("There is no server $serverId.");
        if ($host->modules->function($this->server->type, 'ListAccounts') === null) {
            throw new Refusal("The module '{$this->server->type}' cannot list accounts.");
        }
        $this->tenants = Tenants::ofModule($host, $this->server->type);
        $this->productField = (string) ($host->modules->metaData($this->server->type)['ListAccountsProductField'] ?? '');
        if (!preg_match('/^configoption([1-9]|1\d|2[0-4])$/', $this->productField)) {
            $host->defects->add("{$this->server->type}_MetaData gives '$this->productField' as ListAccountsProductField; it is "
                . 'configoption1 to configoption24');
            throw new Refusal("The module '{$this->server->type}' does not say which setting names an account's product.");
        }
    }

    /**
     * Asks the module and compares; changes nothing.
     *
     * @return array{accounts: list<array>, equal: list<int>, remote_only: list<array>, whmcs_only: list<array>,
     *     differing: list<array>} equal: services
     * @throws Refusal when the module cannot list its accounts
     */
    public function compare(): array
    {
        $result = ['accounts' => $this->accounts(), 'equal' => [], 'remote_only' => [], 'whmcs_only' => [],
            'differing' => []];
        $services = $this->tenants->onServer((int) $this->server->id);
        foreach ($result['accounts'] as $account) {
            $found = $services[$account['uniqueIdentifier']] ?? [];
            if ($found === []) {
                $result['remote_only'][] = $account;
            }
            foreach ($found as $service) {
                $id = (int) $service->id;
                $differences = $this->differences($service, $account);
                if ($differences === []) {
                    $result['equal'][] = $id;
                } else {
                    $result['differing'][] = ['service' => $id, 'account' => $account, 'differences' => $differences];
                }
            }
        }
        $remote = array_column($result['accounts'], null, 'uniqueIdentifier');
        foreach ($this->liveServices() as $service) {
            $tenant = $this->tenants->of($service);
            if (!isset($remote[$tenant])) {
                $result['whmcs_only'][] = ['service' => (int) $service->id, 'tenant' => $tenant, 'status' => $service->domainstatus];
            }
        }
        return $result;
    }

    /** Makes a service of an account only the server has; returns its id. */
    public function import(array $account): int
    {
        $productId = $this->productOf($account);
        $serviceId = Capsule::table('tblhosting')->insertGetId($this->columns($account) + [
            'userid' => $this->clientOf($account), 'packageid' => $productId, 'server' => $this->server->id,
            'paymentmethod' => 'banktransfer', 'billingcycle' => 'Free Account',
        ]);
        $this->tenants->assign($serviceId, $productId, $account['uniqueIdentifier']);
        return $serviceId;
    }

    /**
     * Makes the service of a differing pair as its account is; returns its id.
     *
     * @param array{service: int, account: array, differences: array} $pair
     */
    public function update(array $pair): int
    {
        Capsule::table('tblhosting')->where('id', $pair['service'])
            ->update($this->columns($pair['account']) + ['packageid' => $this->productOf($pair['account'])]);
        return $pair['service'];
    }

    /**
     * Sets a service the list does not name to Terminated, without asking the module; returns its id.
     *
     * @param array{service: int} $missing
     */
    public function terminate(array $missing): int
    {
        Capsule::table('tblhosting')->where('id', $missing['service'])
            ->update(['domainstatus' => Status::TERMINATED, 'termination_date' => $this->host->clock->today()]);
        return $missing['service'];
    }

    /** @return list<array<string, string>> */
    private function accounts(): array
    {
        $function = "{$this->server->type}_ListAccounts";
        try {
            $answer = $this->host->kernel->callForServer((int) $this->server->id, 'ListAccounts');
        } catch (Throwable $e) {
            $this->host->defects->add("$function threw " . get_class($e) . ": {$e->getMessage()}");
            $answer = ['success' => false, 'error' => $e->getMessage()];
        }
        $shape = is_array($answer) && (($answer['success'] ?? null) === true
            ? is_array($answer['accounts'] ?? null)
            : ($answer['success'] ?? null) === false && is_string($answer['error'] ?? null));
        if (!$shape) {
            $this->host->defects->add("$function must return success (bool) with accounts (array) or error (string)");
            $answer = ['success' => false, 'error' => 'the answer has the wrong shape'];
        }
        if (!$answer['success']) {
            throw new Refusal("The accounts of server {$this->server->id} cannot be listed: {$answer['error']}");
        }
        return $this->checked($function, $answer['accounts']);
    }

    /** @return list<array<string, string>> */
    private function checked(string $function, array $answer): array
    {
        $accounts = [];
        foreach (array_values($answer) as $position => $account) {
            $texts = array_filter(is_array($account) ? $account : [], 'is_string');
            $name = ($texts['uniqueIdentifier'] ?? '') ?: 'number ' . ($position + 1);
            $wrong = array_diff(self::KEYS, array_keys($texts));
            if (!in_array($texts['status'] ?? '', [Status::ACTIVE, Status::SUSPENDED], true)) {
                $wrong[] = 'status';
            }
            if (DateTimeImmutable::createFromFormat('!Y-m-d H:i:s', $texts['created'] ?? '') === false) {
                $wrong[] = 'created';
            }
            if (($texts['uniqueIdentifier'] ?? '') === '' || isset($accounts[$texts['uniqueIdentifier']])) {
                $wrong[] = 'uniqueIdentifier';
            }
            if ($wrong !== []) {
                $this->host->defects->add("$function gives account $name without a right "
                    . implode(', ', array_unique($wrong)));
            }
            $accounts[$name] = $texts + array_fill_keys(self::KEYS, '');
        }
        return array_values($accounts);
    }

    /** @return array<string, array{whmcs: string, server: string}> by key of the account */
    private function differences(object $service, array $account): array
    {
        $product = Capsule::table('tblproducts')->where('id', $service->packageid);
        $whmcs = ['product' => (string) $product->value($this->productField)];
        foreach (self::COMPARED as $key => $column) {
            $whmcs[$key] = $service->$column;
        }
        $remote = array_replace($account, ['created' => substr($account['created'], 0, 10)]);
        $differences = [];
        foreach ($whmcs as $key => $value) {
            if ($value !== $remote[$key]) {
                $differences[$key] = ['whmcs' => $value, 'server' => $remote[$key]];
            }
        }
        return $differences;
    }

    /** @return list<object> those whose account should exist */
    private function liveServices(): array
    {
        return Capsule::table('tblhosting')
            ->join('tblproducts', 'tblproducts.id', '=', 'tblhosting.packageid')
            ->where(['tblhosting.server' => $this->server->id, 'tblproducts.servertype' => $this->server->type])
            ->whereIn('tblhosting.domainstatus', [Status::ACTIVE, Status::SUSPENDED])
            ->orderBy('tblhosting.id')->get('tblhosting.*')->all();
    }

    /** @return array<string, string> columns of tblhosting */
    private function columns(array $account): array
    {
        $columns = [];
        foreach (self::COMPARED as $key => $column) {
            $columns[$column] = $account[$key];
        }
        $columns['regdate'] = substr($account['created'], 0, 10);
        return $columns;
    }

    /** The product whose setting names what the account has; a new one when there is none. */
    private function productOf(array $account): int
    {
        $match = ['servertype' => $this->server->type, $this->productField => $account['product']];
        return (int) (Capsule::table('tblproducts')->where($match)->orderBy('id')->value('id')
            ?? Capsule::table('tblproducts')
                ->insertGetId($match + ['type' => 'other', 'gid' => 1, 'name' => $account['product']]));
    }

    /** The client with the account's e-mail address, or a new one; client data are stored with HTML entities. */
    private function clientOf(array $account): int
    {
        $email = htmlspecialchars($account['email'], ENT_QUOTES);
        return (int) (Capsule::table('tblclients')->where('email', $email)->orderBy('id')->value('id')
            ?? Capsule::table('tblclients')->insertGetId(['email' => $email, 'currency' => 1, 'status' => 'Active']));
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Kernel;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Service\Status;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Refusal;

/**
 * Runs one module command the way WHMCS does: load, prepare credentials, Pre hooks,
 * call, effects, After hooks, mail, log, queue. The order is part of the contract.
 */
final class Kernel
{
    /** The word for functions of the module's own in hook names and log lines. */
    private const CUSTOM = 'Custom';

    private readonly Parameters $parameters;
    private readonly Credentials $credentials;
    private readonly StrictMode $strictMode;
    public readonly ModuleQueue $queue;

    public function __construct(private readonly Host $host)
    {
        $this->parameters = new Parameters($host->encryption);
        $this->credentials = new Credentials($host);
        $this->strictMode = new StrictMode($host);
        $this->queue = new ModuleQueue($host->clock);
    }

    /**
     * @param bool $automated true for cron, payments and queue retries: a failure is queued
     * @param array<string, mixed> $extra parameters of this action, such as suspendreason
     */
    public function run(int $serviceId, ModuleAction $action, bool $automated = false, array $extra = []): Outcome
    {
        $module = $this->moduleOf($serviceId);
        if ($module === '') {
            return new Outcome($serviceId, $action->value, Outcome::FAILED, 'Service not assigned to a module', []);
        }
        $known = $this->host->defects->count();
        if ($action === ModuleAction::Create) {
            $this->credentials->prepare($serviceId, $this->parameters);
        }
        $params = array_replace($this->parameters->forService($serviceId, $action->word()), $extra);
        $before = $this->strictMode->remember($params);

        $params = $this->mergePreHooks($action->word(), $params);
        if ($params === null) {
            return $this->aborted($serviceId, $action->value, $action->word(), $known);
        }
        $error = $this->call($module, $action, $params);
        if ($error === null) {
            $this->succeed($action, $params, $extra);
        } else {
            $this->fail($action, $params, $error, $automated);
        }
        $this->strictMode->reportLeaks($before, $serviceId, $error ?? '');
        return $this->outcome($serviceId, $action->value, $error, $known);
    }

    /**
     * Runs a function of the module's own, behind a button of the admin's or the client's page.
     *
     * @param string $name the function's suffix
     * @return Outcome|array<string, mixed> an array is a page the module wants to show
     */
    public function runCustom(int $serviceId, string $name): Outcome|array
    {
        $module = $this->moduleOf($serviceId);
        $function = $module === '' ? null : $this->host->modules->function($module, $name);
        if ($function === null) {
            return new Outcome($serviceId, $name, Outcome::FAILED, "Function Not Supported by Module: $name", []);
        }
        $known = $this->host->defects->count();
        $params = $this->parameters->forService($serviceId, $name);
        $before = $this->strictMode->remember($params);
        $params = $this->mergePreHooks(self::CUSTOM, $params);
        if ($params === null) {
            return $this->aborted($serviceId, $name, self::CUSTOM, $known);
        }
        $result = $this->guarded($function, $serviceId, $params, true);
        $error = is_array($result) || $result === 'success' ? null : $result;
        if ($error === null) {
            $this->host->hooks->run('AfterModule' . self::CUSTOM, ['params' => $params]);
        } else {
            $this->reportFailure(self::CUSTOM, $params, $error);
        }
        $this->strictMode->reportLeaks($before, $serviceId, $error ?? '');
        return is_array($result) ? $result : $this->outcome($serviceId, $name, $error, $known);
    }

    /**
     * Calls a function of the server context.
     *
     * @return mixed the function's result, or null when the module does not offer it
     */
    public function callForServer(int $serverId, string $function): mixed
    {
        $server = Capsule::table('tblservers')->find($serverId) ?? throw new Refusal("There is no server $serverId.");
        $name = $this->host->modules->function($server->type, $function);
        if ($name === null) {
            return null;
        }
        $params = $this->serverParameters($serverId, $function);
        return $this->watched($name, $params, static fn () => $name($params));
    }

    /** @return array<string, mixed> the parameters of a function of the server context */
    public function serverParameters(int $serverId, string $function): array
    {
        return $this->parameters->forServer($serverId, $function);
    }

    /**
     * Runs module code that belongs to no service under strict mode.
     *
     * @param string $what names the code in sentences
     * @param array<string, mixed> $params what the code knows, for the search for leaked secrets
     * @throws Throwable what the code throws
     */
    public function watched(string $what, array $params, callable $code): mixed
    {
        $before = $this->strictMode->remember($params);
        $answer = '';
        try {
            $result = $this->strictMode->guardCoreTables(
                $what,
                null,
                fn () => $this->host->observer->watch($what, $code)
            );
            $answer = is_array($result) ? (string) json_encode($result, JSON_UNESCAPED_SLASHES) : '';
        } catch (Throwable $e) {
            $answer = $e->getMessage();
            throw $e;
        } finally {
            $this->strictMode->reportLeaks($before, 0, $answer);
        }
        return $result;
    }

    /** Runs WHMCS's own code on behalf of module code, which strict mode then does not blame for its effects. */
    public function trusted(callable $code): mixed
    {
        return $this->strictMode->trusted($code);
    }

    /**
     * Calls a function that makes a page for a service (ClientArea, AdminServicesTabFields).
     *
     * @return array{mixed, array<string, mixed>} the result (null when not offered) and the parameters
     */
    public function callForPage(int $serviceId, string $function): array
    {
        $module = $this->moduleOf($serviceId);
        $params = $this->parameters->forService($serviceId, $function);
        $name = $module === '' ? null : $this->host->modules->function($module, $function);
        if ($name === null) {
            return [null, $params];
        }
        $before = $this->strictMode->remember($params);
        $result = $this->strictMode->guardCoreTables(
            $name,
            $serviceId,
            fn () => $this->host->observer->watch($name, static fn () => $name($params))
        );
        $this->strictMode->reportLeaks($before, $serviceId, '');
        return [$result, $params];
    }

    /** @return array<string, mixed> what a function that makes a page of the service would get */
    public function parametersForPage(int $serviceId): array
    {
        return $this->parameters->forService($serviceId, 'ClientArea');
    }

    private function moduleOf(int $serviceId): string
    {
        $service = Capsule::table('tblhosting')->find($serviceId) ?? throw new Refusal("There is no service $serviceId.");
        return (string) Capsule::table('tblproducts')->where('id', $service->packageid)->value('servertype');
    }

    /** The merged parameters, or null when a hook asked to stop. */
    private function mergePreHooks(string $word, array $params): ?array
    {
        $results = $this->host->hooks->run("PreModule$word", ['params' => $params]);
        foreach (array_filter($results, 'is_array') as $overrides) {
            if (!empty($overrides['abortcmd'])) {
                return null;
            }
            $params = array_replace($params, $overrides);
        }
        return $params;
    }

    /** The error text, or null when the module answered exactly "success". */
    private function call(string $module, ModuleAction $action, array $params): ?string
    {
        $function = $this->host->modules->function($module, $action->value);
        if ($function === null) {
            return "Function Not Supported by Module: $action->value";
        }
        $result = $this->guarded($function, (int) $params['serviceid'], $params, false);
        return $result === 'success' ? null : $result;
    }

    /**
     * Calls a function under strict mode; an exception becomes its message.
     *
     * @param bool $mayBePage whether an array is a right answer too
     */
    private function guarded(string $function, int $serviceId, array $params, bool $mayBePage): array|string
    {
        try {
            $result = $this->strictMode->guardCoreTables(
                $function,
                $serviceId,
                fn () => $this->host->observer->watch($function, static fn () => $function($params))
            );
        } catch (Throwable $e) {
            $this->host->defects->add("$function threw " . get_class($e) . ": {$e->getMessage()}");
            return $e->getMessage();
        }
        if (is_string($result) || ($mayBePage && is_array($result))) {
            return $result;
        }
        $this->host->defects->add("$function returned " . get_debug_type($result) . ' instead of a string');
        return is_scalar($result) ? (string) $result : 'Unknown error';
    }

    private function succeed(ModuleAction $action, array $params, array $extra): void
    {
        $serviceId = (int) $params['serviceid'];
        $changes = match ($action) {
            ModuleAction::Create => ['domainstatus' => Status::ACTIVE, 'termination_date' => '0000-00-00'],
            ModuleAction::Suspend => [
                'domainstatus' => Status::SUSPENDED,
                'suspendreason' => (string) ($extra['suspendreason'] ?? ''),
            ],
            ModuleAction::Unsuspend => ['domainstatus' => Status::ACTIVE, 'suspendreason' => ''],
            ModuleAction::Terminate => [
                'domainstatus' => Status::TERMINATED,
                'termination_date' => $this->host->clock->today(),
            ],
            ModuleAction::ChangePassword => ['password' => $this->host->encryption->encrypt((string) $params['password'])],
            default => [],
        };
        if ($changes !== []) {
            Capsule::table('tblhosting')->where('id', $serviceId)->update($changes);
        }
        $this->host->hooks->run("AfterModule{$action->word()}", $action === ModuleAction::ChangePassword ? [
            'serviceid' => $serviceId,
            'oldpassword' => (string) ($extra['oldpassword'] ?? ''),
            'newpassword' => $params['password'],
        ] : ['params' => $params]);
        if ($action === ModuleAction::Create) {
            $this->host->mailer->sendWelcome($serviceId);
        }
        $this->host->logs->activity(
            "Module {$action->word()} Successful - Service ID: $serviceId",
            (int) $params['userid']
        );
    }

    private function fail(ModuleAction $action, array $params, string $error, bool $automated): void
    {
        $serviceId = (int) $params['serviceid'];
        $line = $this->reportFailure($action->word(), $params, $error);
        if ($automated) {
            $this->queue->record($serviceId, $params['moduletype'], $action, $error);
            $this->host->mailer->toAdmins("Automatic {$action->word()} failed for service $serviceId", $line);
        }
    }

    /** Tells the hooks and the activity log; returns the log's line. */
    private function reportFailure(string $word, array $params, string $error): string
    {
        $this->host->hooks->run("AfterModule{$word}Failed", ['params' => $params, 'failureResponseMessage' => $error]);
        $line = "Module $word Failed - Service ID: {$params['serviceid']} - Error: $error";
        $this->host->logs->activity($line, (int) $params['userid']);
        return $line;
    }

    private function aborted(int $serviceId, string $action, string $word, int $known): Outcome
    {
        $message = "A PreModule$word hook stopped the command";
        $this->host->logs->activity("Module $word Aborted - Service ID: $serviceId - $message", 0);
        return new Outcome($serviceId, $action, Outcome::ABORTED, $message, $this->host->defects->since($known));
    }

    private function outcome(int $serviceId, string $action, ?string $error, int $known): Outcome
    {
        $state = $error === null ? Outcome::SUCCESS : Outcome::FAILED;
        return new Outcome($serviceId, $action, $state, $error ?? '', $this->host->defects->since($known));
    }
}

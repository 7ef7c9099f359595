<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The lifecycle of one service's S3 user: collect parameters, call the bridge, store what comes back.
 *
 * Each method returns when the bridge confirmed the end state and throws Failure otherwise. All of them
 * may be repeated at any time, whatever status the service has in WHMCS.
 */
final class Account
{
    /** What an answer about suspension must hold to count. */
    private const STATE = ['user_id' => 'string', 'state' => 'string'];

    private const TERMINATED_STATES = ['deleted', 'purging', 'grace'];

    /** @var Params */
    private $params;

    /** @var Bridge */
    private $bridge;

    /** @var ModuleLog */
    private $log;

    public function __construct(Params $params, Bridge $bridge, ModuleLog $log)
    {
        $this->params = $params;
        $this->bridge = $bridge;
        $this->log = $log;
    }

    public function create(): void
    {
        $properties = $this->params->serviceProperties();
        if ($properties === null) {
            throw new Failure(Lang::text('model_missing'));
        }
        $noteMode = $this->params->choice(Settings::NOTE, Settings::NOTE_MODES, 'ids');
        $serviceId = $this->params->serviceId();
        $clientId = $this->params->clientId();

        $account = $this->bridge->call('CreateAccount', $this->identified([
            'service_id' => $serviceId,
            'client_id' => $clientId,
            'email' => $this->params->email(),
            'plan' => Plan::fromParams($this->params),
        ]), [
            'user_id' => 'string',
            'access_key_id' => 'string',
            'secret_access_key' => 'string',
            'endpoint' => 'string',
        ]);

        Credentials::store($properties, $account);
        (new ClientNote($clientId, $serviceId, $this->log))->write($noteMode, $account);
    }

    public function suspend(): void
    {
        $params = ['service_id' => $this->params->serviceId()];
        $reason = $this->params->suspendReason();
        if ($reason !== '') {
            $params['reason'] = $reason;
        }
        $this->bridge->call('SuspendAccount', $this->identified($params), self::STATE);
    }

    public function unsuspend(): void
    {
        $params = ['service_id' => $this->params->serviceId()];
        $this->bridge->call('UnsuspendAccount', $this->identified($params), self::STATE);
    }

    /**
     * Ends the service. What takes longer than this call is a job of the bridge: what WHMCS has stored stays as it is, so
     * that Unsuspend and Create give back the keys until anything is deleted.
     */
    public function terminate(): void
    {
        $serviceId = $this->params->serviceId();
        $clientId = $this->params->clientId();
        $result = $this->bridge->call('TerminateAccount', $this->identified([
            'service_id' => $serviceId,
            'policy' => $this->params->choice(Settings::TERMINATION, Settings::TERMINATION_POLICIES, 'refuse'),
        ]), ['state' => 'string']);
        if (!in_array($result['state'], self::TERMINATED_STATES, true)) {
            throw new Failure(Lang::text('not_terminated', $result['state']));
        }
        if ($result['state'] !== 'deleted') {
            $this->log->activity(Lang::text('service_line', $serviceId, $this->outlook($result)), $clientId);
        }
        // Nobody calls again when the job is done, and Create writes the note anew.
        (new ClientNote($clientId, $serviceId, $this->log))->remove();
    }

    /**
     * What becomes of a user that is not deleted yet.
     *
     * @param array<string, mixed> $result of TerminateAccount
     */
    private function outlook(array $result): string
    {
        $user = $this->params->userId() ?? Lang::text('not_known');
        $job = is_int($result['job_id'] ?? null) ? (string) $result['job_id'] : Lang::text('not_known');

        return $result['state'] === 'grace'
            ? Lang::text('termination_grace', $user, Job::moment($result['retained_until'] ?? null), $job)
            : Lang::text('termination_purging', $user, $job);
    }

    public function changePackage(): void
    {
        $result = $this->bridge->call('ChangePackage', $this->identified([
            'service_id' => $this->params->serviceId(),
            'plan' => Plan::fromParams($this->params),
        ]), ['plan' => 'array']);
        $properties = $this->params->serviceProperties();
        $key = $result['access_key_id'] ?? null;
        if ($properties !== null && is_string($key) && $key !== '') {
            $this->restore($properties, $key);
        }
    }

    /**
     * Stores the access key id where it is missing: custom fields belong to a product, so after an upgrade to another
     * one the property is not there. One that is there fits the stored secret, also when the keys were rotated since
     * the bridge handed out its pair.
     */
    private function restore(object $properties, string $key): void
    {
        $userId = (string) $this->params->userId();
        try {
            $isThere = (string) $properties->get('Access Key ID') !== '';
        } catch (\Throwable $problem) {
            throw new Failure(Lang::text('not_stored', $userId, $problem->getMessage()), 0, $problem);
        }
        if (!$isThere) {
            Credentials::save($properties, ['Access Key ID' => $key], $userId);
        }
    }

    /**
     * Adds the S3 user id WHMCS has stored, so that the bridge can refuse to touch another one.
     *
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     */
    private function identified(array $params): array
    {
        $userId = $this->params->userId();

        return $userId === null ? $params : $params + ['user_id' => $userId];
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What staff can do to one service beside its lifecycle, by the buttons of the service page.
 *
 * Each method returns when it is done and throws Failure otherwise.
 */
final class Upkeep
{
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

    /**
     * Makes a new key pair and stores it in the service. The old one works until it is revoked.
     */
    public function rotateKeys(): void
    {
        $userId = $this->userId();
        $keys = new Keys($this->params, $this->bridge, $this->log);
        [$old, $key] = $keys->rotate(['user_id' => $userId, 'actor' => Whmcs::actor()]);
        $sentence = $old !== null && $old !== $key['access_key_id']
            ? Lang::text('keys_rotated', $key['access_key_id'], $old)
            : Lang::text('keys_made', $key['access_key_id']);
        $this->tell($sentence);
    }

    /**
     * Writes what is stored now and this month's downloads into the service's usage columns.
     */
    public function refreshUsage(): void
    {
        $serviceId = $this->params->serviceId();
        $zone = date_default_timezone_get();
        $account = $this->bridge->call('AccountState', [
            'service_id' => $serviceId,
            'user_id' => $this->userId(),
        ], ['state' => 'string']);
        $history = $this->bridge->call('usage.history', [
            'service_id' => $serviceId,
            'from' => date('Y-m-01\T00:00:00P'),
            'to' => date('Y-m-d\TH:i:sP', time() + 1),
            'step' => 'month',
            'timezone' => $zone,
        ], ['points' => 'array']);
        $stored = $account['live']['bytes'] ?? null;
        $month = end($history['points']);
        $downloaded = is_array($month) ? $month['bytes_downloaded'] ?? null : null;
        $megabytes = array_map([UsageColumns::class, 'megabytes'], [$stored, $downloaded]);
        $notice = new QuotaNotice($this->log);
        UsageColumns::store($this->params->serverId(), $serviceId, $megabytes[0], $megabytes[1], $notice);
        $notice->report($this->params->text('serverid'));
        $this->tell(Lang::text(
            'usage_refreshed',
            $megabytes[0] ?? Lang::text('not_known'),
            $megabytes[1] ?? Lang::text('not_known')
        ));
    }

    /**
     * Lets the S3 user in again where the service is not suspended in WHMCS.
     */
    public function unsuspend(): void
    {
        $status = $this->params->status();
        if (strcasecmp($status, 'Suspended') === 0) {
            throw new Failure(Lang::text('suspended_in_whmcs'));
        }
        // Of a service that was terminated it would take the deletion back, and WHMCS would not know.
        if ($status !== '' && strcasecmp($status, 'Active') !== 0) {
            throw new Failure(Lang::text('not_active_in_whmcs', $status));
        }
        (new Account($this->params, $this->bridge, $this->log))->unsuspend();
        $this->tell(Lang::text('user_let_in'));
    }

    /**
     * Has the service page show the credentials once, from what WHMCS has stored.
     */
    public function showCredentials(): void
    {
        $this->userId();
        ServiceSession::wishCredentials($this->params->serviceId());
    }

    public function retryDeletion(): void
    {
        $job = $this->deletion();
        if (!$job->mayRetry()) {
            throw new Failure(Lang::text('nothing_to_retry', $job->sentence()));
        }
        $this->tell(Lang::text('deletion_retried', $this->decide('jobs.retry', $job)));
    }

    public function cancelDeletion(): void
    {
        $this->tell(Lang::text('deletion_cancelled', $this->decide('jobs.cancel', $this->deletion())));
    }

    /**
     * The deletion of the service, whichever it is now.
     */
    private function deletion(): Job
    {
        $account = $this->bridge->call('AccountState', [
            'service_id' => $this->params->serviceId(),
            'user_id' => $this->userId(),
        ], ['state' => 'string']);
        if (!is_array($account['job'] ?? null)) {
            throw new Failure(Lang::text('no_deletion'));
        }

        return new Job($account['job']);
    }

    /**
     * @return string where the job stands then
     */
    private function decide(string $method, Job $job): string
    {
        $after = $this->bridge->call($method, [
            'job_id' => $job->id(),
            'actor' => Whmcs::actor(),
        ], ['state' => 'string']);

        return (new Job($after))->sentence();
    }

    private function userId(): string
    {
        $userId = $this->params->userId();
        if ($userId === null) {
            throw new Failure(Lang::text('not_created'));
        }

        return $userId;
    }

    private function tell(string $sentence): void
    {
        $serviceId = $this->params->serviceId();
        ServiceSession::tell($serviceId, $sentence);
        $this->log->activity(Lang::text('service_line', $serviceId, $sentence), $this->params->clientId());
    }
}

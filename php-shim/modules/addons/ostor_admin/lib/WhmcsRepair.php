<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Params;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Repairs that WHMCS has to make: the module command of a service, which changes its status as well.
 */
final class WhmcsRepair
{
    /** Command of the module => WHMCS's own command, and the statuses in which a service may want it. */
    private const COMMANDS = [
        'CreateAccount' => ['ModuleCreate', ['Active']],
        'SuspendAccount' => ['ModuleSuspend', ['Suspended']],
        'UnsuspendAccount' => ['ModuleUnsuspend', ['Active']],
        'TerminateAccount' => ['ModuleTerminate', ['Terminated', 'Cancelled']],
        'ChangePackage' => ['ModuleChangePackage', ['Active', 'Suspended']],
    ];

    /**
     * @param array<string, mixed> $finding
     * @throws Failure when the service is no longer what the finding was about, or WHMCS did not do it
     */
    public static function run(View $view, array $finding, string $command): Outcome
    {
        if (!isset(self::COMMANDS[$command]) || !is_int($finding['service_id'] ?? null)) {
            throw new Failure(Texts::text('finding_wrong'));
        }
        [$api, $statuses] = self::COMMANDS[$command];
        $serviceId = $finding['service_id'];
        $service = Services::one($view->cluster, $serviceId);
        if ($service === null) {
            throw new Failure(Texts::text('service_gone', $serviceId));
        }
        // The page may be old: what was right for a suspended service is wrong for one that has been paid.
        if (!in_array($service['status'], $statuses, true)) {
            throw new Failure(Texts::text('service_changed', $serviceId, $service['status'], $command));
        }
        if (!$view->request->isConfirmed()) {
            return Outcome::question(
                Texts::text('confirm_repair', View::name($finding['sentence'] ?? null)),
                [Texts::text('whmcs_runs', $command, $serviceId, $service['status'])]
            );
        }
        $answer = \localAPI($api, ['serviceid' => $serviceId]);
        if (($answer['result'] ?? '') !== 'success') {
            $reason = $answer['message'] ?? '';
            throw new Failure(Texts::text(
                'whmcs_failed',
                $command,
                $serviceId,
                is_string($reason) ? Params::decode($reason) : ''
            ));
        }

        return Outcome::done(Texts::text('whmcs_done', $command, $serviceId));
    }
}

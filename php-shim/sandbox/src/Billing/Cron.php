<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

use Carbon\Carbon;
use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Service\Status;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Kernel\ModuleAction;
use WhmcsSandbox\Kernel\Outcome;

/**
 * One run of the system cron. The daily tasks run at most once per calendar day; the
 * order of tasks within a day is not documented by WHMCS, nothing should depend on it.
 */
final class Cron
{
    private const LAST_DAY = 'lastDailyCronInvocationTime';

    public function __construct(private readonly Host $host, private readonly Invoices $invoices)
    {
    }

    /** @return array{daily: bool, invoices: list<int>, usage: list<int>, outcomes: list<Outcome>} usage: servers asked */
    public function run(): array
    {
        $report = ['daily' => false, 'invoices' => [], 'usage' => [], 'outcomes' => []];
        $today = $this->host->clock->today();
        if (substr($this->host->settings->get(self::LAST_DAY), 0, 10) !== $today) {
            $this->host->hooks->run('PreCronJob');
            $report = [
                'daily' => true,
                'invoices' => $this->generateInvoices(),
                'outcomes' => [...$this->suspendOverdue(), ...$this->terminateOverdue()],
                'usage' => $this->collectUsage(),
            ];
            $this->host->settings->set(self::LAST_DAY, $this->host->clock->timestamp());
            $this->host->hooks->run('DailyCronJobPreEmail');
            $this->host->hooks->run('DailyCronJob');
        }
        $this->host->hooks->run('AfterCronJob');
        return $report;
    }

    /** @return list<int> the new invoices */
    private function generateInvoices(): array
    {
        $until = $this->inDays($this->host->settings->int('CreateInvoiceDaysBefore'));
        $created = [];
        $services = Capsule::table('tblhosting')->whereIn('domainstatus', [Status::ACTIVE, Status::SUSPENDED])->get();
        foreach ($services as $service) {
            $date = $service->nextinvoicedate;
            while (Cycle::recurs($service->billingcycle) && $date <= $until) {
                $name = (string) Capsule::table('tblproducts')->where('id', $service->packageid)->value('name');
                $created[] = $this->invoices->create((int) $service->userid, $date, [[
                    'type' => 'Hosting', 'relid' => $service->id, 'description' => "$name (from $date)",
                    'amount' => (float) $service->amount,
                ]]);
                $date = Cycle::next($date, $service->billingcycle);
                Capsule::table('tblhosting')->where('id', $service->id)->update(['nextinvoicedate' => $date]);
            }
        }
        return $created;
    }

    /** @return list<Outcome> */
    private function suspendOverdue(): array
    {
        if ($this->host->settings->get('AutoSuspension') !== 'on') {
            return [];
        }
        $limit = $this->inDays(-$this->host->settings->int('AutoSuspensionDays'));
        $outcomes = [];
        foreach (Capsule::table('tblhosting')->where('domainstatus', Status::ACTIVE)->get() as $service) {
            if (Invoices::overdue((int) $service->id, $limit) && !$this->isExempt($service)) {
                $reason = ['suspendreason' => Invoices::OVERDUE];
                $outcomes[] = $this->host->kernel->run((int) $service->id, ModuleAction::Suspend, true, $reason);
            }
        }
        return $outcomes;
    }

    /** @return list<Outcome> */
    private function terminateOverdue(): array
    {
        if ($this->host->settings->get('AutoTermination') !== 'on') {
            return [];
        }
        $limit = $this->inDays(-$this->host->settings->int('AutoTerminationDays'));
        $outcomes = [];
        $services = Capsule::table('tblhosting')->whereIn('domainstatus', [Status::ACTIVE, Status::SUSPENDED])->get();
        foreach ($services as $service) {
            if (Invoices::overdue((int) $service->id, $limit) && !$this->isExempt($service)) {
                $outcomes[] = $this->host->kernel->run((int) $service->id, ModuleAction::Terminate, true);
            }
        }
        return $outcomes;
    }

    /**
     * Server usage statistics: UsageUpdate once per enabled server whose module offers it.
     *
     * @return list<int> the servers that were asked
     */
    private function collectUsage(): array
    {
        $asked = [];
        foreach (Capsule::table('tblservers')->where(['active' => 1, 'disabled' => 0])->get() as $server) {
            if ($this->host->modules->function($server->type, 'UsageUpdate') === null) {
                continue;
            }
            $asked[] = (int) $server->id;
            try {
                $this->host->kernel->callForServer((int) $server->id, 'UsageUpdate');
            } catch (Throwable $e) {
                $this->host->defects->add("{$server->type}_UsageUpdate threw " . get_class($e) . ": {$e->getMessage()}");
                $this->host->logs->activity("Server usage update failed for server $server->id: {$e->getMessage()}");
            }
        }
        return $asked;
    }

    private function isExempt(object $service): bool
    {
        return $service->overideautosuspend === 1
            && ($service->overidesuspenduntil === '0000-00-00'
                || $service->overidesuspenduntil > $this->host->clock->today());
    }

    private function inDays(int $days): string
    {
        return Carbon::parse($this->host->clock->today())->addDays($days)->format('Y-m-d');
    }
}

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
use WhmcsSandbox\Usage\Collection;

/**
 * One run of the system cron. Usage metrics are collected when twelve hours have passed since the last time; the
 * daily tasks run at most once per calendar day. The order of tasks is not documented by WHMCS, nothing should
 * depend on it. What a run missed is not made up for.
 */
final class Cron
{
    private const LAST_DAY = 'lastDailyCronInvocationTime';

    private readonly Collection $metrics;
    private readonly UsageLines $usageLines;
    private readonly Overage $overage;

    public function __construct(private readonly Host $host, private readonly Invoices $invoices)
    {
        $this->metrics = new Collection($host);
        $this->usageLines = new UsageLines($host->clock);
        $this->overage = new Overage($host->clock);
    }

    /**
     * @return array{daily: bool, metrics: list<array>, invoices: list<int>, usage: list<int>, overages: list<string>,
     *     outcomes: list<Outcome>} metrics: as Collection reports them; usage: servers asked
     */
    public function run(): array
    {
        $report = ['daily' => false, 'metrics' => $this->metrics->isDue() ? $this->metrics->run() : [], 'invoices' => [],
            'usage' => [], 'overages' => [], 'outcomes' => []];
        $lastDay = substr($this->host->settings->get(self::LAST_DAY), 0, 10);
        if ($lastDay !== $this->host->clock->today()) {
            $this->host->hooks->run('PreCronJob');
            $this->usageLines->fixDueSnapshots($lastDay);
            $report = array_replace($report, [
                'daily' => true,
                'invoices' => $this->generateInvoices(),
                'outcomes' => [...$this->suspendOverdue(), ...$this->terminateOverdue()],
                'usage' => $this->collectUsage(),
                'overages' => $this->overage->compute(),
            ]);
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
                $created[] = $this->renew($service, $date);
                $date = Cycle::next($date, $service->billingcycle);
                Capsule::table('tblhosting')->where('id', $service->id)->update(['nextinvoicedate' => $date]);
            }
        }
        return $created;
    }

    /** The invoice of one renewal: the service itself, then a line for each metric and each overage. */
    private function renew(object $service, string $dueDate): int
    {
        $name = (string) Capsule::table('tblproducts')->where('id', $service->packageid)->value('name');
        $lines = [
            ...$this->usageLines->forRenewal($service, $dueDate),
            ...$this->overage->forRenewal((int) $service->id),
        ];
        $invoice = $this->invoices->create((int) $service->userid, $dueDate, [
            ['type' => 'Hosting', 'relid' => $service->id, 'description' => "$name (from $dueDate)",
                'amount' => $service->amount],
            ...array_map(static fn (PendingLine $line): array => $line->item, $lines),
        ]);
        foreach ($lines as $line) {
            $line->settle($invoice);
        }
        return $invoice;
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

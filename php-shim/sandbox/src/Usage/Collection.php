<?php

declare(strict_types=1);

namespace WhmcsSandbox\Usage;

use WHMCS\Database\Capsule;
use WHMCS\Service\Status;
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Kernel\Tenants;
use WhmcsSandbox\Refusal;

/**
 * The collection of usage metrics: a task of its own that runs when twelve hours have passed since it ran last.
 * A missed run is not made up for.
 */
final class Collection
{
    private const LAST_RUN = 'SandboxLastMetricCollection';
    /** Cron starts at whole minutes, and not always in the same second. */
    private const INTERVAL_MINUTES = 12 * 60;
    /** Nothing listens there, so a connection fails at once. */
    private const UNUSABLE = ['serverhostname' => '127.0.0.1', 'serverip' => '127.0.0.1', 'serverport' => '1'];

    private readonly Records $records;

    public function __construct(private readonly Host $host)
    {
        $this->records = new Records($host->clock);
    }

    public function isDue(): bool
    {
        return $this->minute() - $this->host->settings->int(self::LAST_RUN) >= self::INTERVAL_MINUTES;
    }

    /**
     * Asks every enabled server whose module offers metrics.
     *
     * @return list<array{server: int, stored: int, unknown: list<string>, without: list<int>, error: string}> per
     *     server: services that got figures, tenant ids no service has, active or suspended services without figures
     */
    public function run(): array
    {
        $this->host->settings->set(self::LAST_RUN, (string) $this->minute());
        $reports = [];
        $modules = [];
        foreach (Capsule::table('tblservers')->where(['active' => 1, 'disabled' => 0])->orderBy('id')->get() as $server) {
            if ($this->host->modules->function($server->type, 'MetricProvider') === null) {
                continue;
            }
            if (!in_array($server->type, $modules, true)) {
                $modules[] = $server->type;
                $this->compareMetricLists($server->type);
            }
            $reports[] = $this->collect((int) $server->id, $server->type);
        }
        return $reports;
    }

    /**
     * Asks for one service and stores what comes back, as WHMCS does where it handles a single service.
     *
     * @return list<Reading>
     * @throws Refusal when the module offers no metrics, or fails
     */
    public function refresh(int $serviceId): array
    {
        $service = Capsule::table('tblhosting')->find($serviceId) ?? throw new Refusal("There is no service $serviceId.");
        $server = Capsule::table('tblservers')->find($service->server)
            ?? throw new Refusal("Service $serviceId is on no server.");
        $provider = Provider::ofServer($this->host, (int) $server->id)
            ?? throw new Refusal("The module '$server->type' offers no usage metrics.");
        $readings = $provider->tenantUsage(Tenants::ofModule($this->host, $server->type)->of($service));
        foreach ($readings as $reading) {
            $this->records->store($serviceId, $reading);
        }
        return $readings;
    }

    /** Since 1970. */
    private function minute(): int
    {
        return intdiv($this->host->clock->now()->getTimestamp(), 60);
    }

    private function collect(int $serverId, string $module): array
    {
        $report = ['server' => $serverId, 'stored' => 0, 'unknown' => [], 'without' => [], 'error' => ''];
        try {
            $tenants = Tenants::ofModule($this->host, $module)->onServer($serverId);
            $usage = Provider::ofServer($this->host, $serverId)->usage();
        } catch (Refusal $e) {
            $this->host->logs->activity("Usage metrics of server $serverId were not collected: {$e->getMessage()}");
            return ['error' => $e->getMessage()] + $report;
        }
        $served = [];
        foreach ($usage as $tenant => $readings) {
            if (!isset($tenants[$tenant])) {
                $report['unknown'][] = (string) $tenant;
                $this->host->defects->add("{$module}_MetricProvider's usage() gives the tenant '$tenant', "
                    . "which no service on server $serverId has");
            }
            foreach ($readings === [] ? [] : $tenants[$tenant] ?? [] as $service) {
                $served[] = (int) $service->id;
                foreach ($readings as $reading) {
                    $this->records->store((int) $service->id, $reading);
                }
            }
        }
        $report['stored'] = count($served);
        $report['without'] = self::without($serverId, $module, $served);
        return $report;
    }

    /**
     * @param list<int> $served
     * @return list<int> services that should have figures and got none
     */
    private static function without(int $serverId, string $module, array $served): array
    {
        return Capsule::table('tblhosting')
            ->join('tblproducts', 'tblproducts.id', '=', 'tblhosting.packageid')
            ->where(['tblhosting.server' => $serverId, 'tblproducts.servertype' => $module])
            ->whereIn('tblhosting.domainstatus', [Status::ACTIVE, Status::SUSPENDED])
            ->whereNotIn('tblhosting.id', $served)
            ->orderBy('tblhosting.id')->pluck('tblhosting.id')->all();
    }

    /** metrics() must give one list: for products, where there is no server, without a network, and for each server. */
    private function compareMetricLists(string $module): void
    {
        $contexts = ['without a server' => []];
        foreach (Capsule::table('tblservers')->where('type', $module)->orderBy('id')->pluck('id') as $serverId) {
            $params = $this->host->kernel->serverParameters((int) $serverId, 'MetricProvider');
            $contexts["for server $serverId"] = $params;
            $contexts["for server $serverId with an address where nothing answers"] = array_replace($params, self::UNUSABLE);
        }
        $expected = null;
        foreach ($contexts as $context => $params) {
            try {
                $list = array_map(self::describe(...), array_values(Provider::of($this->host, $module, $params)->metrics()));
            } catch (Refusal) {
                // The provider's failure is a defect already.
                continue;
            }
            $expected ??= $list;
            if ($list !== $expected) {
                $this->host->defects->add("{$module}_MetricProvider's metrics() gives another list $context");
            }
        }
    }

    /** @return list<string|null> */
    private static function describe(MetricInterface $metric): array
    {
        $unit = $metric->units();
        return [$metric->systemName(), $metric->displayName(), $metric->type(), $unit->name(), $unit->suffix(), $unit->type()];
    }
}

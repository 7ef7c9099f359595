<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

use WHMCS\Database\Capsule;
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WHMCS\UsageBilling\Contracts\Metrics\ProviderInterface;
use WHMCS\UsageBilling\Metrics\Metric;
use WHMCS\UsageBilling\Metrics\Units\FloatingPoint;
use WHMCS\UsageBilling\Metrics\Units\WholeNumber;
use WHMCS\UsageBilling\Metrics\Usage;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The usage metrics of S3 users for WHMCS's Usage Billing. The tenant is the S3 user id, a service's Username.
 *
 * WHMCS keeps the last figure it was given. So a figure that is not known is left out, 0 is given as 0, and
 * whatever goes wrong leaves figures out and says so in the activity log; nothing of it may look like zero.
 * The figures of a month are running totals of that month, which WHMCS overwrites until the month ends.
 */
final class MetricProvider implements ProviderInterface
{
    /** Metrics in gigabytes; the others are whole numbers. */
    private const IN_GIGABYTES = ['storage', 'storage_month', 'bandwidth_out', 'bandwidth_in'];

    /** @var Params */
    private $params;

    /**
     * @param array<string, mixed> $params of a server record; empty where WHMCS asks about a product
     */
    public function __construct(array $params)
    {
        $this->params = new Params($params);
    }

    /**
     * The metrics on offer, without usage: the same list for every server and without one. Needs no network.
     *
     * @return MetricInterface[]
     */
    public function metrics(): array
    {
        $now = MetricInterface::TYPE_SNAPSHOT;
        $month = MetricInterface::TYPE_PERIOD_MONTH;
        $gigabyte = self::base() === 'decimal' ? 'GB' : 'GiB';
        $gigabytes = self::gigabytes($gigabyte, $gigabyte);
        $requests = self::count('unit_request', 'unit_requests');

        return [
            new Metric('storage', Lang::text('metric_storage'), $now, $gigabytes),
            new Metric(
                'storage_month',
                Lang::text('metric_storage_month'),
                $month,
                self::gigabytes($gigabyte . '-month', $gigabyte . '-months')
            ),
            new Metric('bandwidth_out', Lang::text('metric_bandwidth_out'), $month, $gigabytes),
            new Metric('bandwidth_in', Lang::text('metric_bandwidth_in'), $month, $gigabytes),
            new Metric('requests_put', Lang::text('metric_requests_put'), $month, $requests),
            new Metric('requests_get', Lang::text('metric_requests_get'), $month, $requests),
            new Metric('requests_list', Lang::text('metric_requests_list'), $month, $requests),
            new Metric('requests_other', Lang::text('metric_requests_other'), $month, $requests),
            new Metric('buckets', Lang::text('metric_buckets'), $now, self::count('unit_bucket', 'unit_buckets')),
        ];
    }

    /**
     * The figures of every account of the server. After a failure, those of the pages before it: the bridge counts
     * them as handed over, and each account stands for itself.
     *
     * @return array<string, MetricInterface[]> S3 user id => the metrics that are known
     */
    public function usage(): array
    {
        $usage = [];
        $this->attempt(function (ModuleLog $log) use (&$usage): void {
            $this->collect([], Bridge::COMMAND_SECONDS, $log, $usage);
        });

        return $usage;
    }

    /**
     * The figures of one S3 user.
     *
     * @param mixed $tenant Username of a service; before the first CreateAccount empty or a name WHMCS made up
     * @return MetricInterface[] the metrics that are known; none for a user no service of this server has
     */
    public function tenantUsage($tenant): array
    {
        // As the key of an array, an id of digits only is a number.
        $user = is_int($tenant) ? (string) $tenant : $tenant;
        if (!Params::isUserId($user)) {
            return [];
        }
        $usage = [];
        $this->attempt(function (ModuleLog $log) use ($user, &$usage): void {
            $service = $this->serviceOf($user);
            if ($service !== null) {
                $this->collect(['service_id' => $service], Bridge::PAGE_SECONDS, $log, $usage);
            }
        });

        return $usage[$user] ?? [];
    }

    /**
     * What a gigabyte is in the labels, in the words of the bridge's setting usage.gigabyte. metrics() cannot ask
     * the bridge, so WHMCS has to be told as well.
     */
    private static function base(): string
    {
        return defined('OSTOR_GIGABYTE') && constant('OSTOR_GIGABYTE') === 'decimal' ? 'decimal' : 'binary';
    }

    private static function gigabytes(string $one, string $many): FloatingPoint
    {
        return new FloatingPoint($many, $one, $many, null, $many);
    }

    private static function count(string $one, string $many): WholeNumber
    {
        return new WholeNumber(Lang::text($many), Lang::text($one), Lang::text($many));
    }

    /**
     * @param callable(ModuleLog): void $work
     */
    private function attempt(callable $work): void
    {
        $log = new ModuleLog($this->params->secrets());
        try {
            $work($log);
        } catch (\Throwable $problem) {
            $sentence = Command::sentence($problem, $log);
            $log->activity(Lang::text('metrics_failed', $this->params->text('serverid'), $sentence));
        }
    }

    private function serviceOf(string $user): ?int
    {
        if (!class_exists(Capsule::class)) {
            throw new Failure(Lang::text('database_missing'));
        }
        $id = Capsule::table('tblhosting')
            ->where('server', $this->params->serverId())
            ->where('username', $user)
            ->value('id');

        return $id === null ? null : (int) $id;
    }

    /**
     * Adds the figures of page after page.
     *
     * @param array<string, mixed> $narrowing parameters besides the time zone
     * @param array<string, MetricInterface[]> $usage
     */
    private function collect(array $narrowing, int $seconds, ModuleLog $log, array &$usage): void
    {
        $bridge = new Bridge(new Server($this->params), $log, new Http($seconds));
        $pages = new Pages($bridge, 'MetricUsage', [
            'timezone' => date_default_timezone_get(),
            // The bridge refuses before it counts figures as handed over that would be thrown away here.
            'gigabyte' => self::base(),
        ] + $narrowing);
        $metrics = [];
        foreach ($this->metrics() as $metric) {
            $metrics[$metric->systemName()] = $metric;
        }
        $read = static function (array $page) use ($metrics, &$usage): array {
            self::refuseOtherBase($page['gigabyte'] ?? null);

            return self::accounts(array_values($page['accounts']), $metrics, $usage);
        };
        try {
            foreach ($pages->read($read) as $accounts) {
                // Not array_merge(), which would renumber user ids made of digits only.
                $usage += $accounts;
            }
        } finally {
            $pages->report('metrics_withheld', $this->params->text('serverid'), $log);
        }
    }

    /**
     * @param mixed $base
     */
    private static function refuseOtherBase($base): void
    {
        if ($base !== 'binary' && $base !== 'decimal') {
            throw new Failure(Lang::text('gigabyte_missing'));
        }
        if ($base !== self::base()) {
            throw new Failure(Lang::text('gigabyte_differs', $base, self::base(), $base, self::base()));
        }
    }

    /**
     * @param array<int, mixed> $accounts
     * @param array<string, MetricInterface> $metrics those without usage, by system name
     * @param array<string, MetricInterface[]> $known accounts of the pages before
     * @return array<string, MetricInterface[]>
     */
    private static function accounts(array $accounts, array $metrics, array $known): array
    {
        $usage = [];
        // WHMCS's own default, asked for once a page: a time object for each figure of 100 000 accounts takes 1.2 GB.
        $collectedAt = (new Usage(0))->collectedAt();
        foreach ($accounts as $position => $account) {
            $user = $account['user_id'] ?? null;
            if (!Params::isUserId($user) || isset($usage[$user]) || isset($known[$user])) {
                throw Pages::unusable($position, 'user_id');
            }
            $figures = $account['metrics'] ?? null;
            if (!is_array($figures)) {
                throw Pages::unusable($position, 'metrics');
            }
            $usage[$user] = [];
            foreach ($metrics as $name => $metric) {
                if (!array_key_exists($name, $figures)) {
                    continue;
                }
                $figure = $figures[$name];
                $isNumber = is_int($figure)
                    || (is_float($figure) && is_finite($figure) && in_array($name, self::IN_GIGABYTES, true));
                if (!$isNumber || $figure < 0) {
                    throw Pages::unusable($position, 'metrics.' . $name);
                }
                $usage[$user][] = $metric->withUsage(new Usage($figure, $collectedAt));
            }
        }

        return $usage;
    }
}

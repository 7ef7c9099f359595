<?php

declare(strict_types=1);

namespace WhmcsSandbox\Usage;

use Carbon\Carbon;
use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WHMCS\UsageBilling\Contracts\Metrics\ProviderInterface;
use WHMCS\UsageBilling\Contracts\Metrics\UnitInterface;
use WHMCS\UsageBilling\Contracts\Metrics\UsageInterface;
use WhmcsSandbox\Billing\Decimal;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Refusal;

/**
 * A module's metric provider. All of its code runs under strict mode; what it gives is checked here, and only what
 * is valid goes further.
 */
final class Provider
{
    private const TYPES = [MetricInterface::TYPE_SNAPSHOT, MetricInterface::TYPE_PERIOD_DAY, MetricInterface::TYPE_PERIOD_MONTH];

    private readonly string $name;
    private readonly ProviderInterface $provider;

    /** @param array<string, mixed> $params */
    private function __construct(private readonly Host $host, string $function, private readonly array $params)
    {
        $this->name = $function;
        $provider = $this->call('', static fn () => $function($params));
        if (!$provider instanceof ProviderInterface) {
            $host->defects->add("$function returned " . get_debug_type($provider) . ' instead of a ProviderInterface');
            throw new Refusal("$function gave no metric provider.");
        }
        $this->provider = $provider;
    }

    /**
     * @param array<string, mixed> $params of the server; empty for a product
     * @return self|null null when the module offers no metrics
     * @throws Refusal when the module fails
     */
    public static function of(Host $host, string $module, array $params): ?self
    {
        $function = $host->modules->function($module, 'MetricProvider');
        return $function === null ? null : new self($host, $function, $params);
    }

    /** @throws Refusal when the module fails */
    public static function ofServer(Host $host, int $serverId): ?self
    {
        $module = (string) Capsule::table('tblservers')->where('id', $serverId)->value('type');
        return self::of($host, $module, $host->kernel->serverParameters($serverId, 'MetricProvider'));
    }

    /**
     * @return array<string, MetricInterface> by system name
     * @throws Refusal when the module fails
     */
    public function metrics(): array
    {
        return $this->call('metrics()', function (): array {
            $metrics = [];
            foreach ($this->listOf('metrics()', $this->provider->metrics()) as $metric) {
                $name = $metric->systemName();
                if (!is_string($name) || $name === '' || isset($metrics[$name])) {
                    $this->report('metrics()', 'gives two metrics the same system name, or one none');
                } elseif (!in_array($metric->type(), self::TYPES, true) || !$metric->units() instanceof UnitInterface) {
                    $this->report('metrics()', "gives $name a type or a unit WHMCS does not have");
                } else {
                    $metrics[$name] = $metric;
                }
            }
            return $metrics;
        });
    }

    /**
     * @return array<string, list<Reading>> by tenant id; a metric without a valid figure is left out
     * @throws Refusal when the module fails
     */
    public function usage(): array
    {
        $known = $this->metrics();
        return $this->call('usage()', function () use ($known): array {
            $answer = $this->provider->usage();
            if (!is_array($answer)) {
                $this->report('usage()', 'returned ' . get_debug_type($answer) . ' instead of an array');
                throw new Refusal("$this->name's usage() gave no list of tenants.");
            }
            $readings = [];
            foreach ($answer as $tenant => $metrics) {
                $readings[(string) $tenant] = $this->readings('usage()', (string) $tenant, $metrics, $known);
            }
            return $readings;
        });
    }

    /**
     * @return list<Reading>
     * @throws Refusal when the module fails
     */
    public function tenantUsage(string $tenant): array
    {
        $known = $this->metrics();
        return $this->call(
            'tenantUsage()',
            fn (): array => $this->readings('tenantUsage()', $tenant, $this->provider->tenantUsage($tenant), $known)
        );
    }

    /**
     * @param array<string, MetricInterface> $known
     * @return list<Reading>
     */
    private function readings(string $method, string $tenant, mixed $metrics, array $known): array
    {
        $readings = [];
        foreach ($this->listOf($method, $metrics) as $metric) {
            $name = (string) $metric->systemName();
            $what = "$name of tenant '$tenant'";
            $usage = $metric->usage();
            $value = $usage instanceof UsageInterface ? $usage->value() : null;
            if (!isset($known[$name])) {
                $this->report($method, "gives $what, a metric that metrics() does not list");
            } elseif ($metric->type() !== $known[$name]->type()) {
                $this->report($method, "gives $what another type than metrics() does");
            } elseif (isset($readings[$name])) {
                $this->report($method, "gives $what twice");
            } elseif (!$usage instanceof UsageInterface) {
                $this->report($method, "gives $what without usage; withUsage() returns a new metric, which must be kept");
            } elseif (!is_float($value) && !is_int($value) || !is_finite((float) $value) || $value < 0) {
                $this->report($method, "gives $what a value that is no number from 0 up: " . var_export($value, true));
            } else {
                $readings[$name] = self::reading($metric, $known[$name], (float) $value);
            }
        }
        return array_values($readings);
    }

    private static function reading(MetricInterface $metric, MetricInterface $known, float $value): Reading
    {
        $collected = $metric->usage()->collectedAt();
        $unit = $known->units();
        return new Reading(
            $known->systemName(),
            (string) $known->displayName(),
            (string) $unit->suffix() ?: (string) $unit->perUnitName($value),
            $known->type(),
            Decimal::ofNumber($value),
            Carbon::instance($collected ?? Carbon::now())->setTimezone(date_default_timezone_get())->format('Y-m-d H:i:s')
        );
    }

    /** @return list<MetricInterface> what of the module's answer are metrics */
    private function listOf(string $method, mixed $answer): array
    {
        $metrics = array_filter(
            is_array($answer) ? $answer : [],
            static fn (mixed $metric): bool => $metric instanceof MetricInterface
        );
        if (!is_array($answer) || count($metrics) !== count($answer)) {
            $this->report($method, 'returned something else than a list of metrics');
        }
        return array_values($metrics);
    }

    private function report(string $method, string $what): void
    {
        $this->host->defects->add("$this->name's $method $what");
    }

    private function call(string $method, callable $code): mixed
    {
        $what = $method === '' ? $this->name : "$this->name's $method";
        try {
            return $this->host->kernel->watched($what, $this->params, $code);
        } catch (Refusal $e) {
            throw $e;
        } catch (Throwable $e) {
            $this->host->defects->add("$what threw " . get_class($e) . ": {$e->getMessage()}");
            throw new Refusal("$what failed: {$e->getMessage()}");
        }
    }
}

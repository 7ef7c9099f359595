<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\SampleMeter;

use RuntimeException;
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WHMCS\UsageBilling\Contracts\Metrics\ProviderInterface;
use WHMCS\UsageBilling\Metrics\Metric;
use WHMCS\UsageBilling\Metrics\Units\GigaBytes;
use WHMCS\UsageBilling\Metrics\Units\WholeNumber;
use WHMCS\UsageBilling\Metrics\Usage;

/** Answer `usage`: tenant => metric => value; answer `failure`: the message of an exception. */
final class Metrics implements ProviderInterface
{
    private array $params;

    public function __construct(array $params)
    {
        $this->params = $params;
    }

    public function metrics()
    {
        return [
            new Metric('storage', 'Storage', MetricInterface::TYPE_SNAPSHOT, new GigaBytes()),
            new Metric('traffic', 'Traffic', MetricInterface::TYPE_PERIOD_MONTH, new GigaBytes()),
            new Metric('requests', 'Requests', MetricInterface::TYPE_PERIOD_DAY, new WholeNumber('Requests', 'Request')),
        ];
    }

    public function usage()
    {
        $GLOBALS['sample_calls'][] = ['usage', $this->params, ''];
        $failure = samplemeter_answer('failure', '');
        if ($failure !== '') {
            throw new RuntimeException($failure);
        }
        return array_map($this->withUsage(...), samplemeter_answer('usage', []));
    }

    public function tenantUsage($tenant)
    {
        $GLOBALS['sample_calls'][] = ['tenantUsage', $this->params, $tenant];
        return $this->withUsage(samplemeter_answer('usage', [])[$tenant] ?? []);
    }

    /** @param array<string, float|int> $values */
    private function withUsage(array $values): array
    {
        $metrics = [];
        foreach ($this->metrics() as $metric) {
            if (isset($values[$metric->systemName()])) {
                $metrics[] = $metric->withUsage(new Usage($values[$metric->systemName()]));
            }
        }
        return $metrics;
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\SampleMisMeter;

use DomainException;
use RuntimeException;
use WHMCS\Database\Capsule;
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WHMCS\UsageBilling\Contracts\Metrics\ProviderInterface;
use WHMCS\UsageBilling\Metrics\Metric;
use WHMCS\UsageBilling\Metrics\Usage;

final class Metrics implements ProviderInterface
{
    private array $params;
    private string $defect;

    public function __construct(array $params)
    {
        $this->params = $params;
        $this->defect = $GLOBALS['sample_defect'];
    }

    public function metrics()
    {
        $storage = new Metric('storage', 'Storage');
        $traffic = new Metric('traffic', 'Traffic', MetricInterface::TYPE_PERIOD_MONTH);
        switch ($this->defect) {
            case 'metrics() needs parameters':
                return $this->params['serverhostname'] === '' ? [] : [$storage, $traffic];
            case 'metrics() uses the network':
                if ($this->params !== []) {
                    $this->connect();
                }
                break;
            case 'metrics() depends on the server':
                return ($this->params['serverid'] ?? 1) === 1 ? [$storage, $traffic] : [$storage];
            case 'metrics() gives one name twice':
                return [$storage, $traffic, new Metric('storage', 'Another')];
            case 'metrics() invents a type':
                return [$storage, $traffic, new Metric('buckets', 'Buckets', 'snapshot')];
            case 'metrics() gives something else':
                return [$storage, $traffic, 'buckets'];
        }
        return [$storage, $traffic];
    }

    public function usage()
    {
        [$storage, $traffic] = array_values($this->metrics());
        $right = [$storage->withUsage(new Usage(5)), $traffic->withUsage(new Usage(6))];
        switch ($this->defect) {
            case 'prints':
                echo 'collecting';
                break;
            case 'warns':
                $none = [];
                $none['missing'];
                break;
            case 'throws':
                throw new DomainException('the statistics are late');
            case 'leaks':
                logModuleCall('samplemismeter', 'usage', $this->params['serverpassword'], '');
                break;
            case 'writes':
                Capsule::table('tblhosting')->update(['diskusage' => 7]);
                break;
            case 'usage() gives no array':
                return null;
            case 'unknown tenant':
                return ['user0001' => $right, 'stranger' => $right];
            case 'tenant without a list':
                return ['user0001' => $right[0]];
            case 'unlisted metric':
                $right[] = new Metric('files', 'Files', null, null, new Usage(1));
                break;
            case 'another type':
                $right[0] = new Metric('storage', 'Storage', MetricInterface::TYPE_PERIOD_DAY, null, new Usage(5));
                break;
            case 'one metric twice':
                $right[] = $right[0];
                break;
            case 'withUsage() result dropped':
                $storage->withUsage(new Usage(5));
                $right[0] = $storage;
                break;
            case 'text':
                $right[0] = $storage->withUsage(new Usage('5 GB'));
                break;
            case 'nothing':
                $right[0] = $storage->withUsage(new Usage(null));
                break;
            case 'negative':
                $right[0] = $storage->withUsage(new Usage(-0.5));
                break;
            case 'infinite':
                $right[0] = $storage->withUsage(new Usage(INF));
                break;
        }
        return ['user0001' => $right];
    }

    public function tenantUsage($tenant)
    {
        return $this->usage()[$tenant] ?? [];
    }

    private function connect(): void
    {
        $address = "tcp://{$this->params['serverhostname']}:{$this->params['serverport']}";
        if (@stream_socket_client($address, $code, $message, 1) === false) {
            throw new RuntimeException($message);
        }
    }
}

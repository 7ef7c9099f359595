<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Contracts\Metrics;

/** What `<module>_MetricProvider` returns: the metrics of a server and their usage. */
interface ProviderInterface
{
    /**
     * All metrics the module knows, the same for each of its servers. Asked for products too, where there
     * is no server.
     *
     * @return MetricInterface[] a list, or keyed by system name
     */
    public function metrics();

    /**
     * The usage of all tenants of the server.
     *
     * @return array<string, MetricInterface[]> by tenant id
     */
    public function usage();

    /**
     * The usage of one tenant.
     *
     * @param string $tenant
     * @return MetricInterface[]
     */
    public function tenantUsage($tenant);
}

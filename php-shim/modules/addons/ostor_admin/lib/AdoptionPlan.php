<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;


if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What the bridge finds to belong together, for the services WHMCS has on a cluster now.
 */
final class AdoptionPlan
{
    /** @var array<int, array<string, mixed>> by service */
    private $services;

    /** @var array<int, array<string, mixed>> by service */
    private $matches = [];

    public function __construct(Cluster $cluster)
    {
        $this->services = Services::adoptable($cluster);
        // All at once: whether an address is one customer's alone can be told only of all.
        $plan = $cluster->study(
            'adoption.plan',
            ['services' => array_values(array_column($this->services, 'evidence'))],
            ['matches' => 'array']
        );
        foreach (View::items($plan['matches']) as $match) {
            $service = $match['service_id'] ?? null;
            if (is_int($service) && isset($this->services[$service])) {
                $this->matches[$service] = self::checked($match);
            }
        }
        ksort($this->matches);
    }

    public function services(): int
    {
        return count($this->services);
    }

    /**
     * How many are the bridge's already, with all that WHMCS stores of them.
     */
    public function adopted(): int
    {
        return count($this->with('adopted')) - count(array_filter($this->with('adopted'), [$this, 'isUnfinished']));
    }

    /**
     * Those that can be adopted: matches, and those that the bridge has recorded without WHMCS having stored it.
     *
     * @return array<int, array<string, mixed>> by service
     */
    public function open(): array
    {
        return array_filter($this->matches, function (array $match): bool {
            return ($match['outcome'] ?? null) === 'match' || $this->isUnfinished($match);
        });
    }

    /**
     * @return array<int, array<string, mixed>> by service
     */
    public function openAfter(int $service): array
    {
        return array_filter($this->open(), static function (int $number) use ($service): bool {
            return $number > $service;
        }, ARRAY_FILTER_USE_KEY);
    }

    /**
     * @return array<int, array<string, mixed>> by service
     */
    public function with(string $outcome): array
    {
        return array_filter($this->matches, static function (array $match) use ($outcome): bool {
            return ($match['outcome'] ?? null) === $outcome;
        });
    }

    /**
     * What is known of a service in WHMCS.
     *
     * @return array<string, mixed>
     */
    public function service(int $service): array
    {
        return $this->services[$service];
    }

    public function email(int $service): string
    {
        return $this->services[$service]['evidence']['email'];
    }

    /**
     * The bridge was told of living services only: one that was terminated here is in WHMCS all the same, and keeps what
     * it has.
     *
     * @param array<string, mixed> $match
     * @return array<string, mixed>
     */
    private static function checked(array $match): array
    {
        $former = $match['from_service_id'] ?? null;
        if (!is_int($former) || !Services::isThere($former)) {
            return $match;
        }

        return ['outcome' => 'conflict', 'problem' => Texts::text('former_service_there', $former)] + $match;
    }

    /**
     * @param array<string, mixed> $match
     */
    private function isUnfinished(array $match): bool
    {
        $service = $this->services[$match['service_id']];

        return ($match['outcome'] ?? null) === 'adopted'
            && ($service['user'] !== ($match['user_id'] ?? null) || $service['key'] === '');
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

use WhmcsSandbox\Guide\Gateway;
use WhmcsSandbox\Guide\Portal;
use WhmcsSandbox\Guide\Scripts;
use WhmcsSandbox\Host\Host;

/** `whmcs guide`: customers as the Integration Guide's scripts make them. */
final class GuideCommand
{
    private const FEWEST = 6;

    public function __construct(private readonly Host $host)
    {
    }

    public function run(Arguments $arguments): Report
    {
        $customers = $arguments->id('customers', 200);
        if ($customers < self::FEWEST) {
            throw new UsageError('--customers is ' . self::FEWEST . ' at least.');
        }
        foreach (['gateway', 'key', 'secret'] as $option) {
            if (!$arguments->has($option)) {
                throw new UsageError("--$option is missing; see `whmcs --help`.");
            }
        }
        $gateway = new Gateway(rtrim($arguments->text('gateway'), '/'), $arguments->text('key'), $arguments->text('secret'));
        $made = (new Portal($this->host, new Scripts($this->host, $gateway)))->open($customers);
        return new Report(['customers' => $made], ["$customers customers with an S3 user each; the product has no module yet."]);
    }
}

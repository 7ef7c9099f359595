<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Billing\Decimal;
use WhmcsSandbox\Billing\Overage;
use WhmcsSandbox\Billing\PriceSchema;
use WhmcsSandbox\Billing\UsagePrice;
use WhmcsSandbox\Billing\UsagePrices;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Refusal;
use WhmcsSandbox\Usage\Collection;
use WhmcsSandbox\Usage\Provider;
use WhmcsSandbox\Usage\Reading;
use WhmcsSandbox\Usage\Records;

/** `whmcs usage`: prices of metrics, overage limits, stored records, and the refresh of one service. */
final class UsageCommands
{
    private const SCHEMAS = [
        'per-unit' => PriceSchema::PerUnit, 'volume' => PriceSchema::Volume, 'graduated' => PriceSchema::Graduated,
    ];
    private const NO_LIMIT = ['limit' => 0, 'unit' => 'GB', 'price' => '0'];

    public function __construct(private readonly Host $host)
    {
    }

    public function run(Arguments $arguments): Report
    {
        return match ($arguments->words[0] ?? '') {
            'price' => $this->price($arguments),
            'overage' => $this->overage($arguments),
            'show' => $this->show($arguments),
            'refresh' => $this->refresh($arguments),
            default => throw new UsageError('There are `whmcs usage price`, `overage`, `show` and `refresh`.'),
        };
    }

    private function price(Arguments $arguments): Report
    {
        $product = $arguments->id('product');
        $metric = $arguments->text('metric') ?: throw new UsageError('--metric is missing; see `whmcs --help`.');
        $this->requireMetric($product, $metric);
        $schemas = array_filter(self::SCHEMAS, $arguments->has(...), ARRAY_FILTER_USE_KEY);
        if (count($schemas) + (int) $arguments->has('off') !== 1) {
            throw new UsageError('Give one of --per-unit, --volume, --graduated or --off.');
        }
        if ($arguments->has('off')) {
            UsagePrices::switchOff($product, $metric);
            return new Report(['product' => $product, 'metric' => $metric], ["Metric $metric of product $product is off."]);
        }
        $code = $arguments->text('currency');
        $currency = Capsule::table('tblcurrencies')->where($code === '' ? ['default' => 1] : ['code' => $code])->first()
            ?? throw new Refusal("There is no currency '$code'.");
        $option = array_key_first($schemas);
        $brackets = $option === 'per-unit' ? '0=' . $arguments->text($option) : $arguments->text($option);
        UsagePrices::set($product, $metric, (int) $currency->id, new UsagePrice(
            $schemas[$option],
            Decimal::read($arguments->text('included', '0'), '--included'),
            self::brackets($brackets, "--$option")
        ));
        return new Report(
            ['product' => $product, 'metric' => $metric, 'currency' => $currency->code],
            ["Metric $metric of product $product has a price in $currency->code."]
        );
    }

    private function overage(Arguments $arguments): Report
    {
        $product = $arguments->id('product');
        if ($arguments->has('off') === ($arguments->has('disk') || $arguments->has('bandwidth'))) {
            throw new UsageError('Give --disk, --bandwidth or both, or --off.');
        }
        if ($arguments->has('off')) {
            Overage::switchOff($product);
            return new Report(['product' => $product], ["Product $product charges no overage."]);
        }
        Overage::set($product, self::limit($arguments, 'disk'), self::limit($arguments, 'bandwidth'));
        return new Report(['product' => $product], ["Product $product charges overage."]);
    }

    private function show(Arguments $arguments): Report
    {
        $service = $arguments->has('service') ? $arguments->id('service') : null;
        $records = Records::all($service);
        $prices = UsagePrices::all();
        $overages = Overage::all($service);
        $lines = [];
        foreach ($records as $r) {
            $period = $r->kind === Records::SNAPSHOT ? $r->kind : "$r->kind $r->period_start";
            $lines[] = "Service $r->service_id: $r->metric $period " . Decimal::plain($r->value)
                . " $r->unit, collected $r->collected_at" . self::invoiced($r);
        }
        foreach ($overages as $o) {
            $lines[] = "Service $o->service_id: $o->description" . self::invoiced($o);
        }
        foreach ($prices as $p) {
            $price = $p->currency === null ? ''
                : ", $p->schema from " . Decimal::plain($p->from) . ': ' . Decimal::plain($p->price) . " $p->currency";
            $lines[] = "Product $p->product: $p->metric" . ($p->is_hidden ? ' (off)' : '') . ', '
                . Decimal::plain($p->included) . " included$price";
        }
        return new Report(
            ['records' => $records, 'overages' => $overages, 'prices' => $prices],
            $lines ?: ['No usage was collected and no metric has a price.']
        );
    }

    private function refresh(Arguments $arguments): Report
    {
        $service = $arguments->id('service');
        $readings = (new Collection($this->host))->refresh($service);
        return new Report(
            ['service' => $service, 'readings' => $readings],
            array_map(
                static fn (Reading $r): string => "$r->metric: " . Decimal::plain($r->value) . " $r->unit",
                $readings
            ) ?: ["The module has no figures for service $service."]
        );
    }

    private function requireMetric(int $productId, string $metric): void
    {
        $product = Capsule::table('tblproducts')->find($productId) ?? throw new Refusal("There is no product $productId.");
        $known = array_keys(Provider::of($this->host, $product->servertype, [])?->metrics() ?? []);
        if (!in_array($metric, $known, true)) {
            throw new Refusal("The module '$product->servertype' has no metric '$metric'; it has: "
                . (implode(', ', $known) ?: 'none') . '.');
        }
    }

    /** @return list<array{from: string, price: string}> of "FROM=PRICE,FROM=PRICE" */
    private static function brackets(string $text, string $option): array
    {
        return array_map(static function (string $bracket) use ($option): array {
            [$from, $price] = array_pad(explode('=', $bracket, 2), 2, '');
            return [
                'from' => Decimal::read($from, "A starting quantity of $option"),
                'price' => Decimal::read($price, "A price of $option"),
            ];
        }, explode(',', $text));
    }

    /** @return array{limit: int, unit: string, price: string} of "100GB=0.05"; without the option nothing is charged */
    private static function limit(Arguments $arguments, string $option): array
    {
        if (!$arguments->has($option)) {
            return self::NO_LIMIT;
        }
        if (!preg_match('/^(\d{1,9})(MB|GB|TB)=(\d{1,11}(?:\.\d{1,4})?)$/', $arguments->text($option), $m)) {
            throw new UsageError("--$option takes a limit with its unit and a price per unit with at most four decimals, "
                . "such as 100GB=0.05, not '{$arguments->text($option)}'.");
        }
        return ['limit' => (int) $m[1], 'unit' => $m[2], 'price' => $m[3]];
    }

    private static function invoiced(object $row): string
    {
        return $row->invoice_id === 0 ? '' : ", on invoice $row->invoice_id";
    }
}

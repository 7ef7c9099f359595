<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Refusal;

/**
 * Configurable options of a product and what a service chose. A dropdown's choice may
 * be "raw|Friendly": clients see the second part, modules get the first.
 */
final class ConfigurableOptions
{
    private const TYPE_YES_NO = '3';
    private const TYPE_QUANTITY = '4';

    /**
     * What $params['configoptions'] holds: every option of the product, chosen or not.
     *
     * @return array<string, string|int>
     */
    public static function values(int $serviceId, int $productId): array
    {
        $chosen = Capsule::table('tblhostingconfigoptions')->where('relid', $serviceId)->get()->keyBy('configid');
        $values = [];
        foreach (self::ofProduct($productId) as $option) {
            $row = $chosen[$option->id] ?? null;
            $values[self::raw($option->optionname)] = match ($option->optiontype) {
                self::TYPE_QUANTITY => (int) ($row->qty ?? $option->qtyminimum),
                self::TYPE_YES_NO => (int) ($row->qty ?? 0),
                default => self::raw(self::choice((int) $option->id, $row === null ? null : (int) $row->optionid)),
            };
        }
        return $values;
    }

    /**
     * Reads "Name=Value" texts against the options of a product, with its defaults for the rest.
     *
     * @param list<string> $wanted
     * @return array<int, array{optionid: int, qty: int}> by option id
     */
    public static function choose(int $productId, array $wanted, ?int $serviceId = null): array
    {
        $wishes = [];
        foreach ($wanted as $text) {
            [$name, $value] = array_pad(explode('=', $text, 2), 2, null);
            $wishes[$name] = $value ?? throw new Refusal("'$text' is not a configurable option; write \"Name=Value\".");
        }
        $chosen = Capsule::table('tblhostingconfigoptions')->where('relid', (int) $serviceId)->get()->keyBy('configid');
        $choices = [];
        foreach (self::ofProduct($productId) as $option) {
            $name = self::raw($option->optionname);
            $row = $chosen[$option->id] ?? null;
            $choices[(int) $option->id] = array_key_exists($name, $wishes)
                ? self::pick($option, $wishes[$name])
                : ['optionid' => (int) ($row->optionid ?? 0), 'qty' => (int) ($row->qty ?? $option->qtyminimum)];
            unset($wishes[$name]);
        }
        if ($wishes !== []) {
            $known = array_map(static fn (object $o): string => self::raw($o->optionname), self::ofProduct($productId));
            throw new Refusal(
                "Product $productId has no configurable option '" . array_key_first($wishes) . "'; it has: "
                . (implode(', ', $known) ?: 'none') . '.'
            );
        }
        return $choices;
    }

    /** @param array<int, array{optionid: int, qty: int}> $choices as choose() gave them */
    public static function store(int $serviceId, array $choices): void
    {
        Capsule::table('tblhostingconfigoptions')->where('relid', $serviceId)->delete();
        foreach ($choices as $optionId => $choice) {
            Capsule::table('tblhostingconfigoptions')->insert(['relid' => $serviceId, 'configid' => $optionId] + $choice);
        }
    }

    /** @return array{optionid: int, qty: int} */
    private static function pick(object $option, string $value): array
    {
        if ($option->optiontype === self::TYPE_QUANTITY) {
            if (!ctype_digit($value) || $value < $option->qtyminimum || $value > $option->qtymaximum) {
                throw new Refusal(
                    "'$option->optionname' takes a number from $option->qtyminimum to $option->qtymaximum, not '$value'."
                );
            }
            return ['optionid' => 0, 'qty' => (int) $value];
        }
        if ($option->optiontype === self::TYPE_YES_NO) {
            return ['optionid' => 0, 'qty' => in_array($value, ['1', 'yes', 'on'], true) ? 1 : 0];
        }
        $subs = Capsule::table('tblproductconfigoptionssub')->where('configid', $option->id)->orderBy('sortorder')->get();
        foreach ($subs as $sub) {
            if (self::raw($sub->optionname) === $value) {
                return ['optionid' => (int) $sub->id, 'qty' => 0];
            }
        }
        $known = $subs->map(static fn (object $sub): string => "'" . self::raw($sub->optionname) . "'")->implode(', ');
        throw new Refusal("'$option->optionname' offers $known, not '$value'.");
    }

    /** The chosen sub-option's name; without a choice the first one counts. */
    private static function choice(int $configId, ?int $optionId): string
    {
        $subs = Capsule::table('tblproductconfigoptionssub')->where('configid', $configId)->orderBy('sortorder')->get();
        return (string) (($subs->firstWhere('id', $optionId) ?? $subs->first())->optionname ?? '');
    }

    /** @return list<object> */
    private static function ofProduct(int $productId): array
    {
        return Capsule::table('tblproductconfigoptions')
            ->whereIn('gid', Capsule::table('tblproductconfiglinks')->where('pid', $productId)->pluck('gid'))
            ->orderBy('order')->orderBy('id')->get()->all();
    }

    private static function raw(string $name): string
    {
        return explode('|', $name, 2)[0];
    }
}

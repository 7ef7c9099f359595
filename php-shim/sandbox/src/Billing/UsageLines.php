<?php

declare(strict_types=1);

namespace WhmcsSandbox\Billing;

use WHMCS\Database\Capsule;
use WHMCS\Service\Status;
use WhmcsSandbox\Host\Clock;
use WhmcsSandbox\Usage\Records;

/**
 * What metered usage adds to renewal invoices: one line per metric.
 *
 * Periods: the records of all calendar months that have ended are summed. Snapshots: the value on each due date.
 * A metric that is off or has no price in the client's currency is not billed; its records wait.
 */
final class UsageLines
{
    private const TYPE = 'UsageBilling';

    public function __construct(private readonly Clock $clock)
    {
    }

    /**
     * Fixes the snapshots of renewals that came due since the last daily run.
     *
     * @param string $lastRun `Y-m-d`, or '' when there was none
     */
    public function fixDueSnapshots(string $lastRun): void
    {
        $due = Capsule::table('tblinvoiceitems')
            ->join('tblhosting', 'tblhosting.id', '=', 'tblinvoiceitems.relid')
            ->where('tblinvoiceitems.type', 'Hosting')
            ->whereIn('tblhosting.domainstatus', [Status::ACTIVE, Status::SUSPENDED])
            ->whereColumn('tblinvoiceitems.duedate', '>', 'tblhosting.regdate')
            ->where('tblinvoiceitems.duedate', '>', $lastRun)
            ->where('tblinvoiceitems.duedate', '<=', $this->clock->today())
            ->get(['tblhosting.id', 'tblinvoiceitems.duedate']);
        foreach ($due as $renewal) {
            Records::fixSnapshots((int) $renewal->id, $renewal->duedate);
        }
    }

    /**
     * What to add to a renewal invoice of a service that is made now.
     *
     * @param string $dueDate of the invoice; today or earlier fixes the snapshots first
     * @return list<PendingLine>
     */
    public function forRenewal(object $service, string $dueDate): array
    {
        if ($dueDate <= $this->clock->today()) {
            Records::fixSnapshots((int) $service->id, $dueDate);
        }
        $currency = getCurrency($service->userid);
        $lines = [];
        foreach ($this->billable((int) $service->id) as $records) {
            $price = UsagePrices::find((int) $service->packageid, $records[0]->metric, (int) $currency['id']);
            if ($price !== null) {
                $lines[] = self::line((int) $service->id, $records, $price, $currency);
            }
        }
        return $lines;
    }

    /** @return list<non-empty-list<object>> records that make one line each, oldest first */
    private function billable(int $serviceId): array
    {
        $records = Capsule::table('sandbox_usage_records')
            ->where(['service_id' => $serviceId, 'invoice_id' => 0])
            ->where(fn ($query) => $query->where('kind', Records::DUE)->orWhere(
                fn ($query) => $query->whereIn('kind', [Records::DAY, Records::MONTH])
                    ->where('period_start', '<', $this->clock->now()->format('Y-m-01'))
            ))
            ->orderBy('metric')->orderBy('kind')->orderBy('period_start')->get();
        $groups = [];
        foreach ($records as $record) {
            $key = "$record->metric $record->kind" . ($record->kind === Records::DUE ? " $record->period_start" : '');
            $groups[$key][] = $record;
        }
        return array_values($groups);
    }

    /** @param non-empty-list<object> $records */
    private static function line(int $serviceId, array $records, UsagePrice $price, array $currency): PendingLine
    {
        $quantity = array_reduce(
            $records,
            static fn (string $sum, object $record): string => bcadd($sum, $record->value, Decimal::PLACES),
            '0'
        );
        $charge = $price->charge($quantity);
        $latest = end($records);
        $parts = array_map(static fn (array $part): string => sprintf(
            '%s × %s%s%s',
            Decimal::plain($part['quantity']),
            $currency['prefix'],
            Decimal::plain($part['price']),
            $currency['suffix']
        ), $charge['parts']);
        $description = sprintf(
            '%s (%s): %s %s, %s included, %s',
            $latest->display_name,
            self::period($records[0], $latest),
            Decimal::plain($quantity),
            $latest->unit,
            Decimal::plain($price->included),
            implode(' + ', $parts) ?: 'nothing to charge'
        );
        return new PendingLine(
            ['type' => self::TYPE, 'relid' => $serviceId, 'description' => $description, 'amount' => $charge['amount']],
            'sandbox_usage_records',
            array_map(static fn (object $record): int => (int) $record->id, $records)
        );
    }

    private static function period(object $first, object $last): string
    {
        if ($last->kind === Records::DUE) {
            return "on $last->period_start";
        }
        [$from, $to] = [substr($first->period_start, 0, 7), substr($last->period_start, 0, 7)];
        return $from === $to ? $from : "$from to $to";
    }
}

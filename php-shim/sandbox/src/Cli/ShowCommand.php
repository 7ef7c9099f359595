<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Billing\ConfigurableOptions;
use WhmcsSandbox\Host\CustomFields;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Kernel\ModuleQueue;
use WhmcsSandbox\Refusal;

/** `whmcs show`: the whole sandbox at a glance, or all there is about one service. */
final class ShowCommand
{
    private const LOG_LINES = 20;

    public function __construct(private readonly Host $host)
    {
    }

    public function run(Arguments $arguments): Report
    {
        if ($arguments->words === []) {
            return $this->overview();
        }
        if ($arguments->words[0] !== 'service') {
            throw new UsageError('There is `whmcs show` and `whmcs show service N`.');
        }
        $id = Arguments::number($arguments->words[1] ?? '', '`whmcs show service`');
        return $this->service($id, $arguments->has('credentials'));
    }

    private function overview(): Report
    {
        $services = Capsule::table('tblhosting')->orderBy('id')
            ->get(['id', 'userid', 'packageid', 'domainstatus', 'nextduedate', 'username', 'suspendreason'])->all();
        $invoices = Capsule::table('tblinvoices')->orderBy('id')->get(['id', 'userid', 'duedate', 'total', 'status'])->all();
        $queue = ModuleQueue::open();
        $lines = ["Clock {$this->host->clock->timestamp()}"];
        foreach ($services as $s) {
            $lines[] = "Service $s->id of client $s->userid: product $s->packageid, $s->domainstatus, due $s->nextduedate, $s->username";
        }
        foreach ($invoices as $i) {
            $lines[] = "Invoice $i->id of client $i->userid: $i->total, due $i->duedate, $i->status";
        }
        $lines[] = count($queue) . ' open items in the module queue';
        return new Report(
            ['clock' => $this->host->clock->timestamp(), 'services' => $services, 'invoices' => $invoices, 'queue' => $queue],
            $lines
        );
    }

    private function service(int $id, bool $credentials): Report
    {
        $row = (array) (Capsule::table('tblhosting')->find($id) ?? throw new Refusal("There is no service $id."));
        $password = $this->host->encryption->decrypt($row['password']);
        unset($row['password']);
        $data = [
            'service' => $row + ($credentials ? ['password' => $password] : []),
            'properties' => CustomFields::values($id, $row['packageid']),
            'configoptions' => ConfigurableOptions::values($id, $row['packageid']),
            'server' => Capsule::table('tblservers')
                ->where('id', $row['server'])->first(['id', 'name', 'hostname', 'port', 'secure', 'username', 'accesshash']),
            'invoices' => $this->invoices($id),
            'notes' => Capsule::table('tblnotes')->where('userid', $row['userid'])->get(['id', 'note', 'sticky'])->all(),
            'queue' => ModuleQueue::open($id),
            'mails' => Capsule::table('tblemails')->where('userid', $row['userid'])->get(['id', 'subject', 'message'])->all(),
            'modulelog' => $this->last('tblmodulelog'),
            'activitylog' => $this->last('tblactivitylog'),
        ];
        $lines = [];
        foreach ($data as $section => $content) {
            $lines[] = strtoupper($section);
            foreach ((array) $content as $key => $value) {
                $text = is_scalar($value) || $value === null ? (string) $value
                    : json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);
                $lines[] = is_int($key) ? "  $text" : "  $key: $text";
            }
        }
        return new Report($data, $lines);
    }

    /** @return list<object> those that bill the service, renewals and upgrades alike */
    private function invoices(int $serviceId): array
    {
        $upgrades = Capsule::table('tblupgrades')->where('relid', $serviceId)->pluck('id');
        $ids = Capsule::table('tblinvoiceitems')->where(['type' => 'Hosting', 'relid' => $serviceId])
            ->orWhere(static fn ($query) => $query->where('type', 'Upgrade')->whereIn('relid', $upgrades))
            ->pluck('invoiceid');
        return Capsule::table('tblinvoices')->whereIn('id', $ids)->get(['id', 'duedate', 'total', 'status'])->all();
    }

    /** @return list<object> the newest lines, oldest first */
    private function last(string $table): array
    {
        return Capsule::table($table)->orderByDesc('id')->limit(self::LOG_LINES)->get()->reverse()->values()->all();
    }
}

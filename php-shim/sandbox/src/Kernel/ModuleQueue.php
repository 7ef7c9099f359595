<?php

declare(strict_types=1);

namespace WhmcsSandbox\Kernel;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Billing\Invoices;
use WhmcsSandbox\Host\Clock;
use WhmcsSandbox\Refusal;

/** Failed automated actions. Nothing here is retried unless somebody asks for it. */
final class ModuleQueue
{
    public function __construct(private readonly Clock $clock)
    {
    }

    /** Adds an item, or refreshes the open one of the same service and action. */
    public function record(int $serviceId, string $module, ModuleAction $action, string $error): void
    {
        $attempt = ['last_attempt' => $this->clock->timestamp(), 'last_attempt_error' => $error];
        $open = Capsule::table('tblmodulequeue')->where([
            'service_type' => 'service',
            'service_id' => $serviceId,
            'module_action' => $action->value,
            'completed' => 0,
        ])->first();
        if ($open !== null) {
            Capsule::table('tblmodulequeue')->where('id', $open->id)
                ->update($attempt + ['num_retries' => $open->num_retries + 1]);
            return;
        }
        Capsule::table('tblmodulequeue')->insert($attempt + [
            'service_type' => 'service',
            'service_id' => $serviceId,
            'module_name' => $module,
            'module_action' => $action->value,
            'created_at' => $this->clock->timestamp(),
            'updated_at' => $this->clock->timestamp(),
        ]);
    }

    /** Runs one open item again; success takes it off the queue. */
    public function retry(int $id, Kernel $kernel): Outcome
    {
        $item = Capsule::table('tblmodulequeue')->where(['id' => $id, 'completed' => 0])->first()
            ?? throw new Refusal("The module queue holds no open item $id.");
        $action = ModuleAction::from($item->module_action);
        // Only automation fills the queue, so a suspension found here was one for an overdue invoice.
        $extra = $action === ModuleAction::Suspend ? ['suspendreason' => Invoices::OVERDUE] : [];
        $outcome = $kernel->run((int) $item->service_id, $action, true, $extra);
        if ($outcome->succeeded()) {
            Capsule::table('tblmodulequeue')->where('id', $id)
                ->update(['completed' => 1, 'updated_at' => $this->clock->timestamp()]);
        }
        return $outcome;
    }

    /**
     * Open items in the order they were added.
     *
     * @return list<\stdClass>
     */
    public static function open(?int $serviceId = null): array
    {
        $items = Capsule::table('tblmodulequeue')->where('completed', 0)->orderBy('id');
        return ($serviceId === null ? $items : $items->where('service_id', $serviceId))->get()->all();
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

use Throwable;
use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Host\Pages;
use WhmcsSandbox\Kernel\ModuleAction;
use WhmcsSandbox\Kernel\ModuleQueue;
use WhmcsSandbox\Refusal;

/** `whmcs module` (the admin's buttons), `page` and `queue`. */
final class ModuleCommands
{
    private const BUTTONS = [
        'create' => ModuleAction::Create,
        'suspend' => ModuleAction::Suspend,
        'unsuspend' => ModuleAction::Unsuspend,
        'terminate' => ModuleAction::Terminate,
        'changepackage' => ModuleAction::ChangePackage,
    ];

    public function __construct(private readonly Host $host)
    {
    }

    public function module(Arguments $arguments): Report
    {
        $word = $arguments->words[0] ?? '';
        if ($word === 'testconnection') {
            return $this->testConnection($arguments);
        }
        $action = self::BUTTONS[$word]
            ?? throw new UsageError("Unknown module command '$word'; there are " . implode(', ', array_keys(self::BUTTONS))
                . ' and testconnection.');
        $extra = $action === ModuleAction::Suspend ? ['suspendreason' => $arguments->text('reason')] : [];
        return (new Report([], []))
            ->withOutcomes([$this->host->kernel->run($arguments->id('service'), $action, false, $extra)]);
    }

    public function page(Arguments $arguments): Report
    {
        $pages = new Pages($this->host);
        $html = match ($arguments->words[0] ?? '') {
            'client' => $pages->client($arguments->id('service')),
            'admin' => $pages->admin($arguments->id('service')),
            default => throw new UsageError('Say which page: `whmcs page client` or `whmcs page admin`.'),
        };
        return new Report(['html' => $html], [$html]);
    }

    public function queue(Arguments $arguments): Report
    {
        if (($arguments->words[0] ?? '') === 'retry') {
            return $this->retry(array_slice($arguments->words, 1));
        }
        if ($arguments->words !== []) {
            throw new UsageError('The queue can be shown (`whmcs queue`) or retried (`whmcs queue retry [ID]`).');
        }
        $items = ModuleQueue::open();
        return new Report(['queue' => $items], array_map(
            static fn (object $item): string => "#$item->id $item->module_action of service $item->service_id, retries "
                . "$item->num_retries: $item->last_attempt_error",
            $items
        ) ?: ['The module queue is empty.']);
    }

    /** @param list<string> $words the item's id, or none for all items */
    private function retry(array $words): Report
    {
        $ids = $words === []
            ? array_map(static fn (object $item): int => (int) $item->id, ModuleQueue::open())
            : [Arguments::number($words[0], '`whmcs queue retry`')];
        $outcomes = array_map(fn (int $id) => $this->host->kernel->queue->retry($id, $this->host->kernel), $ids);
        return (new Report(['retried' => $ids], []))->withOutcomes($outcomes);
    }

    private function testConnection(Arguments $arguments): Report
    {
        $serverId = $arguments->has('service')
            ? (int) Capsule::table('tblhosting')->where('id', $arguments->id('service'))->value('server')
            : $arguments->id('server', 1);
        try {
            $result = $this->host->kernel->callForServer($serverId, 'TestConnection')
                ?? throw new Refusal('The module has no TestConnection function.');
        } catch (Refusal $e) {
            throw $e;
        } catch (Throwable $e) {
            $this->host->defects->add('TestConnection threw ' . get_class($e) . ": {$e->getMessage()}");
            $result = ['success' => false, 'error' => $e->getMessage()];
        }
        if (!is_array($result) || !is_bool($result['success'] ?? null) || !is_string($result['error'] ?? null)) {
            $this->host->defects->add('TestConnection must return an array of success (bool) and error (string)');
            $result = ['success' => false, 'error' => 'the answer has the wrong shape'];
        }
        return new Report(
            ['server' => $serverId, 'error' => $result['error']],
            [$result['success'] ? "Server $serverId answers." : "Server $serverId: {$result['error']}"],
            $result['success']
        );
    }
}

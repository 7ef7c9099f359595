<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

use WhmcsSandbox\Kernel\Outcome;

/** What a command has to say: lines for people, data for programs, and whether all went well. */
final class Report
{
    /**
     * @param array<string, mixed> $data
     * @param list<string> $lines
     */
    public function __construct(public array $data, public array $lines, public bool $success = true)
    {
    }

    /** @param list<Outcome> $outcomes */
    public function withOutcomes(array $outcomes): self
    {
        foreach ($outcomes as $outcome) {
            $this->data['commands'][] = [
                'service' => $outcome->serviceId, 'action' => $outcome->action, 'state' => $outcome->state,
                'message' => $outcome->message,
            ];
            $this->lines[] = $outcome->succeeded()
                ? "$outcome->action of service $outcome->serviceId: success"
                : "$outcome->action of service $outcome->serviceId $outcome->state: $outcome->message";
            $this->success = $this->success && $outcome->succeeded();
        }
        return $this;
    }
}

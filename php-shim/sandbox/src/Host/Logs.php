<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Authentication\CurrentUser;
use WHMCS\Database\Capsule;

/** The activity log and the module log. */
final class Logs
{
    public function __construct(private readonly Clock $clock)
    {
    }

    public function activity(string $description, int $clientId = 0): void
    {
        Capsule::table('tblactivitylog')->insert([
            'date' => $this->clock->timestamp(),
            'description' => $description,
            'user' => (new CurrentUser())->admin()->username ?? (isset($_SESSION['uid']) ? 'Client' : 'System'),
            'userid' => $clientId,
            'ipaddr' => '',
        ]);
    }

    /**
     * Stores one module log entry, each given value replaced by asterisks of its length.
     * That is plain substring replacement: another encoding of a value is not found.
     *
     * @param list<string> $mask literal values, not key names
     */
    public function module(
        string $module,
        string $action,
        mixed $request,
        mixed $response,
        mixed $processed,
        array $mask
    ): void {
        $values = array_filter(array_map('strval', $mask), static fn (string $value): bool => $value !== '');
        $stars = array_map(static fn (string $value): string => str_repeat('*', strlen($value)), $values);
        $text = static fn (mixed $data): string => str_replace(
            $values,
            $stars,
            is_scalar($data) || $data === null ? (string) $data : print_r($data, true)
        );
        Capsule::table('tblmodulelog')->insert([
            'date' => $this->clock->timestamp(),
            'module' => $module,
            'action' => $action,
            'request' => $text($request),
            'response' => $text($response),
            'arrdata' => $text($processed),
        ]);
    }
}

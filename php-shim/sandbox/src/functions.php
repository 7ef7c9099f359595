<?php

/**
 * The global functions and classes WHMCS offers to modules, hooks and templates.
 * Each hands over to the current Host; signatures are those of the developer documentation.
 */

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WHMCS\View\Formatter\Price;
use WhmcsSandbox\Host\Host;

function add_hook(string $hookPoint, int $priority, callable|string $function): void
{
    Host::current()->hooks->add($hookPoint, $priority, $function(...));
}

/** @return list<mixed> */
function run_hook(string $hookPoint, mixed $args, bool $unpackArguments = false): array
{
    return Host::current()->hooks->run($hookPoint, $args);
}

function logModuleCall(
    string $module,
    string $action,
    mixed $requestString,
    mixed $responseData,
    mixed $processedData = '',
    array $replaceVars = []
): void {
    Host::current()->logs->module($module, $action, $requestString, $responseData, $processedData, $replaceVars);
}

function logActivity(string $message, int $clientId = 0): void
{
    Host::current()->logs->activity($message, $clientId);
}

/** @return array<string, mixed> */
function localAPI(string $command, array $values = [], string $adminUser = ''): array
{
    return Host::current()->api->call($command, $values);
}

function encrypt(string $text): string
{
    return Host::current()->encryption->encrypt($text);
}

function decrypt(string $text): string
{
    return Host::current()->encryption->decrypt($text);
}

/**
 * The CSRF token of the session, the same in both areas.
 *
 * @param string $kind `plain` (the token), `link` (for a query string) or `form` (a hidden input)
 */
function generate_token(string $kind = 'form'): string
{
    $token = $_SESSION['token'] ??= bin2hex(random_bytes(20));
    return match ($kind) {
        'plain' => $token,
        'link' => "&token=$token",
        default => '<input type="hidden" name="token" value="' . $token . '" />',
    };
}

/** Whether the request carries the right CSRF token; with $throw a wrong one is an exception. */
function check_token(string $namespace = 'WHMCS.default', bool $throw = false): bool
{
    $given = $_REQUEST['token'] ?? '';
    $valid = is_string($given) && hash_equals(generate_token('plain'), $given);
    if (!$valid && $throw) {
        throw new RuntimeException('Invalid token');
    }
    return $valid;
}

/** @return array{id: int, code: string, prefix: string, suffix: string, format: int, rate: string} */
function getCurrency(int|string $clientId = 0): array
{
    $id = Capsule::table('tblclients')->where('id', $clientId)->value('currency');
    $row = Capsule::table('tblcurrencies')->find($id) ?? Capsule::table('tblcurrencies')->where('default', 1)->first();
    return array_diff_key((array) $row, ['default' => 0]);
}

function formatCurrency(float|int|string $amount, int $currencyId = 0): Price
{
    $row = Capsule::table('tblcurrencies')->find($currencyId) ?? Capsule::table('tblcurrencies')->where('default', 1)->first();
    return new Price((float) $amount, (array) $row);
}

/** Today in the display format DD/MM/YYYY. */
function getTodaysDate(bool $client = false): string
{
    return Host::current()->clock->now()->format('d/m/Y');
}

/** A database date (`0000-00-00` stays an empty date) in the display format. */
function fromMySQLDate(string $date, bool $time = false, bool $client = false): string
{
    if (!preg_match('/^(\d{4})-(\d\d)-(\d\d)(?: (\d\d:\d\d))?/', $date, $m)) {
        return '';
    }
    return "$m[3]/$m[2]/$m[1]" . ($time && isset($m[4]) ? " $m[4]" : '');
}

/** A displayed date DD/MM/YYYY as the database stores it; anything else gives the empty date. */
function toMySQLDate(string $date): string
{
    return preg_match('#^(\d\d)/(\d\d)/(\d{4})$#', $date, $m) ? "$m[3]-$m[2]-$m[1]" : '0000-00-00';
}

/** Translations of the host; a key without a translation is returned as it is. */
class Lang
{
    private const TEXTS = [
        'clientareastatus' => 'Status',
        'clientareausername' => 'Username',
        'clientareapassword' => 'Password',
        'clientareadiskusage' => 'Disk Usage',
    ];

    public static function trans(string $key, array $parameters = []): string
    {
        return strtr(self::TEXTS[$key] ?? $key, $parameters);
    }
}

<?php

/**
 * WHMCS provisioning module for S3 storage sold through ostor-bridge.
 *
 * Only the functions WHMCS calls by name stand here, one statement each. What they do is in lib/;
 * every rule about accounts, limits and retries lives in the ostor-bridge service.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Ostor\Account;
use WHMCS\Module\Server\Ostor\ClientKeys;
use WHMCS\Module\Server\Ostor\ClientMenu;
use WHMCS\Module\Server\Ostor\ClientPages;
use WHMCS\Module\Server\Ostor\Command;
use WHMCS\Module\Server\Ostor\MetricProvider;
use WHMCS\Module\Server\Ostor\Params;
use WHMCS\Module\Server\Ostor\Settings;
use WHMCS\Module\Server\Ostor\Upkeep;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

require_once __DIR__ . '/classes.php';

/**
 * What WHMCS must know about the module before any server or product exists.
 *
 * @return array<string, mixed>
 */
function ostor_MetaData(): array
{
    return Settings::metaData();
}

/**
 * The product's Module Settings. WHMCS stores them by position: append, never insert or reorder.
 *
 * @param mixed $params passed in some contexts only, and not needed
 * @return array<string, array<string, mixed>>
 */
function ostor_ConfigOptions($params = []): array
{
    return Settings::configOptions();
}

/**
 * Button "Test Connection" of the server form; the values come from the form, saved or not.
 *
 * @param array<string, mixed> $params
 * @return array{success: bool, error: string} error is HTML
 */
function ostor_TestConnection(array $params): array
{
    return Command::testConnection($params);
}

/**
 * Creates the S3 user of a service and stores its credentials. Repeating it changes nothing.
 *
 * @param array<string, mixed> $params
 * @return string "success" or a sentence for staff
 */
function ostor_CreateAccount(array $params): string
{
    return Command::run($params, static function (Account $account): void {
        $account->create();
    });
}

/**
 * Locks the S3 user out; data stays.
 *
 * @param array<string, mixed> $params
 * @return string "success" or a sentence for staff
 */
function ostor_SuspendAccount(array $params): string
{
    return Command::run($params, static function (Account $account): void {
        $account->suspend();
    });
}

/**
 * Lets a suspended S3 user in again.
 *
 * @param array<string, mixed> $params
 * @return string "success" or a sentence for staff
 */
function ostor_UnsuspendAccount(array $params): string
{
    return Command::run($params, static function (Account $account): void {
        $account->unsuspend();
    });
}

/**
 * Ends the service the way its setting "On termination" says.
 *
 * @param array<string, mixed> $params
 * @return string "success" or a sentence for staff
 */
function ostor_TerminateAccount(array $params): string
{
    return Command::run($params, static function (Account $account): void {
        $account->terminate();
    });
}

/**
 * Applies quota and limits of the (new) product and configurable options.
 *
 * @param array<string, mixed> $params
 * @return string "success" or a sentence for staff
 */
function ostor_ChangePackage(array $params): string
{
    return Command::run($params, static function (Account $account): void {
        $account->changePackage();
    });
}

/**
 * Further buttons of the admin's service page: those about a deletion where there may be one, or where WHMCS does not
 * say which service it is.
 *
 * @param mixed $params not documented, and used where they are passed
 * @return array<string, string> label => end of a function's name
 */
function ostor_AdminCustomButtonArray($params = []): array
{
    return Settings::buttons((new Params(is_array($params) ? $params : []))->status());
}

/**
 * Makes a new key pair and stores it in the service; the old one works until it is revoked.
 *
 * @param array<string, mixed> $params
 * @return string "success" or a sentence for staff
 */
function ostor_rotateKeys(array $params): string
{
    return Command::button($params, static function (Upkeep $upkeep): void {
        $upkeep->rotateKeys();
    });
}

/**
 * Has the service page show the credentials once.
 *
 * @param array<string, mixed> $params
 * @return string "success" or a sentence for staff
 */
function ostor_showCredentials(array $params): string
{
    return Command::button($params, static function (Upkeep $upkeep): void {
        $upkeep->showCredentials();
    });
}

/**
 * Puts the plan of the service in force again, as Change Package does.
 *
 * @param array<string, mixed> $params
 * @return string "success" or a sentence for staff
 */
function ostor_reapplyPlan(array $params): string
{
    return ostor_ChangePackage($params);
}

/**
 * Writes the usage columns of this service alone.
 *
 * @param array<string, mixed> $params
 * @return string "success" or a sentence for staff
 */
function ostor_refreshUsage(array $params): string
{
    return Command::button($params, static function (Upkeep $upkeep): void {
        $upkeep->refreshUsage();
    });
}

/**
 * Lets the S3 user in again where WHMCS has the service as active.
 *
 * @param array<string, mixed> $params
 * @return string "success" or a sentence for staff
 */
function ostor_enableUser(array $params): string
{
    return Command::button($params, static function (Upkeep $upkeep): void {
        $upkeep->unsuspend();
    });
}

/**
 * Has a deletion that is blocked, or waits for its next attempt, go on.
 *
 * @param array<string, mixed> $params
 * @return string "success" or a sentence for staff
 */
function ostor_retryDeletion(array $params): string
{
    return Command::button($params, static function (Upkeep $upkeep): void {
        $upkeep->retryDeletion();
    });
}

/**
 * Takes a deletion back that has not deleted anything yet; the user stays locked out.
 *
 * @param array<string, mixed> $params
 * @return string "success" or a sentence for staff
 */
function ostor_cancelDeletion(array $params): string
{
    return Command::button($params, static function (Upkeep $upkeep): void {
        $upkeep->cancelDeletion();
    });
}

/**
 * Fields of the admin's service page: what WHMCS, the bridge and the gateway each hold.
 *
 * @param array<string, mixed> $params
 * @return array<string, string> label => HTML
 */
function ostor_AdminServicesTabFields(array $params): array
{
    return Command::serviceTab($params);
}

/**
 * Disk and bandwidth columns of all services of a server, once a day from WHMCS's cron.
 *
 * @param array<string, mixed> $params of the server record
 */
function ostor_UsageUpdate(array $params): void
{
    Command::usageUpdate($params);
}

/**
 * The metrics of WHMCS's Usage Billing and their figures.
 *
 * @param array<string, mixed> $params of a server record; empty where WHMCS asks about a product
 */
function ostor_MetricProvider(array $params): MetricProvider
{
    // Its interfaces exist in WHMCS only, and this file has to load without.
    require_once __DIR__ . '/lib/MetricProvider.php';

    return new MetricProvider($params);
}

/**
 * The accounts of a server for Server Sync, all or none.
 *
 * @param array<string, mixed> $params of the server record
 * @return array{success: bool, accounts?: array<int, array<string, string>>, error?: string} error is HTML
 */
function ostor_ListAccounts(array $params): array
{
    return Command::listAccounts($params);
}

/**
 * The customer's page of a service, or the page of it that the address asks for.
 *
 * @param array<string, mixed> $params
 * @return array<string, mixed> template and variables
 */
function ostor_ClientArea(array $params): array
{
    return ClientPages::show($params);
}

/**
 * Functions customers may call without a button of WHMCS's: the forms of the customer's pages. Which of name and value
 * WHMCS looks at is in no document, so they are the same.
 *
 * @return array<string, string>
 */
function ostor_ClientAreaAllowedFunctions(): array
{
    return [
        'clientRotateKey' => 'clientRotateKey',
        'clientRevokeKey' => 'clientRevokeKey',
        'clientShowKeys' => 'clientShowKeys',
        'clientCreateSubAccount' => 'clientCreateSubAccount',
        'clientDeleteSubAccount' => 'clientDeleteSubAccount',
        'clientDownloadUsage' => 'clientDownloadUsage',
    ];
}

/**
 * The action of the service on the customer's home page.
 *
 * @param array<string, mixed> $params
 * @return object|array<int, mixed> a CustomActionCollection where WHMCS has it
 */
function ostor_CustomActions(array $params)
{
    return ClientMenu::actions($params);
}

/**
 * Makes a new key pair for the customer; the old one works until it is revoked.
 *
 * @param array<string, mixed> $params
 * @return array<string, mixed> page
 */
function ostor_clientRotateKey(array $params): array
{
    return ClientPages::change($params, static function (ClientKeys $keys): array {
        return $keys->rotate(ClientPages::text($_POST, 'sub'));
    });
}

/**
 * Revokes a key of the customer that is not the one in use.
 *
 * @param array<string, mixed> $params
 * @return array<string, mixed> page
 */
function ostor_clientRevokeKey(array $params): array
{
    return ClientPages::change($params, static function (ClientKeys $keys): array {
        return $keys->revoke(ClientPages::text($_POST, 'sub'), ClientPages::text($_POST, 'key'));
    });
}

/**
 * Shows the customer's secret keys on the page it answers with.
 *
 * @param array<string, mixed> $params
 * @return array<string, mixed> page
 */
function ostor_clientShowKeys(array $params): array
{
    return ClientPages::change($params, static function (ClientKeys $keys): array {
        return $keys->show(ClientPages::text($_POST, 'sub'));
    });
}

/**
 * Makes a sub-account with a key pair of its own.
 *
 * @param array<string, mixed> $params
 * @return array<string, mixed> page
 */
function ostor_clientCreateSubAccount(array $params): array
{
    return ClientPages::change($params, static function (ClientKeys $keys): array {
        return $keys->create(ClientPages::text($_POST, 'sub'));
    });
}

/**
 * Deletes a sub-account with its keys.
 *
 * @param array<string, mixed> $params
 * @return array<string, mixed> page
 */
function ostor_clientDeleteSubAccount(array $params): array
{
    return ClientPages::change($params, static function (ClientKeys $keys): array {
        return $keys->delete(ClientPages::text($_POST, 'sub'));
    });
}

/**
 * Sends a month's usage as a file.
 *
 * @param array<string, mixed> $params
 * @return array<string, mixed> page that says why there is no file
 */
function ostor_clientDownloadUsage(array $params): array
{
    return ClientPages::download($params);
}

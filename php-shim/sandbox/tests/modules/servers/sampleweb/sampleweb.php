<?php

/** Uses every way a module has to show something in a browser. The service's domain chooses how commands end. */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\CustomAction;
use WHMCS\Module\Server\CustomActionCollection;

function sampleweb_ConfigOptions($params = []): array
{
    return [
        'Storage quota (GB)' => ['Type' => 'text', 'Default' => '7', 'Description' => 'In <em>GB</em>'],
        'policy' => ['FriendlyName' => 'On termination', 'Type' => 'dropdown', 'Options' => 'refuse|Refuse,purge|Purge', 'Default' => 'refuse'],
        'Versions' => ['Type' => 'yesno'],
        'Region' => ['Type' => 'radio', 'Options' => 'north,south', 'Default' => 'south'],
        'Remark' => ['Type' => 'textarea', 'Default' => ''],
    ];
}

function sampleweb_CreateAccount(array $params): string
{
    $params['model']->serviceProperties->save(['Username' => 'web1']);
    return 'success';
}

function sampleweb_SuspendAccount(array $params): string
{
    return $params['domain'] === 'refuse.example' ? 'The gateway said <em>no</em>' : 'success';
}

function sampleweb_TerminateAccount(array $params): string
{
    exit('half a page');
}

function sampleweb_AdminCustomButtonArray(): array
{
    return ['Poke it' => 'poke', 'Release' => 'release', 'Show page' => 'page'];
}

/** Answers with a sentence that holds the parameters' user name. */
function sampleweb_poke(array $params): string
{
    return $params['username'] === 'web1' ? 'success' : "Nobody to poke: {$params['username']}";
}

/** Changes what belongs to WHMCS the way it should be changed. */
function sampleweb_release(array $params): string
{
    return localAPI('UpdateClientProduct', ['serviceid' => $params['serviceid'], 'status' => 'Active'])['result'];
}

/** Writes to the row of the service itself, before and after asking the API for another change. */
function sampleweb_meddle(array $params): string
{
    $row = Capsule::table('tblhosting')->where('id', $params['serviceid']);
    $row->update(['notes' => 'before', 'suspendreason' => 'mine']);
    Capsule::table('tblconfiguration')->insert(['setting' => 'mine', 'value' => '1']);
    localAPI('UpdateClientProduct', ['serviceid' => $params['serviceid'], 'status' => 'Active', 'suspendreason' => '']);
    localAPI('UpdateClientProduct', ['serviceid' => $params['serviceid'], 'notes' => 'after']);
    $row->update(['dedicatedip' => '192.0.2.1']);
    return 'success';
}

/** Puts the service's password into its answer. */
function sampleweb_tell(array $params): string
{
    return 'The password is ' . $params['password'];
}

function sampleweb_number(array $params): int
{
    return 7;
}

function sampleweb_page(array $params): array
{
    return [
        'templatefile' => 'templates/page',
        'breadcrumb' => ['clientarea.php?action=productdetails&id=' . $params['serviceid'] => 'Keys'],
        'vars' => ['text' => 'a <page> of its own'],
    ];
}

function sampleweb_AdminServicesTabFields(array $params): array
{
    $value = htmlspecialchars($params['model']->serviceProperties->get('Label'), ENT_QUOTES);
    return ['Label' => '<input name="sampleweb_label" value="' . $value . '">'];
}

function sampleweb_AdminServicesTabFieldsSave(array $params): void
{
    $params['model']->serviceProperties->save(['Label' => $_POST['sampleweb_label'] ?? '']);
}

/** The domain `replace.example` gets the overview replaced, `broken.example` an exception. */
function sampleweb_ClientArea(array $params): array
{
    if ($params['domain'] === 'broken.example') {
        throw new RuntimeException('no client area today');
    }
    $key = $params['domain'] === 'replace.example' ? 'tabOverviewReplacementTemplate' : 'tabOverviewModuleOutputTemplate';
    return [$key => 'templates/overview.tpl', 'templateVariables' => ['note' => '<b>raw</b>']];
}

function sampleweb_ClientAreaCustomButtonArray(): array
{
    return ['Poke' => 'poke', 'Show page' => 'page'];
}

function sampleweb_ClientAreaAllowedFunctions(): array
{
    return ['release'];
}

function sampleweb_CustomActions(array $params): CustomActionCollection
{
    $go = static fn (string $where): array => $where === ''
        ? ['success' => false, 'errorMsg' => 'nowhere to go']
        : ['success' => true, 'redirectTo' => $where];
    $actions = new CustomActionCollection();
    $actions->add(CustomAction::factory('panel', 'Open the panel', $go, ['https://panel.example/in'], ['productsso']));
    $actions->add(CustomAction::factory('nowhere', 'Open nothing', $go, ['']));
    $actions->add(CustomAction::factory('off', 'Switched off', $go, ['https://panel.example/off'], [], false));
    return $actions;
}

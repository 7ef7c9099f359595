<?php

/** An addon module with a page, a sidebar, settings and a table of its own. */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Authentication\CurrentUser;
use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\SampleAddon\Notes;

function sample_addon_config(): array
{
    return [
        'name' => 'Sample & Addon', 'description' => 'Keeps notes', 'version' => getenv('SAMPLE_ADDON_VERSION') ?: '1.9',
        'author' => 'Nobody', 'language' => 'english',
        'fields' => [
            'greeting' => ['FriendlyName' => 'Greeting', 'Type' => 'text', 'Default' => 'Good day'],
            'loud' => ['FriendlyName' => 'Loud', 'Type' => 'yesno'],
            'key' => ['FriendlyName' => 'Key', 'Type' => 'password'],
        ],
    ];
}

function sample_addon_activate(): array
{
    if (Capsule::schema()->hasTable('mod_sample_notes')) {
        return ['status' => 'error', 'description' => 'The table is there already.'];
    }
    Capsule::schema()->create('mod_sample_notes', static function ($table): void {
        $table->increments('id');
        $table->text('note');
    });
    return ['status' => 'success', 'description' => 'The table was made.'];
}

function sample_addon_deactivate(): array
{
    Capsule::schema()->dropIfExists('mod_sample_notes');
    return ['status' => 'info', 'description' => 'The table is gone.'];
}

function sample_addon_upgrade(array $vars): void
{
    Notes::add("upgraded from {$vars['version']}");
}

/** Pages `leave` and `moved` redirect by themselves; a POST with the token adds a note. */
function sample_addon_output(array $vars): void
{
    if (($_GET['page'] ?? '') === 'leave') {
        header('Location: ' . $vars['modulelink']);
        exit;
    }
    if (($_GET['page'] ?? '') === 'moved') {
        header('Location: ' . $vars['modulelink'], true, 303);
        return;
    }
    if (($_GET['page'] ?? '') === 'throw') {
        throw new RuntimeException('no page today');
    }
    if (($_GET['page'] ?? '') === 'warn') {
        echo 'half ', $vars['no such setting'];
    }
    if ($_SERVER['REQUEST_METHOD'] === 'POST') {
        if (!check_token('WHMCS.admin.default')) {
            echo '<p id="refused">The form is too old.</p>';
            return;
        }
        Notes::add((string) $_POST['note']);
    }
    header('Cache-Control: no-store');
    $admin = (new CurrentUser())->admin();
    echo '<p id="addon">', htmlspecialchars("{$vars['_lang']['hello']} {$vars['greeting']} $admin->username {$vars['version']}"), '</p>';
    echo '<p id="loud">', $vars['loud'], '</p>';
    foreach (Notes::all() as $note) {
        echo '<li>', htmlspecialchars($note), '</li>';
    }
    echo '<form method="post" action="', $vars['modulelink'], '">', generate_token(), '</form>';
}

function sample_addon_sidebar(array $vars): string
{
    return '<p id="addon-sidebar">' . $vars['_lang']['beside'] . '</p>';
}

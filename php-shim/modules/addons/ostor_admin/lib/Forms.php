<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Markup;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * HTML forms. What changes something is sent by POST with WHMCS's token.
 */
final class Forms
{
    private const TOKEN_NAMESPACE = 'WHMCS.admin.default';

    /** Place of the ticket for the next form that shows secrets, in the session. */
    private const TICKET = 'ostor_admin_ticket';

    /** @var int number of the last input, for its id */
    private static $inputs = 0;

    /**
     * A form that does something.
     *
     * @param string $address of the page it stands on
     * @param array<string, string> $hidden further fields
     * @param Markup[] $inputs
     * @param string $style Bootstrap's name of the button: default, primary, danger
     */
    public static function action(
        string $address,
        string $action,
        string $button,
        array $hidden = [],
        array $inputs = [],
        string $style = 'default'
    ): Markup {
        $hidden = ['token' => \generate_token('plain'), 'action' => $action] + $hidden;

        // Forms that are a button only stand side by side where there is room.
        $display = $inputs === [] ? 'inline-block' : 'block';

        return Markup::tag(
            'form',
            [
                'method' => 'post',
                'action' => $address,
                'autocomplete' => 'off',
                'style' => 'display: ' . $display . '; margin: 0 6px 6px 0',
            ],
            self::hidden($hidden),
            $inputs,
            self::button($button, $style)
        );
    }

    /**
     * A form that looks for something. Its fields become the address.
     *
     * @param array<string, string> $hidden
     * @param Markup[] $inputs
     */
    public static function search(array $hidden, array $inputs, string $button): Markup
    {
        return Markup::tag(
            'form',
            [
                'method' => 'get',
                'action' => 'addonmodules.php',
                'class' => 'form-inline',
                'role' => 'search',
                // There may be two on a page.
                'aria-label' => $button,
                'style' => 'margin-bottom: 12px',
            ],
            self::hidden($hidden),
            array_map(static function (Markup $input): Markup {
                return Markup::join($input, ' ');
            }, $inputs),
            self::button($button, 'default')
        );
    }

    /**
     * A text field with its label and a line of help.
     *
     * @param int $longest characters
     */
    public static function text(string $name, string $label, string $value, int $longest, string $help = ''): Markup
    {
        $id = self::id($name);

        return Markup::tag(
            'div',
            ['class' => 'form-group'],
            Markup::tag('label', ['for' => $id], $label),
            ' ',
            Markup::tag('input', [
                'type' => 'text',
                'class' => 'form-control',
                'id' => $id,
                'name' => $name,
                'value' => $value,
                'maxlength' => $longest,
                'aria-describedby' => $help === '' ? null : $id . '-help',
            ]),
            $help === '' ? null : Markup::tag('p', ['class' => 'help-block', 'id' => $id . '-help'], $help)
        );
    }

    /**
     * Fields side by side where there is room.
     *
     * @param Markup[] $inputs
     */
    public static function columns(array $inputs): Markup
    {
        return Markup::tag('div', ['class' => 'row'], array_map(static function (Markup $input): Markup {
            return Markup::tag('div', ['class' => 'col-sm-4'], $input);
        }, $inputs));
    }

    /**
     * @param array<string, string> $options value => text
     */
    public static function select(string $name, string $label, array $options, string $chosen): Markup
    {
        $id = self::id($name);
        $items = [];
        foreach ($options as $value => $text) {
            $items[] = Markup::tag('option', [
                'value' => (string) $value,
                'selected' => (string) $value === $chosen,
            ], $text);
        }

        return Markup::tag(
            'div',
            ['class' => 'form-group'],
            Markup::tag('label', ['for' => $id], $label),
            ' ',
            Markup::tag('select', ['class' => 'form-control', 'id' => $id, 'name' => $name], $items)
        );
    }

    /**
     * Refuses a form that this admin's page did not send.
     *
     * @throws Failure
     */
    public static function checkToken(): void
    {
        try {
            $valid = \check_token(self::TOKEN_NAMESPACE, true);
        } catch (\Throwable $problem) {
            $valid = false;
        }
        // WHMCS throws for a wrong token; what it returns otherwise is not documented.
        if ($valid === false) {
            throw new Failure(Texts::text('token_wrong'));
        }
    }

    /**
     * What makes a form good for one time in a session.
     */
    public static function ticket(): string
    {
        return (string) (int) ($_SESSION[self::TICKET] ?? 0);
    }

    /**
     * Whether the form was not sent before; from now on it was.
     */
    public static function redeem(string $ticket): bool
    {
        if ($ticket !== self::ticket()) {
            return false;
        }
        $_SESSION[self::TICKET] = (int) $ticket + 1;

        return true;
    }

    /**
     * @param array<string, string> $fields
     * @return Markup[]
     */
    private static function hidden(array $fields): array
    {
        $inputs = [];
        foreach ($fields as $name => $value) {
            $inputs[] = Markup::tag('input', ['type' => 'hidden', 'name' => (string) $name, 'value' => $value]);
        }

        return $inputs;
    }

    private static function button(string $text, string $style): Markup
    {
        return Markup::tag('button', ['type' => 'submit', 'class' => 'btn btn-' . $style], $text);
    }

    private static function id(string $name): string
    {
        return 'ostor-' . $name . '-' . ++self::$inputs;
    }
}

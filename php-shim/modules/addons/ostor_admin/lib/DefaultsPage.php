<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Markup;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The quotas of users and buckets that have none of their own.
 */
final class DefaultsPage
{
    public const KINDS = ['user', 'bucket'];

    public static function show(View $view): Markup
    {
        $asked = [];
        foreach (self::KINDS as $kind) {
            $asked[$kind] = $view->cluster->ask('quotas.get', ['default' => $kind], []);
        }
        $sections = [];
        foreach (self::KINDS as $kind) {
            $title = Texts::text('defaults_' . $kind);
            $sections[] = $view->section($title, static function () use ($view, $asked, $kind): array {
                return LimitForms::quota($view, $view->address('defaults'), $asked[$kind](), ['default' => $kind]);
            });
        }

        return Markup::join(Markup::tag('p', [], Texts::text('defaults_help')), $sections);
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Markup;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One bucket: facts, limits, quota, deletion.
 */
final class BucketPage
{
    public static function show(View $view): Markup
    {
        $bucket = ['bucket' => $view->request->bucket()];
        $address = $view->address('bucket', $bucket);
        $asked = [
            'bucket' => $view->cluster->ask('buckets.get', $bucket, ['name' => 'string']),
            'limits' => $view->cluster->ask('limits.get', $bucket, ['limits' => 'array']),
            'quota' => $view->cluster->ask('quotas.get', $bucket, []),
        ];
        $title = Texts::text('bucket_title', $bucket['bucket']);

        return Markup::join(
            $view->section($title, static function () use ($view, $asked, $address): array {
                return [
                    self::facts($view, $asked['bucket']()),
                    Markup::tag('p', [], Texts::text('bucket_delete_help')),
                    Forms::action($address, 'delete_bucket', Texts::text('bucket_delete_button'), [], [], 'danger'),
                ];
            }),
            $view->section(Texts::text('limits_title'), static function () use ($view, $asked, $address): array {
                return LimitForms::limits($view, $address, $asked['limits']()['limits']);
            }),
            $view->section(Texts::text('quota_title'), static function () use ($view, $asked, $address): array {
                return LimitForms::quota($view, $address, $asked['quota']());
            })
        );
    }

    /**
     * @param array<string, mixed> $bucket
     */
    private static function facts(View $view, array $bucket): Markup
    {
        $owner = $bucket['owner_id'] ?? null;

        return View::facts([
            Texts::text('owner') => $view->user($owner, Units::text($bucket['owner_email'] ?? $owner)),
            Texts::text('owner_id') => Units::text($owner),
            Texts::text('service') => $view->service($bucket['service'] ?? null),
            Texts::text('size') => Units::bytes($bucket['bytes'] ?? null),
            Texts::text('size_most') => Units::bytes($bucket['bytes_hmax'] ?? null),
            Texts::text('byte_hours') => Units::number($bucket['byte_hours'] ?? null),
            Texts::text('created') => Units::text($bucket['created'] ?? null),
            Texts::text('last_changed') => Units::text($bucket['last_changed'] ?? null),
            Texts::text('epoch') => Units::number($bucket['epoch'] ?? null),
        ]);
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Markup;
use WHMCS\Module\Server\Ostor\Settings;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The forms for limits and quotas of a user or bucket, and what they send, as the bridge takes it.
 */
final class LimitForms
{
    /** Field => its member among the bridge's requests per second. */
    private const OPERATIONS = [
        'limit_default' => 'default',
        'limit_get' => 'get',
        'limit_put' => 'put',
        'limit_list' => 'list',
        'limit_delete' => 'delete',
    ];

    /** Field => the name of the product setting for the same. */
    private const LABELS = [
        'limit_default' => Settings::REQUESTS,
        'limit_get' => Settings::GET,
        'limit_put' => Settings::PUT,
        'limit_list' => Settings::LIST,
        'limit_delete' => Settings::DELETE,
        'limit_bandwidth' => Settings::BANDWIDTH,
    ];

    private const LONGEST_NUMBER = 18;

    /** Numbers the gateway keeps as they are. */
    private const HIGHEST_LIMIT = 1000000000;
    private const HIGHEST_QUOTA = 1073741824;

    /**
     * @param array<string, mixed> $limits as the bridge sends them
     * @return array<int, mixed>
     */
    public static function limits(View $view, string $address, array $limits): array
    {
        $now = self::shown($limits);
        $inputs = [];
        $hidden = [];
        foreach (self::LABELS as $field => $label) {
            $hidden['was_' . $field] = $now[$field];
            $typed = self::typed($view, 'set_limits', $field, $now[$field]);
            $inputs[] = Forms::text($field, $label, $typed, self::LONGEST_NUMBER);
        }

        return [
            Markup::tag('p', [], Texts::text('limits_help')),
            Forms::action($address, 'set_limits', Texts::text('limits_button'), $hidden, [
                Forms::columns($inputs),
            ], 'primary'),
            Forms::action($address, 'delete_limits', Texts::text('limits_delete_ops'), ['type' => 'ops']),
            Forms::action($address, 'delete_limits', Texts::text('limits_delete_bandwidth'), ['type' => 'bandwidth']),
            Forms::action($address, 'delete_limits', Texts::text('limits_delete_all'), []),
        ];
    }

    /**
     * @param array<string, mixed> $result of quotas.get
     * @param array<string, string> $hidden further fields
     * @return array<int, mixed>
     */
    public static function quota(View $view, string $address, array $result, array $hidden = []): array
    {
        $quota = $result['quota_gb'] ?? null;
        $now = is_int($quota) ? (string) $quota : '';
        // Two forms of the page of defaults have the same field.
        $typed = $hidden === [] ? self::typed($view, 'set_quota', 'quota', $now) : $now;
        $remove = Forms::action($address, 'delete_quota', Texts::text('quota_delete_button'), $hidden);

        return [
            Markup::tag('p', [], $now === '' ? Texts::text('quota_none') : Texts::text('quota_now', $now)),
            Forms::action($address, 'set_quota', Texts::text('quota_button'), $hidden, [
                Forms::text('quota', Texts::text('field_quota'), $typed, self::LONGEST_NUMBER),
            ], 'primary'),
            $now === '' ? null : $remove,
        ];
    }

    /**
     * The limits of a form that are not what they were when it was made, null for unlimited.
     *
     * @return array<string, mixed> as the bridge takes them
     * @throws Failure
     */
    public static function changed(Request $request): array
    {
        $operations = [];
        $limits = [];
        foreach (self::LABELS as $field => $label) {
            $text = $request->field($field, self::LONGEST_NUMBER);
            if (!$request->has($field) || $text === $request->field('was_' . $field, self::LONGEST_NUMBER)) {
                continue;
            }
            $number = self::number($label, $text);
            if (isset(self::OPERATIONS[$field])) {
                $operations[self::OPERATIONS[$field]] = $number;
            } else {
                $limits['bandwidth_out_kbps'] = $number;
            }
        }
        if ($operations !== []) {
            $limits['ops_per_second'] = $operations;
        }
        if ($limits === []) {
            throw new Failure(Texts::text('limits_unchanged'));
        }

        return $limits;
    }

    /**
     * The quota of a form.
     *
     * @throws Failure
     */
    public static function quotaOf(Request $request): int
    {
        $text = $request->filled('quota', self::LONGEST_NUMBER);
        if (preg_match('/^[0-9]+$/D', $text) !== 1 || (int) $text < 1 || (int) $text > self::HIGHEST_QUOTA) {
            throw new Failure(Texts::text('quota_wrong', $text, self::HIGHEST_QUOTA));
        }

        return (int) $text;
    }

    /**
     * Limits in words, for a sentence.
     *
     * @param array<string, mixed> $limits
     */
    public static function words(array $limits): string
    {
        $words = [];
        foreach (self::shown($limits) as $field => $text) {
            if ($text !== '') {
                $words[] = self::LABELS[$field] . ' ' . $text;
            }
        }

        return $words === [] ? Texts::text('limits_none') : implode(', ', $words);
    }

    /**
     * @param array<string, mixed> $limits
     * @return array<string, string> field => number, '' for unlimited
     */
    private static function shown(array $limits): array
    {
        $rates = is_array($limits['ops_per_second'] ?? null) ? $limits['ops_per_second'] : [];
        $values = [];
        foreach (self::OPERATIONS as $field => $member) {
            $values[$field] = $rates[$member] ?? null;
        }
        $values['limit_bandwidth'] = $limits['bandwidth_out_kbps'] ?? null;

        return array_map(static function ($value): string {
            return is_int($value) || is_float($value) ? (string) $value : '';
        }, $values);
    }

    /**
     * What was typed into a form that was refused, else what is in force.
     */
    private static function typed(View $view, string $action, string $field, string $now): string
    {
        $request = $view->request;
        if (!$request->isPost() || $request->field('action', Actions::LONGEST_ACTION) !== $action) {
            return $now;
        }
        try {
            return $request->field($field, self::LONGEST_NUMBER);
        } catch (Failure $failure) {
            return $now;
        }
    }

    /**
     * @return int|float|null
     */
    private static function number(string $label, string $text)
    {
        if ($text === '' || strcasecmp($text, 'unlimited') === 0) {
            return null;
        }
        if (preg_match('/^([0-9]+(\.[0-9]{1,2})?|\.[0-9]{1,2})$/D', $text) !== 1) {
            throw new Failure(Texts::text('limit_wrong', $label, $text));
        }
        $number = strpos($text, '.') === false ? (int) $text : (float) $text;
        if ($number <= 0 || $number > self::HIGHEST_LIMIT) {
            throw new Failure(Texts::text('limit_wrong', $label, $text));
        }

        return $number;
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Links;
use WHMCS\Module\Server\Ostor\Markup;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Where WHMCS, the bridge's records and the cluster disagree, each with its repair.
 */
final class DriftPage
{
    /** Findings listed of a kind. */
    private const LINES = 200;

    /** Bytes of a finding that is sent back. */
    private const LONGEST_FINDING = 8000;

    /** Kind of a finding => the key of its heading. */
    private const KINDS = [
        'user_missing' => 'drift_user_missing',
        'service_without_account' => 'drift_service_without_account',
        'account_without_service' => 'drift_account_without_service',
        'user_without_account' => 'drift_user_without_account',
        'state_differs' => 'drift_state_differs',
        'status_differs' => 'drift_status_differs',
        'plan_differs' => 'drift_plan_differs',
        'more_keys' => 'drift_more_keys',
        'duplicate_identity' => 'drift_duplicate_identity',
        'identity_changed' => 'drift_identity_changed',
        'user_id_differs' => 'drift_user_id_differs',
        'terminated_but_there' => 'drift_terminated_but_there',
        'usage_without_account' => 'drift_usage_without_account',
    ];

    public static function show(View $view): Markup
    {
        return $view->section(Texts::text('drift_title'), static function () use ($view): array {
            $isWanted = $view->request->wantsRun();

            return [
                Markup::tag('p', [], Texts::text('drift_help')),
                Forms::search([
                    'module' => Links::ADDON,
                    'server' => (string) $view->cluster->serverId(),
                    'page' => 'drift',
                    'run' => '1',
                ], [], Texts::text($isWanted ? 'drift_again_button' : 'drift_button')),
                $isWanted ? $view->attempt(static function () use ($view): array {
                    return self::report($view);
                }) : null,
            ];
        });
    }

    /**
     * @return array<int, Markup|array<int, Markup>>
     */
    private static function report(View $view): array
    {
        $report = $view->cluster->study('drift.report', ['services' => Services::compared($view->cluster)], [
            'accounts' => 'integer',
            'users' => 'integer',
            'findings' => 'array',
        ]);
        $byKind = [];
        foreach (View::items($report['findings']) as $finding) {
            $byKind[View::name($finding['kind'] ?? null)][] = $finding;
        }
        $parts = [Markup::tag('p', [], Texts::text(
            'drift_total',
            count(View::items($report['findings'])),
            $report['accounts'],
            $report['users']
        ))];
        // In the order of the headings; kinds a newer bridge knows come last, under their own names.
        $known = array_intersect_key(self::KINDS, $byKind);
        foreach (array_keys($known + $byKind) as $kind) {
            $parts[] = self::kind($view, (string) $kind, $byKind[$kind]);
        }

        return $parts;
    }

    /**
     * @param array<int, array<string, mixed>> $findings
     * @return Markup[]
     */
    private static function kind(View $view, string $kind, array $findings): array
    {
        $rows = [];
        foreach (array_slice($findings, 0, self::LINES) as $finding) {
            $user = $finding['user_id'] ?? null;
            $service = $finding['service_id'] ?? null;
            $rows[] = [
                is_int($service) ? $view->serviceLink($service) : Texts::text('service_none'),
                $view->user($user, Units::text($user)),
                Units::text($finding['sentence'] ?? null),
                self::form($view, $finding),
            ];
        }
        $title = isset(self::KINDS[$kind]) ? Texts::text(self::KINDS[$kind]) : $kind;
        $more = count($findings) - self::LINES;

        return [
            Markup::tag('h3', ['class' => 'h4'], Texts::text('drift_heading', $title, count($findings))),
            View::list(array_map([Texts::class, 'text'], ['service', 'user_id', 'drift_what', 'drift_repair']), $rows),
            $more > 0 ? Markup::tag('p', [], Texts::text('drift_more', $more)) : Markup::join(),
        ];
    }

    /**
     * @param array<string, mixed> $finding
     * @return string|Markup
     */
    private static function form(View $view, array $finding)
    {
        $repair = $finding['repair'] ?? null;
        if (!is_array($repair)) {
            return Texts::text('drift_by_hand');
        }
        $json = json_encode($finding, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);

        return Markup::join(
            Markup::tag('p', [], Units::text($repair['sentence'] ?? null)),
            Forms::action($view->address('drift', ['run' => 1]), 'repair', Texts::text('drift_repair_button'), [
                'finding' => (string) $json,
            ])
        );
    }

    /**
     * Repairs a finding, or tells what would be done.
     */
    public static function repair(View $view): Outcome
    {
        $finding = json_decode($view->request->filled('finding', self::LONGEST_FINDING), true);
        $repair = is_array($finding) ? $finding['repair'] ?? null : null;
        if (!is_array($repair)) {
            throw new Failure(Texts::text('finding_wrong'));
        }
        if (($repair['by'] ?? null) === 'whmcs') {
            return WhmcsRepair::run($view, $finding, View::name($repair['command'] ?? null));
        }
        $isConfirmed = $view->request->isConfirmed();
        $service = is_int($finding['service_id'] ?? null)
            ? Services::one($view->cluster, $finding['service_id'])
            : null;
        $result = $view->cluster->change('drift.repair', [
            'finding' => $finding,
            'dry_run' => !$isConfirmed,
            // What WHMCS has of the service now; an empty list says that it has none.
            'services' => $service === null ? [] : [$service],
        ], ['changes' => 'array', 'done' => 'boolean']);
        $changes = array_values(array_filter($result['changes'], 'is_string'));
        $sentence = View::name($finding['sentence'] ?? null);
        if ($changes === [] && !$result['done']) {
            return Outcome::done(Texts::text('drift_gone', $sentence));
        }

        return $isConfirmed
            ? Outcome::done(Texts::text('drift_done', implode(' ', $changes)))
            : Outcome::question(Texts::text('confirm_repair', $sentence), $changes);
    }
}

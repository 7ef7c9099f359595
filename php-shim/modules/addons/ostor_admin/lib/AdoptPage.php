<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Html;
use WHMCS\Module\Server\Ostor\Links;
use WHMCS\Module\Server\Ostor\Markup;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Which S3 users that were made without the bridge belong to which services, and taking them over.
 */
final class AdoptPage
{
    /** Services listed of an outcome. */
    private const LINES = 500;

    /** Outcomes that need somebody to look, in the order they are shown => the key of their heading. */
    private const OPEN = [
        'conflict' => 'adopt_conflict',
        'ambiguous' => 'adopt_ambiguous',
        'none' => 'adopt_none',
    ];

    public static function show(View $view): Markup
    {
        $isWanted = $view->request->wantsRun();

        return Markup::join(
            $view->section(Texts::text('adopt_title'), static function () use ($view, $isWanted): array {
                return [
                    Markup::tag('p', [], Texts::text('adopt_help')),
                    Forms::search([
                        'module' => Links::ADDON,
                        'server' => (string) $view->cluster->serverId(),
                        'page' => 'adopt',
                        'run' => '1',
                    ], [], Texts::text($isWanted ? 'adopt_again_button' : 'adopt_button')),
                    $isWanted ? $view->attempt(static function () use ($view): array {
                        return self::plan($view);
                    }) : null,
                ];
            }),
            $view->section(Texts::text('adopt_hand_title'), static function () use ($view, $isWanted): array {
                return [
                    Markup::tag('p', [], Texts::text('adopt_hand_help')),
                    Forms::action(
                        $view->address('adopt', ['run' => $isWanted ? 1 : null]),
                        'adopt',
                        Texts::text('adopt_hand_button'),
                        [],
                        [
                            Forms::text('service', Texts::text('audit_service'), '', 10),
                            Forms::text('user_id', Texts::text('user_id'), '', 16),
                            Forms::text('from', Texts::text('adopt_from'), '', 10),
                        ]
                    ),
                ];
            })
        );
    }

    /**
     * @return array<int, Markup|array<int, Markup>>
     */
    private static function plan(View $view): array
    {
        $plan = new AdoptionPlan($view->cluster);
        $parts = [Markup::tag('p', [], Texts::text('adopt_total', $plan->services(), $plan->adopted()))];
        $open = $plan->open();
        if ($open !== []) {
            $parts[] = self::heading('adopt_match', $open);
            $parts[] = self::allForm($view, $plan);
            $parts[] = self::table($view, $plan, $open, true);
        }
        foreach (self::OPEN as $outcome => $title) {
            $matches = $plan->with($outcome);
            if ($matches !== []) {
                $parts[] = self::heading($title, $matches);
                $parts[] = self::table($view, $plan, $matches, false);
            }
        }

        return $parts;
    }

    /**
     * @param array<int, array<string, mixed>> $matches
     */
    private static function heading(string $title, array $matches): Markup
    {
        $text = Texts::text('adopt_heading', Texts::text($title), count($matches));

        return Markup::tag('h3', ['class' => 'h4'], $text);
    }

    /**
     * Adopts all, a part at a time. After the first part it goes on without asking again.
     */
    private static function allForm(View $view, AdoptionPlan $plan): Markup
    {
        $after = $view->request->query('after', 18);
        $left = $plan->openAfter((int) $after);
        $isOn = $after !== '' && $left !== [];
        $button = $isOn ? ['adopt_on_button', count($left)] : ['adopt_all_button', count($plan->open())];

        return Forms::action(
            $view->address('adopt', ['run' => 1]),
            'adopt_all',
            Texts::text(...$button),
            $isOn ? ['after' => $after, 'confirmed' => '1'] : [],
            [],
            'primary'
        );
    }

    /**
     * @param array<string, mixed> $match
     */
    private static function oneForm(View $view, int $service, array $match): Markup
    {
        return Forms::action($view->address('adopt', ['run' => 1]), 'adopt', Texts::text('adopt_one_button'), [
            'service' => (string) $service,
            'user_id' => View::name($match['user_id'] ?? null),
            'identity' => View::name($match['identity'] ?? null),
        ] + (is_int($match['from_service_id'] ?? null) ? ['from' => (string) $match['from_service_id']] : []));
    }

    /**
     * @param array<int, array<string, mixed>> $matches by service
     */
    private static function table(View $view, AdoptionPlan $plan, array $matches, bool $canBeAdopted): Markup
    {
        $rows = [];
        foreach (array_slice($matches, 0, self::LINES, true) as $service => $match) {
            $user = $match['user_id'] ?? null;
            $sentences = array_filter(is_array($match['evidence'] ?? null) ? $match['evidence'] : [], 'is_string');
            $sentences[] = View::name($match['problem'] ?? null);
            $rows[] = [
                $view->serviceLink($service),
                $plan->email($service),
                Markup::join(
                    $view->user($user, Units::text($user)),
                    Markup::tag('div', [], View::name($match['identity'] ?? null))
                ),
                Html::bullets(array_filter($sentences, 'strlen')),
                $canBeAdopted ? self::oneForm($view, $service, $match) : '',
            ];
        }
        $more = count($matches) - self::LINES;

        return Markup::join(
            View::list(array_map([Texts::class, 'text'], [
                'service', 'email', 'user_id', 'adopt_evidence', 'adopt_action',
            ]), $rows),
            $more > 0 ? Markup::tag('p', [], Texts::text('drift_more', $more)) : null
        );
    }
}

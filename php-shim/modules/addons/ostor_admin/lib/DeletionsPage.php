<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Html;
use WHMCS\Module\Server\Ostor\Job;
use WHMCS\Module\Server\Ostor\Links;
use WHMCS\Module\Server\Ostor\Markup;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The deletions of a cluster, the latest first: how far each is, and what can be done about it.
 */
final class DeletionsPage
{
    public static function show(View $view): Markup
    {
        return $view->section(Texts::text('deletions_title'), static function () use ($view): array {
            $service = $view->request->query('service_id', 18);

            return [
                Markup::tag('p', [], Texts::text('deletions_help')),
                Forms::search(
                    ['module' => Links::ADDON, 'server' => (string) $view->cluster->serverId(), 'page' => 'deletions'],
                    [Forms::text('service_id', Texts::text('audit_service'), $service, 18)],
                    Texts::text('search_button')
                ),
                $view->attempt(static function () use ($view, $service): array {
                    return self::list($view, $service);
                }),
            ];
        });
    }

    /**
     * @return Markup[]
     */
    private static function list(View $view, string $service): array
    {
        $filter = $service === '' ? [] : ['service_id' => Services::number($service)];
        $cursor = $view->paging()['cursor'] ?? null;
        $result = $view->cluster->ask(
            'jobs.list',
            $filter + ($cursor === null ? [] : ['cursor' => $cursor]),
            ['jobs' => 'array']
        )();
        $rows = [];
        foreach (View::items($result['jobs']) as $job) {
            $rows[] = self::row($view, $job);
        }

        return [
            View::list([
                Texts::text('job'),
                Texts::text('service'),
                Texts::text('user_id'),
                Texts::text('job_progress'),
                Texts::text('job_action'),
            ], $rows),
            $view->pager('deletions', ['service_id' => $service === '' ? null : $service], $result),
        ];
    }

    /**
     * @param array<string, mixed> $job
     * @return array<string|Markup>
     */
    private static function row(View $view, array $job): array
    {
        $user = $job['user_id'] ?? null;
        $identity = Units::text($job['identity'] ?? null);
        $cells = [
            Units::number($job['job_id'] ?? null),
            self::service($view, $job),
            Markup::join($view->user($user, Units::text($user)), Markup::tag('div', [], $identity)),
        ];
        try {
            $known = new Job($job);
        } catch (Failure $failure) {
            return array_merge($cells, [$failure->getMessage(), '']);
        }

        return array_merge($cells, [
            Markup::join($known->bar(), Html::bullets($known->sentences())),
            self::forms($view, $known),
        ]);
    }

    /**
     * @param array<string, mixed> $job
     * @return string|Markup
     */
    private static function service(View $view, array $job)
    {
        $service = $job['service_id'] ?? null;

        return is_int($service) && View::name($job['client'] ?? null) === $view->cluster->client()
            ? $view->serviceLink($service)
            : Texts::text('service_of_other', Units::number($service), Units::text($job['client'] ?? null));
    }

    private static function forms(View $view, Job $job): Markup
    {
        $here = $view->address('deletions', ['service_id' => $view->request->query('service_id', 18) ?: null]);
        $hidden = ['job_id' => (string) $job->id()];

        return Markup::join(
            $job->mayRetry() ? Forms::action($here, 'retry_job', Texts::text('job_retry_button'), $hidden) : null,
            $job->mayCancel() ? Forms::action($here, 'cancel_job', Texts::text('job_cancel_button'), $hidden) : null
        );
    }

    /**
     * Has a deletion go on that is blocked, or failed and waits.
     */
    public static function retry(View $view): Outcome
    {
        return self::decide($view, 'jobs.retry', 'confirm_retry_job', 'done_retry_job');
    }

    /**
     * Takes a deletion back.
     */
    public static function cancel(View $view): Outcome
    {
        return self::decide($view, 'jobs.cancel', 'confirm_cancel_job', 'done_cancel_job');
    }

    private static function decide(View $view, string $method, string $question, string $done): Outcome
    {
        $number = $view->request->filled('job_id', 18);
        if (preg_match('/^[1-9][0-9]{0,17}$/D', $number) !== 1) {
            throw new Failure(Texts::text('job_wrong', $number));
        }
        $id = ['job_id' => (int) $number];
        if (!$view->request->isConfirmed()) {
            $job = $view->cluster->ask('jobs.get', $id, ['job_id' => 'integer'])();
            $about = Texts::text(
                'job_about',
                Units::number($job['service_id'] ?? null),
                Units::text($job['user_id'] ?? null)
            );

            return Outcome::question(
                Texts::text($question, $number),
                array_merge([$about], (new Job($job))->sentences())
            );
        }
        $job = $view->cluster->change($method, $id, ['job_id' => 'integer']);

        return Outcome::done(Texts::text($done, (new Job($job))->sentence()));
    }
}

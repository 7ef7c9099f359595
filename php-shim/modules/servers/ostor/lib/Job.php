<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A deletion the bridge works off, as staff read it on the service page and in the addon.
 */
final class Job
{
    private const STATES = [
        'waiting' => 'job_waiting', 'queued' => 'job_queued', 'running' => 'job_running', 'blocked' => 'job_blocked',
        'deleted' => 'job_deleted', 'cancelled' => 'job_cancelled',
    ];

    private const STAGES = [
        'disable' => 'stage_disable', 'revoke' => 'stage_revoke', 'uploads' => 'stage_uploads',
        'objects' => 'stage_objects', 'buckets' => 'stage_buckets', 'user' => 'stage_user', 'verify' => 'stage_verify',
    ];

    private const ENDED = ['blocked', 'deleted', 'cancelled'];

    private const GIGABYTE = 1073741824;

    /** @var array<string, mixed> */
    private $job;

    /**
     * @param array<string, mixed> $job as the bridge tells it
     * @throws Failure when it does not say which one it is, or where it stands
     */
    public function __construct(array $job)
    {
        if (!is_int($job['job_id'] ?? null)) {
            throw new Failure(Lang::text('job_unusable', 'job_id'));
        }
        if (!is_string($job['state'] ?? null) || !isset(self::STATES[$job['state']])) {
            throw new Failure(Lang::text('job_unusable', 'state'));
        }
        $this->job = $job;
    }

    public function id(): int
    {
        return $this->job['job_id'];
    }

    /**
     * Whether a further attempt can be asked for: it is blocked, or failed and waits.
     */
    public function mayRetry(): bool
    {
        return $this->job['state'] === 'blocked'
            || !$this->hasEnded() && is_string($this->job['next_attempt_at'] ?? null);
    }

    /**
     * Whether it can still be taken back, as far as is told here; the bridge knows for certain.
     */
    public function mayCancel(): bool
    {
        return in_array($this->job['state'], ['waiting', 'queued'], true)
            && !$this->number('objects_done') && !$this->number('buckets_done');
    }

    /**
     * Which job it is and where it stands.
     */
    public function sentence(): string
    {
        $state = $this->job['state'];
        $policy = $this->job['policy'] ?? '';
        $policy = is_string($policy) ? $policy : '';

        return Lang::text('job_is', $this->id(), $policy, Lang::text(self::STATES[$state], $this->time('due_at')));
    }

    /**
     * All that is known, a sentence each.
     *
     * @return string[]
     */
    public function sentences(): array
    {
        $sentences = [$this->sentence()];
        $stage = $this->job['stage'] ?? null;
        $stage = is_string($stage) ? self::STAGES[$stage] ?? null : null;
        if (in_array($this->job['state'], ['running', 'queued', 'blocked'], true) && $stage !== null) {
            $sentences[] = Lang::text('job_stage', Lang::text($stage));
        }
        $sentences = array_merge($sentences, $this->progress());
        if (!$this->hasEnded() && is_string($this->job['next_attempt_at'] ?? null)) {
            $sentences[] = Lang::text('job_next', (int) $this->number('attempts'), $this->time('next_attempt_at'));
        }
        $problem = $this->job['problem'] ?? null;
        if (is_string($problem) && $problem !== '') {
            $sentences[] = $problem;
        }
        if (is_string($this->job['blocked_until'] ?? null)) {
            $sentences[] = Lang::text('job_lock', $this->time('blocked_until'));
        }
        if (is_string($this->job['finished_at'] ?? null)) {
            $sentences[] = Lang::text('job_finished', $this->time('finished_at'));
        }

        return $sentences;
    }

    /**
     * How much of it is done, as a picture with its figure; null when that is not known or does not matter any more.
     */
    public function bar(): ?Markup
    {
        $percent = $this->percent();
        if ($percent === null || !in_array($this->job['state'], ['queued', 'running', 'blocked'], true)) {
            return null;
        }

        return Markup::tag(
            'div',
            ['class' => 'progress', 'style' => 'max-width: 30em'],
            Markup::tag('div', [
                'class' => 'progress-bar',
                'role' => 'progressbar',
                'aria-label' => Lang::text('job_bar'),
                'aria-valuenow' => $percent,
                'aria-valuemin' => 0,
                'aria-valuemax' => 100,
                'style' => 'min-width: 3em; width: ' . $percent . '%',
            ], $percent . ' %')
        );
    }

    /**
     * A time in the zone of PHP, to the minute.
     *
     * @param mixed $time RFC 3339
     */
    public static function moment($time): string
    {
        $seconds = is_string($time) ? strtotime($time) : false;

        return $seconds === false ? Lang::text('not_known') : date('Y-m-d H:i', $seconds);
    }

    /**
     * @return string[]
     */
    private function progress(): array
    {
        $sentences = [];
        $done = $this->number('objects_done');
        $left = $this->number('objects_left');
        if ($done !== null && ($done > 0 || $left !== null)) {
            $sentences[] = $left === null || $this->hasEnded()
                ? Lang::text('job_objects', $done, $this->bytes())
                : Lang::text('job_objects_left', $done, $this->bytes(), $left);
        }
        $buckets = $this->number('buckets_total');
        if ($buckets !== null && $buckets > 0) {
            $sentences[] = Lang::text('job_buckets', (int) $this->number('buckets_done'), $buckets);
        }
        $seconds = $this->number('seconds_left');
        if ($seconds !== null && !$this->hasEnded()) {
            $sentences[] = Lang::text('job_seconds', self::duration($seconds));
        }

        return $sentences;
    }

    private function bytes(): string
    {
        $done = number_format((int) $this->number('bytes_done') / self::GIGABYTE, 2, '.', '');
        $total = $this->number('bytes_total');

        return $total === null
            ? Lang::text('job_bytes', $done)
            : Lang::text('job_bytes_of', $done, number_format($total / self::GIGABYTE, 2, '.', ''));
    }

    /**
     * By objects where it can be estimated, else by bytes.
     */
    private function percent(): ?int
    {
        $done = $this->number('objects_done');
        $left = $this->number('objects_left');
        if ($done !== null && $left !== null && $done + $left > 0) {
            return (int) floor($done * 100 / ($done + $left));
        }
        $total = $this->number('bytes_total');

        return $total === null || $total === 0
            ? null
            : (int) floor(min((int) $this->number('bytes_done'), $total) * 100 / $total);
    }

    private function hasEnded(): bool
    {
        return in_array($this->job['state'], self::ENDED, true);
    }

    private function time(string $member): string
    {
        return self::moment($this->job[$member] ?? null);
    }

    private function number(string $member): ?int
    {
        $value = $this->job[$member] ?? null;

        return is_int($value) && $value >= 0 ? $value : null;
    }

    private static function duration(int $seconds): string
    {
        if ($seconds < 90) {
            return Lang::text('time_seconds', $seconds);
        }
        $minutes = intdiv($seconds, 60);
        if ($minutes < 90) {
            return Lang::text('time_minutes', $minutes);
        }
        $hours = intdiv($minutes, 60);

        return $hours < 48
            ? Lang::text('time_hours', $hours, $minutes % 60)
            : Lang::text('time_days', intdiv($hours, 24), $hours % 24);
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Job;
use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;

/**
 * Terminations that take longer than a call: what WHMCS is told, what the service page shows, and its two buttons.
 */
final class DeletionTest extends BridgeTestCase
{
    private const JOB = [
        'job_id' => 5, 'client' => 'whmcs-test', 'cluster' => 'eu1', 'service_id' => 42, 'user_id' => self::USER,
        'identity' => '7-42@ostor-bridge.invalid', 'policy' => 'purge', 'state' => 'running', 'stage' => 'objects',
        'due_at' => '2026-11-20T10:00:00Z', 'created_at' => '2026-11-20T10:00:00Z', 'started_at' => '2026-11-20T10:00:05Z',
        'finished_at' => null, 'buckets_done' => 0, 'buckets_total' => 3, 'objects_done' => 1000,
        'bytes_done' => 1073741824, 'bytes_total' => 5368709120, 'objects_left' => 4000, 'seconds_left' => 7500,
        'attempts' => 1, 'next_attempt_at' => null, 'problem' => null, 'blocked_until' => null,
    ];

    protected function setUp(): void
    {
        parent::setUp();
        $_SESSION = ['adminid' => 5];
        Host::$tables['tbladmins'] = [['id' => 5, 'username' => 'olivia']];
    }

    protected function tearDown(): void
    {
        $_SESSION = [];
    }

    /**
     * @return array<string, array{0: string, 1: array<string, mixed>, 2: string}>
     */
    public static function jobs(): array
    {
        $until = date('Y-m-d H:i', (int) strtotime('2026-12-24T18:00:00Z'));

        return [
            'grace' => ['grace', ['state' => 'grace', 'job_id' => 5, 'retained_until' => '2026-12-24T18:00:00Z'],
                'locked out and its data is kept until ' . $until . ', then deleted (job 5)'],
            'grace without an end' => ['grace', ['state' => 'grace', 'job_id' => null, 'retained_until' => null],
                'kept until not known, then deleted (job not known)'],
            'purge' => ['purge', ['state' => 'purging', 'job_id' => 6, 'retained_until' => null],
                'all its data is being deleted (job 6)'],
        ];
    }

    /**
     * @dataProvider jobs
     */
    public function testAJobIsSuccessAndToldInTheActivityLog(string $policy, array $result, string $words): void
    {
        $params = self::params(['configoption8' => $policy]);
        $before = $params['model']->serviceProperties->saved;
        Host::$notes = [
            ['id' => 1, 'userid' => 7, 'note' => 'Object storage service #42: ' . self::KEY],
            ['id' => 2, 'userid' => 7, 'note' => 'Called him.'],
        ];
        self::$bridge->script([self::result($result)]);
        self::assertSame('success', ostor_TerminateAccount($params));
        self::assertSame(
            '{"cluster":"eu1","service_id":42,"policy":"' . $policy . '","user_id":"' . self::USER . '"}',
            self::sentParams('TerminateAccount')
        );
        self::assertCount(1, Host::$activityLog);
        self::assertSame(7, Host::$activityLog[0][1]);
        self::assertStringStartsWith('ostor: service 42: The S3 user ' . self::USER, Host::$activityLog[0][0]);
        self::assertStringContainsString($words, Host::$activityLog[0][0]);
        self::assertSame($before, $params['model']->serviceProperties->saved, 'until it is deleted all can be given back');
        self::assertSame(['Called him.'], Host::notesOf(7));
    }

    public function testADeletedUserIsNoNews(): void
    {
        self::$bridge->script([self::result(['state' => 'deleted', 'job_id' => null, 'retained_until' => null])]);
        self::assertSame('success', ostor_TerminateAccount(self::params()));
        self::assertSame([], Host::$activityLog);
    }

    public function testTheServicePageShowsHowFarItIs(): void
    {
        $fields = self::tab(['job' => self::JOB]);
        $text = $fields['S3 deletion'];
        self::assertStringContainsString('aria-valuenow="20"', $text);
        foreach (
            [
                'Job 5 (purge): under way.', 'Step: deleting objects.',
                'Deleted: 1000 objects, versions and uploads, 1.00 of 5.00 GiB; about 4000 are left.',
                'Buckets: 0 of 3.', 'About 2 h 5 min left.',
            ] as $sentence
        ) {
            self::assertStringContainsString('<li>' . $sentence . '</li>', $text);
        }
        self::assertStringNotContainsString('href', $text, 'there is no addon to link to');
        self::assertArrayNotHasKey('S3 deletion', self::tab(['job' => null]));
        self::assertArrayNotHasKey('S3 deletion', self::tab([]));
    }

    public function testTheServicePageLinksToTheDeletionsOfTheAddon(): void
    {
        Host::$tables['tbladdonmodules'] = [['module' => 'ostor_admin', 'setting' => 'version', 'value' => '1']];
        self::assertStringContainsString(
            '<a href="addonmodules.php?module=ostor_admin&amp;server=3&amp;page=deletions&amp;service_id=42">',
            self::tab(['job' => self::JOB])['S3 deletion']
        );
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string[], 2: bool, 3: bool}>
     */
    public static function states(): array
    {
        $fresh = ['stage' => null, 'objects_done' => 0, 'bytes_done' => 0, 'objects_left' => null, 'seconds_left' => null];
        $at = date('Y-m-d H:i', (int) strtotime('2026-12-24T18:00:00Z'));

        return [
            'waiting' => [
                ['state' => 'waiting', 'policy' => 'grace', 'due_at' => '2026-12-24T18:00:00Z', 'buckets_total' => null] + $fresh,
                ['Job 5 (grace): waits for the end of the grace time on ' . $at . '.'], false, true,
            ],
            'queued' => [['state' => 'queued', 'buckets_total' => null] + $fresh, ['Job 5 (purge): queued.'], false, true],
            'tried again' => [
                ['state' => 'queued', 'next_attempt_at' => '2026-12-24T18:00:00Z', 'attempts' => 3, 'objects_left' => null,
                    'seconds_left' => 40, 'problem' => 'The gateway <eu1> is down.'],
                [
                    'Job 5 (purge): queued.', 'Step: deleting objects.',
                    'Deleted: 1000 objects, versions and uploads, 1.00 of 5.00 GiB.', 'Buckets: 0 of 3.',
                    'About 40 s left.', 'Attempt 3 failed; the next one is at ' . $at . '.', 'The gateway <eu1> is down.',
                ], true, false,
            ],
            'blocked' => [
                ['state' => 'blocked', 'blocked_until' => '2026-12-24T18:00:00Z', 'problem' => 'Object lock.',
                    'bytes_total' => null],
                [
                    'Job 5 (purge): blocked, somebody has to act.', 'Step: deleting objects.',
                    'Deleted: 1000 objects, versions and uploads, 1.00 GiB.', 'Buckets: 0 of 3.', 'Object lock.',
                    'Object lock ends on ' . $at . '.',
                ], true, false,
            ],
            'deleted' => [
                ['state' => 'deleted', 'stage' => 'verify', 'buckets_done' => 3, 'bytes_done' => 5368709120,
                    'finished_at' => '2026-12-24T18:00:00Z'],
                [
                    'Job 5 (purge): everything is deleted.',
                    'Deleted: 1000 objects, versions and uploads, 5.00 of 5.00 GiB.', 'Buckets: 3 of 3.',
                    'Ended on ' . $at . '.',
                ], false, false,
            ],
            'cancelled' => [
                ['state' => 'cancelled', 'buckets_total' => null, 'finished_at' => '2026-12-24T18:00:00Z'] + $fresh,
                ['Job 5 (purge): cancelled.', 'Ended on ' . $at . '.'], false, false,
            ],
            'buckets gone already' => [
                ['state' => 'queued', 'buckets_done' => 1] + $fresh, ['Job 5 (purge): queued.', 'Buckets: 1 of 3.'],
                false, false,
            ],
        ];
    }

    /**
     * @dataProvider states
     * @param string[] $sentences
     */
    public function testEveryStateInWords(array $change, array $sentences, bool $mayRetry, bool $mayCancel): void
    {
        $job = new Job($change + self::JOB);
        self::assertSame([$sentences, $mayRetry, $mayCancel], [$job->sentences(), $job->mayRetry(), $job->mayCancel()]);
    }

    public function testAJobThatCannotBeReadIsSaidToBeSo(): void
    {
        foreach ([['job_id', '5'], ['state', 'resting'], ['state', ['running']], ['state', null]] as [$member, $value]) {
            $text = self::tab(['job' => [$member => $value] + self::JOB])['S3 deletion'];
            self::assertStringContainsString('without a usable ' . $member, $text);
        }
        $odd = array_fill_keys(['stage', 'policy', 'problem', 'objects_done', 'due_at', 'next_attempt_at'], ['x']);
        self::assertSame('Job 5 (): under way.', (new Job($odd + self::JOB))->sentences()[0]);
    }

    public function testDurationsInWords(): void
    {
        $expected = [89 => '89 s', 5399 => '89 min', 5400 => '1 h 30 min', 172799 => '47 h 59 min', 180000 => '2 d 2 h'];
        foreach ($expected as $seconds => $words) {
            $sentences = (new Job(['seconds_left' => $seconds] + self::JOB))->sentences();
            self::assertContains('About ' . $words . ' left.', $sentences);
        }
    }

    /**
     * @return array<string, array{0: string, 1: string, 2: string}>
     */
    public static function decisions(): array
    {
        return [
            'retry' => ['retryDeletion', 'jobs.retry', 'The deletion goes on. Job 5 (purge): queued.'],
            'cancel' => ['cancelDeletion', 'jobs.cancel', 'Unsuspend lets the customer in again. Job 5 (purge): queued.'],
        ];
    }

    /**
     * @dataProvider decisions
     */
    public function testTheButtonsDecideAboutTheJobOfTheService(string $button, string $method, string $words): void
    {
        self::$bridge->script([
            self::result(['state' => 'terminating', 'job' => ['state' => 'blocked'] + self::JOB]),
            self::result(['state' => 'queued'] + self::JOB),
        ]);
        self::assertSame('success', ('ostor_' . $button)(self::params(['status' => 'Terminated'])));
        $calls = array_map(static function (array $request): array {
            $call = json_decode($request['body'], true);

            return [$call['method'], $call['params']];
        }, self::$bridge->requests());
        self::assertSame([
            ['AccountState', ['cluster' => 'eu1', 'service_id' => 42, 'user_id' => self::USER]],
            [$method, ['cluster' => 'eu1', 'job_id' => 5, 'actor' => 'olivia']],
        ], $calls);
        self::assertStringContainsString($words, Host::$activityLog[0][0]);
        self::assertStringContainsString(htmlspecialchars($words), self::tab(['job' => self::JOB])['S3 result']);
    }

    /**
     * @dataProvider decisions
     */
    public function testWithoutADeletionTheButtonsSaySo(string $button): void
    {
        self::$bridge->script([self::result(['state' => 'active', 'job' => null])]);
        self::assertSame('No deletion was ever ordered for this service.', ('ostor_' . $button)(self::params()));
        self::assertCount(1, self::$bridge->requests());
    }

    public function testADeletionThatWaitsIsNotHurried(): void
    {
        foreach (['waiting', 'queued', 'running', 'deleted'] as $state) {
            self::$bridge->script([self::result(['state' => 'terminating', 'job' => ['state' => $state] + self::JOB])]);
            self::assertStringStartsWith('There is nothing to try again. Job 5', ostor_retryDeletion(self::params()));
            self::assertCount(1, self::$bridge->requests());
        }
    }

    public function testTheButtonsStandWhereThereMayBeADeletion(): void
    {
        foreach (['Active', 'Suspended', 'Pending'] as $status) {
            self::assertNotContains('retryDeletion', ostor_AdminCustomButtonArray(['status' => $status]));
            self::assertNotContains('cancelDeletion', ostor_AdminCustomButtonArray(['status' => $status]));
        }
        foreach (['Terminated', 'Cancelled', ''] as $status) {
            self::assertContains('retryDeletion', ostor_AdminCustomButtonArray(['status' => $status]));
            self::assertContains('cancelDeletion', ostor_AdminCustomButtonArray(['status' => $status]));
        }
    }

    public function testAUserWhoIsBeingDeletedIsNotLetInBehindWhmcssBack(): void
    {
        $text = ostor_enableUser(self::params(['status' => 'Terminated']));
        self::assertSame(
            'The service is Terminated in WHMCS. Use Unsuspend or Create, which change its status as well.',
            $text
        );
        self::assertSame([], self::$bridge->requests());
    }

    /**
     * @param array<string, mixed> $overrides
     * @return array<string, mixed>
     */
    private static function params(array $overrides = []): array
    {
        $params = self::serviceParams($overrides + ['username' => self::USER]);
        $params['model']->serviceProperties->saved = ['Username' => self::USER, 'Access Key ID' => self::KEY];

        return $params;
    }

    /**
     * @param array<string, mixed> $account members of AccountState
     * @return array<string, string>
     */
    private static function tab(array $account): array
    {
        self::$bridge->script([self::result($account + ['state' => 'terminating', 'live' => null, 'warnings' => []])]);

        return ostor_AdminServicesTabFields(self::params(['status' => 'Terminated']));
    }
}

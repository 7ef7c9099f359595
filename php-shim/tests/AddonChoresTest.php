<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\AddonTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;

/**
 * The addon's pages about deletions and drift.
 */
final class AddonChoresTest extends AddonTestCase
{
    private const DELETIONS = ['page' => 'deletions', 'server' => '3'];
    private const DRIFT = ['page' => 'drift', 'server' => '3', 'run' => '1'];
    private const JOB = [
        'job_id' => 9, 'client' => ScriptedBridge::CLIENT, 'cluster' => 'eu3', 'service_id' => 42, 'user_id' => self::USER,
        'identity' => '7-42@<b>.invalid', 'policy' => 'purge', 'state' => 'blocked', 'stage' => 'objects',
        'problem' => 'Bucket <b> is locked.', 'blocked_until' => '2026-12-24T18:00:00Z', 'objects_done' => 3,
        'objects_left' => 1, 'bytes_done' => 0, 'bytes_total' => null, 'buckets_done' => 0, 'buckets_total' => 1,
        'next_attempt_at' => null, 'attempts' => 1, 'due_at' => null, 'finished_at' => null, 'seconds_left' => null,
    ];
    private const BY_BRIDGE = [
        'kind' => 'plan_differs', 'service_id' => 42, 'user_id' => self::USER,
        'sentence' => 'GET/s is 7 at <eu3>, 50 was bought.',
        'repair' => ['sentence' => 'Set GET/s to 50.', 'by' => 'bridge', 'command' => null],
    ];
    private const BY_WHMCS = [
        'kind' => 'status_differs', 'service_id' => 42, 'user_id' => self::USER,
        'sentence' => 'Suspended in WHMCS, active here.',
        'repair' => ['sentence' => 'Run Suspend.', 'by' => 'whmcs', 'command' => 'SuspendAccount'],
    ];

    protected function setUp(): void
    {
        parent::setUp();
        Host::$tables['tblservers'] = [
            self::server(3), self::server(4), self::server(5, ['accesshash' => 'eu3']), self::server(6, ['hostname' => '']),
        ];
        Host::$tables['tblproducts'] = [
            ['id' => 1, 'servertype' => 'ostor', 'servergroup' => 1],
            ['id' => 2, 'servertype' => 'cpanel', 'servergroup' => 1],
        ];
        Host::$tables['tblclients'] = [['id' => 7, 'email' => 'sean.o&#039;brien@example.com']];
        Host::$services = [
            self::row(41, 3, ['packageid' => 2]), self::row(42, 3), self::row(43, 4), self::row(44, 0),
            self::row(45, 5, ['domainstatus' => 'Terminated', 'username' => 'storage1']),
        ];
    }

    public function testDeletionsAreListedWithWhatCanBeDone(): void
    {
        $fresh = ['state' => 'queued', 'objects_done' => 0] + self::JOB;
        self::$bridge->script([self::for('jobs.list', ['jobs' => [
            self::JOB, ['job_id' => 8] + $fresh, ['job_id' => 7, 'client' => 'other', 'state' => 'deleted'] + self::JOB,
            ['job_id' => 6, 'state' => 'unheard of'] + self::JOB,
        ], 'next_cursor' => 'more/='])]);
        $html = self::visit(self::DELETIONS);
        $rows = self::read($html)->query('//tbody/tr');
        self::assertSame(4, $rows->length);
        self::assertStringContainsString('Bucket <b> is locked.', $rows[0]->textContent);
        self::assertStringContainsString('7-42@<b>.invalid', $rows[0]->textContent);
        self::assertStringContainsString('75 %', $rows[0]->textContent);
        self::assertStringContainsString('Retry…', $rows[0]->textContent);
        self::assertStringNotContainsString('Cancel', $rows[0]->textContent);
        self::assertStringContainsString('Cancel deletion…', $rows[1]->textContent);
        self::assertStringNotContainsString('Retry', $rows[1]->textContent);
        self::assertStringContainsString('#42 of the WHMCS other', $rows[2]->textContent);
        self::assertStringContainsString('without a usable state', $rows[3]->textContent);
        self::assertStringContainsString('clientsservices.php?userid=7&amp;id=42', $html);
        self::assertStringContainsString('page=deletions&amp;cursor=more%2F%3D', $html);
        self::assertSame([['jobs.list', ['cluster' => 'eu3']]], self::calls());
    }

    public function testDeletionsOfOneService(): void
    {
        self::$bridge->script([self::for('jobs.list', ['jobs' => [self::JOB], 'next_cursor' => 'c'])]);
        $html = self::visit(self::DELETIONS + ['service_id' => '42', 'cursor' => 'b']);
        self::assertSame([['jobs.list', ['cluster' => 'eu3', 'service_id' => 42, 'cursor' => 'b']]], self::calls());
        self::assertStringContainsString('page=deletions&amp;service_id=42&amp;cursor=c', $html);
        self::$bridge->script([]);
        self::assertStringContainsString('&quot;4x&quot; is not the number', self::visit(self::DELETIONS + ['service_id' => '4x']));
        self::assertSame([], self::calls());
    }

    /**
     * @return array<string, array{0: string, 1: string, 2: string}>
     */
    public static function decisions(): array
    {
        return [
            'retry' => ['retry_job', 'jobs.retry', 'Have job 9 go on now?'],
            'cancel' => ['cancel_job', 'jobs.cancel', 'Cancel job 9?'],
        ];
    }

    /**
     * @dataProvider decisions
     */
    public function testADeletionIsDecidedAboutAfterAQuestion(string $action, string $method, string $question): void
    {
        self::$bridge->script([self::for('jobs.get', self::JOB)]);
        [$next, $html] = self::submit(self::DELETIONS, ['action' => $action, 'job_id' => '9']);
        self::assertNull($next);
        self::assertStringContainsString($question, self::text($html));
        self::assertStringContainsString('#42 has: ' . self::USER, self::text($html));
        self::assertStringContainsString('Bucket <b> is locked.', self::text($html));
        self::assertSame([['jobs.get', ['cluster' => 'eu3', 'job_id' => 9]]], self::calls());

        self::$bridge->script([self::for($method, ['state' => 'queued'] + self::JOB)]);
        [$next] = self::submit(self::DELETIONS, ['action' => $action, 'job_id' => '9', 'confirmed' => '1']);
        self::assertStringEndsWith('page=deletions', (string) $next);
        self::assertSame([[$method, ['cluster' => 'eu3', 'job_id' => 9, 'actor' => self::ADMIN]]], self::calls());
        self::assertStringContainsString('Job 9 (purge): queued.', Host::$activityLog[0][0]);
    }

    public function testNoJobIsNoDecision(): void
    {
        self::$bridge->script([]);
        foreach (['' => 'Job is empty', '-1' => 'is not the number of a job', '9 or 1' => 'is not the number of a job'] as $id => $words) {
            $fields = ['action' => 'cancel_job', 'job_id' => (string) $id, 'confirmed' => '1'];
            self::assertStringContainsString($words, self::text(self::submit(self::DELETIONS, $fields)[1], '//*[@role="alert"]'));
        }
        self::assertSame([], self::changes());
    }

    public function testDriftIsLookedForWhenItIsAskedFor(): void
    {
        self::$bridge->script([]);
        self::visit(['page' => 'drift', 'server' => '3']);
        self::assertSame([], self::calls());

        $strange = ['kind' => 'brand_new', 'service_id' => null, 'user_id' => null, 'sentence' => 'Odd.', 'repair' => null];
        self::$bridge->script([self::for('drift.report', [
            'checked_at' => '2026-11-22T10:00:00Z', 'whmcs' => true, 'accounts' => 2, 'users' => 3,
            'findings' => [self::BY_BRIDGE, self::BY_WHMCS, $strange, ['service_id' => 99] + self::BY_BRIDGE],
        ])]);
        $html = self::visit(self::DRIFT);
        self::assertSame([['drift.report', ['cluster' => 'eu3', 'services' => [
            ['service_id' => 42, 'client_id' => 7, 'email' => 'sean.o\'brien@example.com', 'status' => 'Suspended',
                'user_id' => self::USER],
            ['service_id' => 45, 'client_id' => 7, 'email' => 'sean.o\'brien@example.com', 'status' => 'Terminated',
                'user_id' => null],
        ]]]], self::calls());
        self::assertSame(
            'Status in WHMCS and state of the bridge differ: 1 | Limits or quota differ: 2 | brand_new: 1',
            self::text($html, '//h3')
        );
        self::assertStringContainsString('Disagreements: 4. Compared were 2 accounts of the bridge and 3 S3 users.', self::text($html));
        self::assertStringContainsString('by hand', self::text($html));
        self::assertSame(3, self::read($html)->query('//input[@name="finding"]')->length);
    }

    public function testLongListsAreCut(): void
    {
        $findings = array_fill(0, 203, self::BY_BRIDGE);
        self::$bridge->script([self::for('drift.report', ['accounts' => 203, 'users' => 203, 'findings' => $findings])]);
        $html = self::visit(self::DRIFT);
        self::assertSame(200, self::read($html)->query('//tbody/tr')->length);
        self::assertStringContainsString('3 more are not listed.', self::text($html));
    }

    public function testARepairIsToldBeforeItIsMade(): void
    {
        self::$bridge->script([self::for('drift.report', ['accounts' => 1, 'users' => 1, 'findings' => [self::BY_BRIDGE]])]);
        $finding = self::read(self::visit(self::DRIFT))->query('//input[@name="finding"]/@value')[0]->nodeValue;
        $service = ['service_id' => 42, 'client_id' => 7, 'email' => 'sean.o\'brien@example.com', 'status' => 'Suspended',
            'user_id' => self::USER];

        self::$bridge->script([self::for('drift.repair', ['done' => false, 'changes' => ['GET/s of <u>: 7 becomes 50.']])]);
        [$next, $html] = self::submit(self::DRIFT, ['action' => 'repair', 'finding' => $finding]);
        self::assertNull($next);
        self::assertStringContainsString('This would be done about: GET/s is 7 at <eu3>, 50 was bought.', self::text($html));
        self::assertStringContainsString('GET/s of <u>: 7 becomes 50.', self::text($html));
        self::assertEquals([['drift.repair', ['cluster' => 'eu3', 'finding' => self::BY_BRIDGE, 'dry_run' => true,
            'services' => [$service], 'actor' => self::ADMIN]]], self::calls());
        self::assertSame([], Host::$activityLog);

        $again = self::read($html)->query('//input[@name="finding"]/@value')[0]->nodeValue;
        self::$bridge->script([self::for('drift.repair', ['done' => true, 'changes' => ['GET/s of <u>: 7 became 50.']])]);
        [$next] = self::submit(self::DRIFT, ['action' => 'repair', 'finding' => $again, 'confirmed' => '1']);
        self::assertStringEndsWith('page=drift&run=1', (string) $next);
        self::assertFalse(self::calls()[0][1]['dry_run']);
        self::assertStringContainsString('Repaired. GET/s of <u>: 7 became 50.', Host::$activityLog[0][0]);
    }

    public function testThatWhmcsHasNoSuchServiceIsSaidToo(): void
    {
        foreach ([99, 41, 43] as $service) {
            self::$bridge->script([self::for('drift.repair', ['done' => false, 'changes' => ['It goes.']])]);
            $finding = ['kind' => 'account_without_service', 'service_id' => $service] + self::BY_BRIDGE;
            self::submit(self::DRIFT, ['action' => 'repair', 'finding' => json_encode($finding)]);
            self::assertSame([], self::calls()[0][1]['services']);
        }
    }

    public function testWhatIsNoLongerSoIsNotRepaired(): void
    {
        foreach ([[], ['confirmed' => '1']] as $confirmed) {
            self::$bridge->script([self::for('drift.repair', ['done' => false, 'changes' => []])]);
            [, $html] = self::submit(self::DRIFT, ['action' => 'repair', 'finding' => json_encode(self::BY_BRIDGE)] + $confirmed);
            self::assertStringContainsString('Nothing was changed: this is no longer so.', self::text($html));
        }
    }

    public function testWhmcsRunsTheCommandItself(): void
    {
        self::$bridge->script([]);
        $fields = ['action' => 'repair', 'finding' => json_encode(self::BY_WHMCS)];
        [, $html] = self::submit(self::DRIFT, $fields);
        self::assertStringContainsString('WHMCS runs SuspendAccount for service #42, which is Suspended.', self::text($html));
        self::assertSame([], Host::$commands);
        [$next] = self::submit(self::DRIFT, $fields + ['confirmed' => '1']);
        self::assertNotNull($next);
        self::assertSame([['ModuleSuspend', ['serviceid' => 42]]], Host::$commands);

        Host::$commandAnswer = ['result' => 'error', 'message' => 'The cluster isn&#039;t there'];
        [, $html] = self::submit(self::DRIFT, $fields + ['confirmed' => '1']);
        self::assertStringContainsString('could not run SuspendAccount for service #42: The cluster isn\'t there', self::text($html));
        self::assertSame([], self::calls());
    }

    /**
     * @return array<string, array{0: array<string, mixed>, 1: string}>
     */
    public static function outdated(): array
    {
        $command = static function (string $name): array {
            return ['repair' => ['sentence' => 's', 'by' => 'whmcs', 'command' => $name]] + self::BY_WHMCS;
        };

        return [
            'paid meanwhile' => [$command('UnsuspendAccount'), 'Service #42 is Suspended in WHMCS by now'],
            'not terminated' => [$command('TerminateAccount'), 'Service #42 is Suspended in WHMCS by now'],
            'not active' => [$command('CreateAccount'), 'Service #42 is Suspended in WHMCS by now'],
            'a command there is not' => [$command('Renew'), 'does not say what to repair'],
            'another cluster\'s service' => [['service_id' => 43] + self::BY_WHMCS, 'WHMCS has no service #43 on this cluster'],
            'another module\'s service' => [['service_id' => 41] + self::BY_WHMCS, 'WHMCS has no service #41 on this cluster'],
            'no service' => [['service_id' => null] + self::BY_WHMCS, 'does not say what to repair'],
            'nothing to repair' => [['repair' => null] + self::BY_WHMCS, 'does not say what to repair'],
        ];
    }

    /**
     * @dataProvider outdated
     */
    public function testNothingIsRunForAServiceThatDoesNotWantIt(array $finding, string $words): void
    {
        self::$bridge->script([]);
        $fields = ['action' => 'repair', 'finding' => json_encode($finding), 'confirmed' => '1'];
        self::assertStringContainsString($words, self::text(self::submit(self::DRIFT, $fields)[1], '//*[@role="alert"][1]'));
        self::assertSame([], Host::$commands);
        self::assertSame([], self::changes());
    }

    /**
     * @param array<string, mixed> $overrides
     * @return array<string, mixed> row of tblhosting
     */
    private static function row(int $id, int $server, array $overrides = []): array
    {
        return $overrides + [
            'id' => $id, 'userid' => 7, 'packageid' => 1, 'server' => $server, 'username' => self::USER,
            'domainstatus' => 'Suspended',
        ];
    }
}

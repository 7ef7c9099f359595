<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\SampleOk\Remote;
use WhmcsSandbox\Billing\ConfigurableOptions;
use WhmcsSandbox\Kernel\ModuleAction;
use WhmcsSandbox\Kernel\ModuleQueue;
use WhmcsSandbox\Kernel\Outcome;
use WhmcsSandbox\Refusal;

/** The order of steps of a module command and what each step leaves behind. */
final class KernelTest extends SandboxTestCase
{
    private function command(ModuleAction $action, bool $automated = false, array $extra = []): Outcome
    {
        return $this->host->kernel->run(1, $action, $automated, $extra);
    }

    public function testCreateRunsWhilePendingAndMakesTheServiceActive(): void
    {
        $this->install('sampleok');
        $this->order();
        $outcome = $this->command(ModuleAction::Create);
        self::assertSame([Outcome::SUCCESS, '', []], [$outcome->state, $outcome->message, $outcome->defects]);
        self::assertSame('Pending', $GLOBALS['sample_calls'][0][2]);
        self::assertSame('Active', $this->service()->domainstatus);
        self::assertSame('user0001', $this->service()->username);
        self::assertNotSame(Remote::SECRET, $this->service()->password);
        self::assertSame(Remote::SECRET, decrypt($this->service()->password));
        self::assertContains('Module Create Successful - Service ID: 1', $this->activity());
    }

    public function testParametersHaveTheTypesWhmcsGives(): void
    {
        $this->install('sampleok');
        $this->order();
        $this->command(ModuleAction::Create);
        $params = $GLOBALS['sample_calls'][0][1];
        self::assertSame([1, 1, 1, 0, 1], [$params['serviceid'], $params['userid'], $params['pid'], $params['addonId'], $params['serverid']]);
        self::assertSame(['100', 'refuse', 'ids', ''], [
            $params['configoption1'], $params['configoption2'], $params['configoption3'], $params['configoption24']]);
        self::assertSame(self::SERVER_PASSWORD, $params['serverpassword']);
        self::assertSame([true, true, '8787', 'https', 'eu1'], [$params['server'], $params['serversecure'],
            $params['serverport'], $params['serverhttpprefix'], $params['serveraccesshash']]);
        self::assertSame('O&#039;Brien &amp; Söhne', $params['clientsdetails']['companyname']);
        self::assertSame(1, $params['clientsdetails']['currency']);
        self::assertSame('EUR', $params['clientsdetails']['currency_code']);
        self::assertArrayNotHasKey('password', $params['clientsdetails']);
        self::assertSame('', $params['configoptions']['Storage quota (GB)']);
        self::assertInstanceOf(WHMCS\Service\Service::class, $params['model']);
        self::assertSame('Storage-1.example', $params['model']->domain);
    }

    public function testUsernameAndPasswordAreInventedOnceAndSurviveAFailure(): void
    {
        $this->install('sampleok');
        $this->order();
        $GLOBALS['sample_answer'] = 'no room';
        $this->command(ModuleAction::Create);
        $this->command(ModuleAction::Create);
        [$first, $second] = array_column($GLOBALS['sample_calls'], 1);
        self::assertSame('storagee', $first['username']);
        self::assertMatchesRegularExpression('/^[A-Za-z0-9]{10}$/', $first['password']);
        self::assertSame($first['password'], $second['password']);
    }

    public function testAHookCanChooseTheUsername(): void
    {
        $this->install('sampleok');
        $this->order();
        add_hook('OverrideModuleUsernameGeneration', 1, static fn (array $vars): string => 's' . $vars['params']['serviceid']);
        $this->command(ModuleAction::Create);
        self::assertSame('s1', $GLOBALS['sample_calls'][0][1]['username']);
    }

    public function testAServerRecordWithoutDataGivesEmptyStrings(): void
    {
        $this->install('sampleok');
        $this->order(4);
        $this->command(ModuleAction::Create);
        $params = $GLOBALS['sample_calls'][0][1];
        self::assertSame([2, '', '', '', '', '', false], [$params['serverid'], $params['serverhostname'], $params['serverport'],
            $params['serverusername'], $params['serverpassword'], $params['serveraccesshash'], $params['serversecure']]);
    }

    public function testAFailureByHandIsLoggedButNotQueued(): void
    {
        $this->install('sampleok');
        $this->order();
        $GLOBALS['sample_answer'] = 'The bridge is down.';
        $outcome = $this->command(ModuleAction::Create);
        self::assertSame([Outcome::FAILED, 'The bridge is down.'], [$outcome->state, $outcome->message]);
        self::assertSame('Pending', $this->service()->domainstatus);
        self::assertContains('Module Create Failed - Service ID: 1 - Error: The bridge is down.', $this->activity());
        self::assertSame([], ModuleQueue::open());
        self::assertSame(0, Capsule::table('tblemails')->count());
    }

    public function testAFailureOfAutomationIsQueuedOnceAndRetriedOnlyOnDemand(): void
    {
        $this->install('sampleok');
        $this->order();
        $GLOBALS['sample_answer'] = 'The bridge is down.';
        $this->command(ModuleAction::Create, true);
        $this->command(ModuleAction::Create, true);
        $items = ModuleQueue::open();
        self::assertCount(1, $items);
        self::assertSame(['CreateAccount', 1, 'The bridge is down.'],
            [$items[0]->module_action, $items[0]->num_retries, $items[0]->last_attempt_error]);
        self::assertSame('admin@example.com', Capsule::table('tblemails')->value('to'));
        self::assertSame(1, localAPI('GetModuleQueue', ['relatedId' => 1])['count']);

        self::assertFalse($this->host->kernel->queue->retry(1, $this->host->kernel)->succeeded());
        self::assertCount(1, ModuleQueue::open());
        $GLOBALS['sample_answer'] = 'success';
        self::assertTrue($this->host->kernel->queue->retry(1, $this->host->kernel)->succeeded());
        self::assertSame([], ModuleQueue::open());
        self::assertSame('Active', $this->service()->domainstatus);
        $this->expectException(Refusal::class);
        $this->host->kernel->queue->retry(1, $this->host->kernel);
    }

    public function testSuccessIsExactlyTheWordSuccess(): void
    {
        $this->install('sampleok');
        $this->order();
        foreach (['Success', 'success ', ''] as $answer) {
            $GLOBALS['sample_answer'] = $answer;
            self::assertSame(Outcome::FAILED, $this->command(ModuleAction::Create)->state);
            self::assertSame('Pending', $this->service()->domainstatus);
        }
    }

    public function testPreHooksRunByPriorityMergeParametersAndCanStop(): void
    {
        $this->install('sampleok');
        $this->order();
        add_hook('PreModuleCreate', 5, static fn (): array => ['addonId' => 7, 'configoption1' => '9']);
        add_hook('PreModuleCreate', 1, static fn (): array => ['configoption1' => '8']);
        $this->command(ModuleAction::Create);
        self::assertSame([7, '9'], [$GLOBALS['sample_calls'][0][1]['addonId'], $GLOBALS['sample_calls'][0][1]['configoption1']]);

        $after = [];
        add_hook('AfterModuleSuspend', 1, static function () use (&$after): void {
            $after[] = 'suspend';
        });
        add_hook('AfterModuleSuspendFailed', 1, static function () use (&$after): void {
            $after[] = 'failed';
        });
        add_hook('PreModuleSuspend', 1, static fn (): array => ['abortcmd' => true]);
        $outcome = $this->command(ModuleAction::Suspend, true);
        self::assertSame([Outcome::ABORTED, []], [$outcome->state, $after]);
        self::assertCount(1, $GLOBALS['sample_calls']);
        self::assertSame('Active', $this->service()->domainstatus);
        self::assertSame([], ModuleQueue::open());
    }

    public function testAfterHooksGetTheParametersAndTheFailureText(): void
    {
        $this->install('sampleok');
        $this->order();
        $seen = [];
        add_hook('AfterModuleCreate', 1, static function (array $vars) use (&$seen): void {
            $seen[] = ['ok', $vars['params']['serviceid']];
        });
        add_hook('AfterModuleSuspendFailed', 1, static function (array $vars) use (&$seen): void {
            $seen[] = [$vars['failureResponseMessage'], $vars['params']['serviceid']];
        });
        $this->command(ModuleAction::Create);
        $GLOBALS['sample_answer'] = 'busy';
        $this->command(ModuleAction::Suspend);
        self::assertSame([['ok', 1], ['busy', 1]], $seen);
    }

    public function testTheStatusChangesOnlyAfterTheCall(): void
    {
        $this->install('sampleok');
        $this->order();
        $this->command(ModuleAction::Create);
        $this->command(ModuleAction::Suspend, false, ['suspendreason' => 'Abuse']);
        self::assertSame(['Suspended', 'Abuse'], [$this->service()->domainstatus, $this->service()->suspendreason]);
        $this->command(ModuleAction::Unsuspend);
        self::assertSame(['Active', ''], [$this->service()->domainstatus, $this->service()->suspendreason]);
        $this->command(ModuleAction::Terminate);
        self::assertSame(['Terminated', '2031-01-10'], [$this->service()->domainstatus, $this->service()->termination_date]);
        self::assertSame(['Pending', 'Active', 'Suspended', 'Active'], array_column($GLOBALS['sample_calls'], 2));
        self::assertSame('Abuse', $GLOBALS['sample_calls'][1][1]['suspendreason']);
    }

    public function testChangePasswordGivesTheNewOneAndStoresItOnSuccess(): void
    {
        $this->install('sampleok');
        $this->order();
        $this->command(ModuleAction::Create);
        $hook = null;
        add_hook('AfterModuleChangePassword', 1, static function (array $vars) use (&$hook): void {
            $hook = $vars;
        });
        self::assertSame('success', localAPI('ModuleChangePw', ['serviceid' => 1, 'servicepassword' => 'NewPassword1'])['result']);
        self::assertSame('NewPassword1', $GLOBALS['sample_calls'][1][1]['password']);
        self::assertSame('NewPassword1', decrypt($this->service()->password));
        self::assertSame(['serviceid' => 1, 'oldpassword' => Remote::SECRET, 'newpassword' => 'NewPassword1'], $hook);
    }

    public function testAMissingFunctionIsAnErrorAndNothingIsCalled(): void
    {
        $this->install('samplethrow');
        $this->order();
        $outcome = $this->command(ModuleAction::Suspend);
        self::assertSame('Function Not Supported by Module: SuspendAccount', $outcome->message);
        self::assertSame([], $outcome->defects);
    }

    public function testAThrowableIsAFailureWithItsMessageAndADefect(): void
    {
        $this->install('samplethrow');
        $this->order();
        $outcome = $this->command(ModuleAction::Create);
        self::assertSame(Outcome::FAILED, $outcome->state);
        self::assertStringContainsString('strlen()', $outcome->message);
        self::assertStringContainsString('samplethrow_CreateAccount threw TypeError', $outcome->defects[0]);
    }

    public function testWelcomeMailIsRenderedAndCanBeHeldByAHook(): void
    {
        $this->install('sampleok');
        $this->order();
        $this->command(ModuleAction::Create);
        $mail = Capsule::table('tblemails')->first();
        self::assertSame(['Your Object Storage 100', 1], [$mail->subject, $mail->userid]);
        self::assertStringContainsString('Dear Se&aacute;n O&#039;Brien,', $mail->message);
        self::assertStringContainsString('S3 user: user0001', $mail->message);
        add_hook('EmailPreSend', 1, static fn (array $vars): array => ['abortsend' => $vars['messagename'] === 'Object Storage Welcome']);
        $this->command(ModuleAction::Create);
        self::assertSame(1, Capsule::table('tblemails')->count());
    }

    public function testUnknownServicesAndModulesAreRefused(): void
    {
        $this->install('sampleok');
        $this->order();
        Capsule::table('tblproducts')->update(['servertype' => 'nosuchmodule']);
        $this->expectException(Refusal::class);
        $this->expectExceptionMessage("no server module 'nosuchmodule'");
        $this->command(ModuleAction::Create);
    }

    public function testConfigurableOptionsGiveTheRawPart(): void
    {
        $this->install('sampleok');
        $this->order(1, 1, ['Storage quota (GB)=1000', 'GET/s=50']);
        $this->order(3, 1, ['Storage quota (GB)=42']);
        self::assertSame(['1000', '50', ''], array_values(array_intersect_key(
            ConfigurableOptions::values(1, 1),
            array_flip(['Storage quota (GB)', 'GET/s', 'PUT/s'])
        )));
        self::assertSame(['Storage quota (GB)' => 42], ConfigurableOptions::values(2, 3));
        $this->expectException(Refusal::class);
        $this->expectExceptionMessage("offers '', '250', '1000', '2000', not '3'");
        $this->order(1, 1, ['Storage quota (GB)=3']);
    }
}

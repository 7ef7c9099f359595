<?php

declare(strict_types=1);

use WhmcsSandbox\Kernel\ModuleAction;
use WhmcsSandbox\Kernel\Outcome;

/** The module's own functions: hooks, results, and strict mode around them. */
final class CustomFunctionTest extends SandboxTestCase
{
    protected function setUp(): void
    {
        $this->install('sampleweb');
        $this->order();
        $this->host->kernel->run(1, ModuleAction::Create);
    }

    public function testHooksRunAroundIt(): void
    {
        $seen = [];
        add_hook('PreModuleCustom', 1, static fn (array $vars): array => ['username' => $vars['params']['action'] === 'poke' ? 'else' : '']);
        add_hook('AfterModuleCustom', 1, static function (array $vars) use (&$seen): void {
            $seen[] = ['after', $vars['params']['serviceid']];
        });
        add_hook('AfterModuleCustomFailed', 1, static function (array $vars) use (&$seen): void {
            $seen[] = ['failed', $vars['failureResponseMessage']];
        });
        $outcome = $this->host->kernel->runCustom(1, 'poke');
        self::assertSame([Outcome::FAILED, 'Nobody to poke: else'], [$outcome->state, $outcome->message]);
        self::assertTrue($this->host->kernel->runCustom(1, 'release')->succeeded());
        self::assertIsArray($this->host->kernel->runCustom(1, 'page'));
        self::assertSame([['failed', 'Nobody to poke: else'], ['after', 1], ['after', 1]], $seen);
    }

    public function testAHookCanStopIt(): void
    {
        add_hook('PreModuleCustom', 1, static fn (): array => ['abortcmd' => true]);
        self::assertSame(Outcome::ABORTED, $this->host->kernel->runCustom(1, 'release')->state);
        self::assertContains('Module Custom Aborted - Service ID: 1 - A PreModuleCustom hook stopped the command', $this->activity());
    }

    public function testAMissingFunctionIsNotCalled(): void
    {
        self::assertSame('Function Not Supported by Module: nothing', $this->host->kernel->runCustom(1, 'nothing')->message);
    }

    public function testOnlyWhatTheApiChangedIsForgiven(): void
    {
        $outcome = $this->host->kernel->runCustom(1, 'meddle');
        self::assertEqualsCanonicalizing([
            'sampleweb_meddle changed tblhosting.notes of service 1, which belongs to WHMCS',
            'sampleweb_meddle changed tblhosting.dedicatedip of service 1, which belongs to WHMCS',
            'sampleweb_meddle changed the table tblconfiguration, which belongs to WHMCS',
        ], $outcome->defects);
        self::assertSame(['Active', ''], [$this->service()->domainstatus, $this->service()->suspendreason]);
    }

    public function testAnAnswerWithASecretAndAnAnswerThatIsNoTextAreDefects(): void
    {
        $outcome = $this->host->kernel->runCustom(1, 'tell');
        self::assertContains("The module's answer contains the service password", $outcome->defects);
        self::assertContains('The activity log contains the service password', $outcome->defects);
        self::assertSame(
            ['sampleweb_number returned int instead of a string'],
            $this->host->kernel->runCustom(1, 'number')->defects
        );
    }
}

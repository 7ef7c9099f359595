<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WhmcsSandbox\Billing\Cron;
use WhmcsSandbox\Kernel\ModuleAction;

/** Each way a module can misbehave is reported as a sentence, and a good one reports nothing. */
final class StrictModeTest extends SandboxTestCase
{
    private function defectsOf(string $module, ModuleAction $action): array
    {
        $this->install($module);
        $this->order();
        return $this->host->kernel->run(1, $action)->defects;
    }

    public function testAWellBehavedModuleHasNone(): void
    {
        $this->install('sampleok');
        $this->order();
        foreach ([ModuleAction::Create, ModuleAction::Suspend, ModuleAction::Unsuspend, ModuleAction::Terminate] as $action) {
            self::assertTrue($this->host->kernel->run(1, $action)->succeeded());
        }
        self::assertSame([], $this->defects());
    }

    public function testOutput(): void
    {
        self::assertSame(
            ['sampleecho_CreateAccount printed output: "<b>created<\/b>"'],
            $this->defectsOf('sampleecho', ModuleAction::Create)
        );
    }

    public function testWarning(): void
    {
        [$defect] = $this->defectsOf('sampleecho', ModuleAction::Suspend);
        self::assertStringStartsWith('sampleecho_SuspendAccount raised a PHP warning: Undefined array key', $defect);
    }

    public function testDeprecation(): void
    {
        $defects = $this->defectsOf('sampleecho', ModuleAction::Unsuspend);
        if (PHP_VERSION_ID < 80200) {
            self::assertSame([], $defects);
            return;
        }
        self::assertStringStartsWith('sampleecho_UnsuspendAccount raised a PHP deprecation: Creation of dynamic', $defects[0]);
    }

    public function testAResultThatIsNoString(): void
    {
        self::assertSame(
            ['sampleecho_TerminateAccount returned bool instead of a string'],
            $this->defectsOf('sampleecho', ModuleAction::Terminate)
        );
        self::assertSame('Pending', $this->service()->domainstatus);
    }

    public function testCoreColumns(): void
    {
        self::assertSame(
            ['samplemeddle_CreateAccount changed tblhosting.domainstatus of service 1, which belongs to WHMCS'],
            $this->defectsOf('samplemeddle', ModuleAction::Create)
        );
    }

    public function testAnotherService(): void
    {
        $this->install('samplemeddle');
        $this->order();
        $this->order(1, 2);
        self::assertSame(
            ['samplemeddle_SuspendAccount changed tblhosting.username of service 2, which belongs to WHMCS'],
            $this->host->kernel->run(1, ModuleAction::Suspend)->defects
        );
    }

    public function testCoreTable(): void
    {
        self::assertSame(
            ['samplemeddle_UnsuspendAccount changed the table tblclients, which belongs to WHMCS'],
            $this->defectsOf('samplemeddle', ModuleAction::Unsuspend)
        );
    }

    public function testUsageUpdateMayWriteTheFiveUsageColumnsOnly(): void
    {
        $this->install('samplemeddle');
        $this->order();
        (new Cron($this->host, $this->invoices))->run();
        self::assertSame(
            ['samplemeddle_UsageUpdate changed tblhosting.username of service 1, which belongs to WHMCS'],
            $this->defects()
        );
    }

    public function testAHookThatPrints(): void
    {
        $this->install('sampleok');
        $this->order();
        add_hook('OverrideModuleUsernameGeneration', 1, static function (): string {
            echo 'hm';
            return 'name';
        });
        self::assertSame(
            ['A hook function of OverrideModuleUsernameGeneration printed output: "hm"'],
            $this->host->kernel->run(1, ModuleAction::Create)->defects
        );
    }

    public function testAHookThatThrows(): void
    {
        $this->install('sampleok');
        $this->order();
        add_hook('AfterModuleCreate', 1, static fn () => throw new DomainException('oops'));
        $outcome = $this->host->kernel->run(1, ModuleAction::Create);
        self::assertTrue($outcome->succeeded());
        self::assertSame(['A hook function of AfterModuleCreate threw DomainException: oops'], $outcome->defects);
    }

    public static function leaks(): array
    {
        return [
            ['module log', 'The module log contains the S3 secret'],
            ['activity log', 'The activity log contains the S3 secret'],
            ['mail', 'A mail contains the S3 secret'],
            ['note', 'A client note contains the S3 secret'],
            ['server password', 'The module log contains the server password'],
        ];
    }

    /** @dataProvider leaks */
    public function testLeakedSecrets(string $where, string $sentence): void
    {
        $GLOBALS['sample_leak'] = $where;
        self::assertSame([$sentence], $this->defectsOf('sampleleak', ModuleAction::Create));
    }

    public function testASecretInTheAnswerIsFoundWhereverTheHostPutsIt(): void
    {
        $GLOBALS['sample_leak'] = 'answer';
        $this->install('sampleleak');
        $this->order();
        self::assertSame([
            "The module's answer contains the S3 secret",
            'The activity log contains the S3 secret',
            'A mail contains the S3 secret',
            'The module queue contains the S3 secret',
        ], $this->host->kernel->run(1, ModuleAction::Create, true)->defects);
    }

    public function testTheNoteMayHoldTheSecretWhereTheProductSaysSo(): void
    {
        $GLOBALS['sample_leak'] = 'note';
        $this->install('sampleleak');
        Capsule::table('tblproducts')->update(['configoption1' => 'full']);
        $this->order();
        self::assertSame([], $this->host->kernel->run(1, ModuleAction::Create)->defects);
    }

    public function testLenientModeReportsNothing(): void
    {
        $this->install('sampleecho', false);
        $this->order();
        self::assertSame([], $this->host->kernel->run(1, ModuleAction::Create)->defects);
    }
}

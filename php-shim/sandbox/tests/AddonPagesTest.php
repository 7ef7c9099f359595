<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;

/** Addon modules in the admin area of `whmcs serve`. */
final class AddonPagesTest extends ServeTestCase
{
    private const PAGE = '/admin/addonmodules.php?module=sample_addon';
    private const CONFIG = '/admin/configaddonmods.php';

    public function testAnInactiveAddonCannotBeOpenedAndNobodyMayOpenItRightAfterActivation(): void
    {
        $this->browser->logInAdmin('admin');
        self::assertSame(404, $this->browser->get(self::PAGE)->status);
        $this->activateAddon();
        self::assertSame(403, $this->browser->get(self::PAGE)->status, 'not even a full administrator');
        self::assertStringContainsString('No addon module is active for your role', $this->browser->get('/admin/addonmodules.php')->body);
    }

    public function testOnlyTickedRolesMayOpenIt(): void
    {
        $this->activateAddon(1, 3);
        self::assertSame(200, $this->browser->get(self::PAGE)->status);
        self::assertSame(200, $this->browser->logInAdmin('support')->get(self::PAGE)->status);
        self::assertSame('Sample & Addon', $this->browser->get('/admin/addonmodules.php')->text('//main//a'));
        $this->browser->logInAdmin('sales')->get(self::PAGE);
        self::assertSame(403, $this->browser->status);
        self::assertNull($this->browser->text('//*[@id="addon"]'));
        self::assertSame(403, $this->browser->submit(self::PAGE, ['note' => 'x'])->status);
        self::assertSame(0, Capsule::table('mod_sample_notes')->count());
        self::assertSame(303, (new Browser($this->server->address))->get(self::PAGE)->status, 'without log-in');
    }

    public function testOutputAndSidebarGetTheirVariablesAndStandInThePage(): void
    {
        $this->activateAddon(1);
        $this->browser->get(self::PAGE);
        self::assertSame('Hello Good <day> admin 1.9', $this->browser->text('//*[@id="addon-output"]/p[@id="addon"]'));
        self::assertSame('on', $this->browser->text('//*[@id="loud"]'));
        self::assertSame('Beside the page', $this->browser->text('//aside/p[@id="addon-sidebar"]'));
        self::assertSame('no-store', $this->browser->headers['cache-control'], 'a header of the module stays');
        self::assertSame('from the addon', $this->browser->get('/admin/index.php')->text('//*[@id="addon-home"]'));
        $this->assertNoDefects();
    }

    public function testTheTokenOfTheHostGuardsTheFormsOfTheAddon(): void
    {
        $this->activateAddon(1);
        $this->browser->get(self::PAGE)->post(self::PAGE, ['note' => 'without']);
        self::assertSame('The form is too old.', $this->browser->text('//*[@id="refused"]'));
        $this->browser->get(self::PAGE)->submit(self::PAGE, ['note' => '<b>with</b>']);
        self::assertSame(['<b>with</b>'], Capsule::table('mod_sample_notes')->pluck('note')->all());
        self::assertSame('<b>with</b>', $this->browser->text('//*[@id="addon-output"]/li'));
    }

    public function testARedirectOfTheAddonLeavesThePage(): void
    {
        $this->activateAddon(1);
        $this->browser->get(self::PAGE . '&page=leave');
        self::assertSame([302, 'addonmodules.php?module=sample_addon', ''],
            [$this->browser->status, $this->browser->headers['location'], $this->browser->body]);
        $this->browser->get(self::PAGE . '&page=moved');
        self::assertSame([303, 'addonmodules.php?module=sample_addon'], [$this->browser->status, $this->browser->headers['location']]);
    }

    public function testFailuresAndWarningsOfTheAddonAreShownInsideThePage(): void
    {
        $this->activateAddon(1);
        self::assertSame(500, $this->browser->get(self::PAGE . '&page=throw')->status);
        self::assertStringContainsString('The addon module failed: no page today', $this->browser->body);
        self::assertStringContainsString('threw RuntimeException', $this->browser->text('//*[@id="defects"]'));
        $this->browser->get(self::PAGE . '&page=warn');
        self::assertStringContainsString('Undefined array key "no such setting"', $this->browser->text('//*[@id="defects"]'));
    }

    public function testAnotherVersionIsUpgradedOnceWithThePreviousVersion(): void
    {
        $this->activateAddon(1);
        $this->server->stop();
        $this->serve(['SAMPLE_ADDON_VERSION' => '1.10']);
        $this->browser->logInAdmin('admin')->get(self::PAGE)->get(self::PAGE);
        self::assertSame(['upgraded from 1.9'], Capsule::table('mod_sample_notes')->pluck('note')->all());
        self::assertStringEndsWith('admin 1.10', $this->browser->text('//*[@id="addon"]'));
    }

    public function testSettingsAreShownEscapedAndKept(): void
    {
        $this->activateAddon(1);
        $this->browser->get(self::CONFIG);
        self::assertSame('Good <day>', $this->browser->find('//input[@name="fields[greeting]"]')->item(0)->getAttribute('value'));
        self::assertSame(1, $this->browser->find('//input[@name="fields[loud]" and @checked]')->length);
        self::assertSame('password', $this->browser->find('//input[@name="fields[key]"]')->item(0)->getAttribute('type'));
        self::assertSame(['1'], array_map(
            static fn (DOMElement $box): string => $box->getAttribute('value'),
            iterator_to_array($this->browser->find('//input[@name="access[]" and @checked]'))
        ));
        $this->browser->submit(self::CONFIG, ['module' => 'sample_addon', 'action' => 'save', 'access' => ['2', '99', 'x'], 'fields' => []]);
        self::assertSame(['2', '', ''], [$this->setting('access'), $this->setting('greeting'), $this->setting('loud')]);
    }

    public function testActivationAndDeactivationShowTheirAnswers(): void
    {
        Capsule::schema()->create('mod_sample_notes', static fn ($table) => $table->increments('id'));
        $this->browser->logInAdmin('admin')->get(self::CONFIG)->submit(self::CONFIG, ['module' => 'sample_addon', 'action' => 'activate']);
        self::assertStringContainsString('The table is there already.', $this->browser->text('//*[@role="alert"]'));
        self::assertSame('', $this->host->settings->get('ActiveAddonModules'));
        Capsule::schema()->drop('mod_sample_notes');
        $this->activateAddon(1);
        self::assertSame(409, $this->browser->submit(self::CONFIG, ['module' => 'sample_addon', 'action' => 'activate'])->status);
        $this->browser->get(self::CONFIG)->submit(self::CONFIG, ['module' => 'sample_addon', 'action' => 'deactivate']);
        self::assertStringContainsString('The table is gone.', $this->browser->text('//*[@role="alert"]'));
        self::assertSame(404, $this->browser->get(self::PAGE)->status);
        self::assertNull($this->browser->get('/admin/index.php')->text('//*[@id="addon-home"]'), 'its hooks are gone');
        self::assertNull($this->setting('access'));
    }

    private function setting(string $name): ?string
    {
        return Capsule::table('tbladdonmodules')->where(['module' => 'sample_addon', 'setting' => $name])->value('value');
    }
}

<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;

/** The admin area of `whmcs serve`, over real HTTP. */
final class AdminAreaTest extends ServeTestCase
{
    public static function pages(): array
    {
        return [
            ['/admin/', 'Home'],
            ['/admin/index.php', 'Home'],
            ['/admin/clients.php', 'O&#039;Brien &amp; Söhne'],
            ['/admin/clientssummary.php?userid=1', '#1 - Se&aacute;n O&#039;Brien'],
            [self::SERVICE, 'Object Storage 100'],
            ['/admin/addonmodules.php', 'No addon module is active'],
            ['/admin/configaddonmods.php', 'Sample &amp; Addon'],
            ['/admin/configproducts.php', 'Object Storage Flex'],
            ['/admin/configproducts.php?action=edit&id=1', 'In <em>GB</em>'],
            ['/admin/systemactivitylog.php', 'Module Create Successful - Service ID: 1'],
            ['/admin/systemmodulelog.php', 'planted request'],
        ];
    }

    /** @dataProvider pages */
    public function testEveryPageShowsItsContentToAFullAdminAndNothingWithoutLogIn(string $path, string $content): void
    {
        logModuleCall('sampleweb', 'a', 'planted request', '');
        $this->browser->get($path);
        self::assertSame([303, '/admin/login.php', ''], [$this->browser->status, $this->browser->headers['location'], $this->browser->body]);
        $this->browser->logInAdmin('admin')->get($path);
        self::assertSame(200, $this->browser->status);
        self::assertStringContainsString($content, $this->browser->body);
        $this->assertNoDefects();
    }

    public function testLogInNeedsTheRightPasswordATokenAndAnAdminWhoIsNotDisabled(): void
    {
        $this->browser->logInAdmin('admin', 'wrong');
        self::assertStringContainsString('Login Details Incorrect', $this->browser->body);
        $this->browser->post('/admin/login.php', ['username' => 'admin', 'password' => 'sandbox']);
        self::assertSame(403, $this->browser->status);
        $this->browser->logInClient(self::CLIENT)->get('/admin/clients.php');
        self::assertSame(303, $this->browser->status, 'a client is no admin');
        $this->browser->logInAdmin('admin');
        self::assertSame('/admin/index.php', $this->browser->headers['location']);
        self::assertSame(200, $this->browser->get('/admin/clients.php')->status);
        Capsule::table('tbladmins')->where('username', 'admin')->update(['disabled' => 1]);
        self::assertSame(303, $this->browser->get('/admin/clients.php')->status, 'switched off while logged in');
        self::assertSame(200, $this->browser->logInAdmin('admin')->status);
    }

    public function testTheSessionCookieIsKeptFromScriptsAndOtherSitesAndChangesWithTheLogIn(): void
    {
        $before = $this->browser->get('/admin/login.php')->cookie();
        self::assertMatchesRegularExpression('/^WHMCSSandbox=\w+; path=\/; HttpOnly; SameSite=Lax$/', $before);
        $token = $this->browser->token();
        $after = $this->browser->submit('/admin/login.php', ['username' => 'admin', 'password' => 'sandbox'])->cookie();
        self::assertMatchesRegularExpression('/^WHMCSSandbox=\w+; path=\/; HttpOnly; SameSite=Lax$/', $after);
        self::assertNotSame($before, $after);
        self::assertNotSame($token, $this->browser->get('/admin/index.php')->token());
    }

    public function testLogOutNeedsTheTokenAndEndsTheSession(): void
    {
        $this->browser->logInAdmin('admin');
        self::assertSame([405, 403], [$this->browser->get('/admin/logout.php')->status, $this->browser->post('/admin/logout.php', [])->status]);
        $this->browser->get('/admin/index.php')->submit('/admin/logout.php', []);
        self::assertSame('/admin/login.php', $this->browser->headers['location']);
        self::assertSame(303, $this->browser->get('/admin/index.php')->status);
    }

    public function testARoleSeesOnlyWhatItMay(): void
    {
        $this->browser->logInAdmin('sales')->get(self::SERVICE);
        self::assertSame(200, $this->browser->status);
        self::assertNull($this->browser->text('//*[@id="module-commands"]'));
        self::assertNull($this->browser->text('//button[text()="Save Changes"]'));
        self::assertSame(0, $this->browser->find('//nav//a[@href="/admin/configaddonmods.php"]')->length);
        foreach (['configaddonmods', 'configproducts', 'systemactivitylog', 'systemmodulelog'] as $page) {
            self::assertSame(403, $this->browser->get("/admin/$page.php")->status, $page);
        }
        $this->browser->get(self::SERVICE);
        foreach ([['modop' => 'suspend'], ['modop' => 'custom', 'ac' => 'poke'], ['domain' => 'mine.example']] as $fields) {
            self::assertSame(403, $this->browser->submit(self::SERVICE, $fields)->status);
        }
        self::assertSame(['Active', 'Storage-1.example'], [$this->service()->domainstatus, $this->service()->domain]);
        self::assertStringContainsString("Access Denied to systemmodulelog.php for admin sales", implode("\n", $this->activity()));
    }

    public function testTheSummaryHoldsTheOutputOfItsHooksOnce(): void
    {
        $this->browser->logInAdmin('admin')->get('/admin/clientssummary.php?userid=2');
        self::assertSame('Storage of the client', $this->browser->text('//*[@id="client-action-links"]//a[contains(@href, "client=2")]'));
        self::assertSame('Client 2', $this->browser->text('//*[@id="client-summary-hooks"]/*[@id="summary-panel"]'));
        self::assertSame(1, $this->browser->find('//*[@id="summary-panel"]')->length);
        self::assertSame(1, $this->browser->find('//meta[@name="in-head" and @content="clientssummary"]')->length);
        self::assertSame('admin 1', $this->browser->text('//*[@id="in-footer"]'));
    }

    public function testModuleCommandsShowTheirResultAsWhmcsDoes(): void
    {
        $this->browser->logInAdmin('admin')->get(self::SERVICE)->submit(self::SERVICE, ['modop' => 'suspend', 'suspreason' => 'Abuse <1>']);
        self::assertSame('Module Command Success Service Suspended Successfully', $this->browser->text('//*[@role="alert"]'));
        self::assertSame(['Suspended', 'Abuse <1>'], [$this->service()->domainstatus, $this->service()->suspendreason]);
        self::assertStringContainsString('Abuse &lt;1&gt;', $this->browser->body);
        Capsule::table('tblhosting')->where('id', 1)->update(['domain' => 'refuse.example']);
        $this->browser->submit(self::SERVICE, ['modop' => 'suspend']);
        self::assertStringContainsString("Module Command Error</strong><br>\nThe gateway said <em>no</em>", $this->browser->body);
        $this->assertNoDefects();
    }

    public function testOnlyCommandsTheModuleOffersHaveAButtonAndWork(): void
    {
        $this->browser->logInAdmin('admin')->get(self::SERVICE);
        self::assertSame(['create', 'terminate'], array_map(
            static fn (DOMElement $button): string => $button->getAttribute('value'),
            iterator_to_array($this->browser->find('//button[@form="module-command"]'))
        ));
        self::assertSame(1, $this->browser->find('//button[@form="module-suspend"]')->length);
        $this->browser->submit(self::SERVICE, ['modop' => 'unsuspend']);
        self::assertStringContainsString('Function Not Supported by Module: UnsuspendAccount', $this->browser->body);
        self::assertSame(404, $this->browser->submit(self::SERVICE, ['modop' => 'explode'])->status);
    }

    public function testButtonsOfTheModule(): void
    {
        $this->browser->logInAdmin('admin')->get(self::SERVICE);
        self::assertSame('Poke it', $this->browser->text('//button[@name="ac" and @value="poke"]'));
        $this->browser->submit(self::SERVICE, ['modop' => 'custom', 'ac' => 'poke']);
        self::assertStringContainsString('Module Command Success', $this->browser->body);
        Capsule::table('tblhosting')->where('id', 1)->update(['username' => 'other']);
        $this->browser->submit(self::SERVICE, ['modop' => 'custom', 'ac' => 'poke']);
        self::assertStringContainsString('Nobody to poke: other', $this->browser->body);
        self::assertContains('Module Custom Failed - Service ID: 1 - Error: Nobody to poke: other', $this->activity());
        self::assertSame(404, $this->browser->submit(self::SERVICE, ['modop' => 'custom', 'ac' => 'TerminateAccount'])->status);
        $this->browser->get(self::SERVICE)->submit(self::SERVICE, ['modop' => 'custom', 'ac' => 'page']);
        self::assertStringContainsString('page returned a page', $this->browser->text('//*[@id="defects"]'));
    }

    public function testWhatAModuleDoesThroughTheApiIsNotHeldAgainstIt(): void
    {
        Capsule::table('tblhosting')->where('id', 1)->update(['domainstatus' => 'Suspended']);
        $this->browser->logInAdmin('admin')->get(self::SERVICE)->submit(self::SERVICE, ['modop' => 'custom', 'ac' => 'release']);
        self::assertStringContainsString('Module Command Success', $this->browser->body);
        self::assertSame('Active', $this->service()->domainstatus);
        $this->assertNoDefects();
    }

    public function testFieldsOfTheModuleAreShownRawAndSavedWithThoseOfTheHost(): void
    {
        $this->browser->logInAdmin('admin')->get(self::SERVICE);
        self::assertSame('service 1', $this->browser->text('//tr[@class="module-field"][th="From a hook"]/td/i'));
        $this->browser->submit(self::SERVICE, ['domain' => 'new.example', 'domainstatus' => 'Fraud', 'sampleweb_label' => '"Gold"', 'packageid' => '2']);
        self::assertStringContainsString('Changes Saved Successfully!', $this->browser->body);
        self::assertSame(['new.example', 'Fraud', 1], [$this->service()->domain, $this->service()->domainstatus, $this->service()->packageid]);
        self::assertSame('"Gold"', $this->browser->find('//input[@name="sampleweb_label"]')->item(0)->getAttribute('value'));
        $this->assertNoDefects();
    }

    public function testFormsWithoutTheTokenChangeNothing(): void
    {
        $this->browser->logInAdmin('admin')->get(self::SERVICE);
        $token = $this->browser->token();
        foreach ([[], ['token' => ''], ['token' => 'wrong'], ['token' => ['x']]] as $wrong) {
            foreach ([['modop' => 'suspend'], ['modop' => 'custom', 'ac' => 'release'], ['domain' => 'x.example']] as $fields) {
                self::assertSame(403, $this->browser->post(self::SERVICE, $fields + $wrong)->status);
            }
            self::assertSame(403, $this->browser->post('/admin/configaddonmods.php', ['module' => 'sample_addon', 'action' => 'activate'] + $wrong)->status);
            self::assertSame(403, $this->browser->post('/admin/configproducts.php?action=edit&id=1', ['packageconfigoption' => ['1' => '9']] + $wrong)->status);
        }
        self::assertSame(403, $this->browser->post(self::SERVICE . "&token=$token", ['modop' => 'suspend'])->status, 'a token in the address');
        $this->browser->get(self::SERVICE . "&modop=suspend&token=$token");
        self::assertSame(['Active', 'Storage-1.example', '100'], [$this->service()->domainstatus, $this->service()->domain,
            Capsule::table('tblproducts')->where('id', 1)->value('configoption1')]);
        self::assertSame('', $this->host->settings->get('ActiveAddonModules'));
    }

    public function testModuleSettingsOfAProduct(): void
    {
        $path = '/admin/configproducts.php?action=edit&id=1';
        $this->browser->logInAdmin('admin')->get($path);
        self::assertSame('100', $this->browser->find('//input[@name="packageconfigoption[1]"]')->item(0)->getAttribute('value'));
        self::assertSame('Refuse', $this->browser->text('//select[@name="packageconfigoption[2]"]/option[@selected]'));
        $this->browser->submit($path, ['packageconfigoption' => ['1' => '<9>', '2' => 'purge', '3' => 'on', '4' => 'north', '5' => 'x']]);
        $product = Capsule::table('tblproducts')->find(1);
        self::assertSame(['<9>', 'purge', 'on', 'north', 'x'], [$product->configoption1, $product->configoption2, $product->configoption3,
            $product->configoption4, $product->configoption5]);
        self::assertSame('<9>', $this->browser->find('//input[@name="packageconfigoption[1]"]')->item(0)->getAttribute('value'));
        self::assertStringNotContainsString('<9>', $this->browser->body);
    }

    public function testPlantedMarkupIsTextOnEveryPage(): void
    {
        $markup = '"><script>alert(1)</script>';
        Capsule::table('tblclients')->where('id', 1)->update(['firstname' => $markup, 'lastname' => $markup, 'companyname' => $markup,
            'email' => $markup, 'city' => $markup]);
        Capsule::table('tblhosting')->where('id', 1)->update(['domain' => $markup, 'suspendreason' => $markup, 'notes' => $markup,
            'username' => $markup]);
        Capsule::table('tblproducts')->update(['name' => $markup, 'configoption1' => $markup, 'configoption5' => $markup]);
        Capsule::table('tblservers')->update(['name' => $markup]);
        Capsule::table('tbladmins')->update(['lastname' => $markup]);
        localAPI('AddClientNote', ['userid' => 1, 'notes' => $markup]);
        logActivity($markup, 1);
        logModuleCall('sampleweb', $markup, $markup, $markup, $markup);
        $this->browser->logInAdmin('admin');
        foreach (array_column(self::pages(), 0) as $path) {
            $this->browser->get($path);
            self::assertSame(200, $this->browser->status, $path);
            self::assertStringNotContainsString('<script>', $this->hookless(), $path);
            self::assertStringContainsString('&lt;script&gt;', $this->browser->body, $path);
        }
        $this->browser->get('/admin/clients.php?page=' . urlencode($markup));
        self::assertStringNotContainsString('<script>', $this->browser->body);
    }

    public function testWhatDoesNotExistIsSaidSo(): void
    {
        $this->browser->logInAdmin('admin');
        foreach (['/admin/nix.php', '/admin/clientssummary.php?userid=9', '/admin/clientsservices.php?userid=2&id=1',
            '/admin/clientsservices.php?userid[]=1', '/admin/configproducts.php?action=edit&id=99', '/admin/src/x', '/admin/index.php/x'] as $path) {
            self::assertSame(404, $this->browser->get($path)->status, $path);
        }
    }

    public function testAModuleThatEndsTheProcessGivesAnErrorPage(): void
    {
        $this->browser->logInAdmin('admin')->get(self::SERVICE)->submit(self::SERVICE, ['modop' => 'terminate']);
        self::assertSame(500, $this->browser->status);
        self::assertStringContainsString('the module ended the process', $this->browser->body);
        self::assertStringNotContainsString('half a page', $this->browser->body);
        self::assertSame('Active', $this->service()->domainstatus);
        self::assertStringContainsString('module defect: the module ended the process', $this->server->log());
    }

    public function testTheActivityLogNamesTheAdmin(): void
    {
        $this->browser->logInAdmin('support')->get(self::SERVICE)->submit(self::SERVICE, ['modop' => 'suspend']);
        self::assertSame('support', Capsule::table('tblactivitylog')->orderByDesc('id')->value('user'));
    }

    /** The page without what the module prints raw. */
    private function hookless(): string
    {
        return preg_replace('/<p id="hook-output">.*?<\/p>/s', '', $this->browser->body);
    }
}

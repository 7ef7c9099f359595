<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;

/** The client area of `whmcs serve`, over real HTTP. */
final class ClientAreaTest extends ServeTestCase
{
    private const CUSTOM = ['id' => '1', 'modop' => 'custom'];

    public static function pages(): array
    {
        return [
            ['/', 'Object Storage 100'],
            ['/clientarea.php', 'Object Storage 100'],
            ['/clientarea.php?action=services', 'Storage-1.example'],
            [self::DETAILS, 'id="module-overview"'],
            ['/clientarea.php?action=invoices', '10.00 EUR'],
            ['/viewinvoice.php?id=1', 'Object Storage 100'],
        ];
    }

    /** @dataProvider pages */
    public function testEveryPageShowsItsContentToTheClientAndNothingWithoutLogIn(string $path, string $content): void
    {
        $this->browser->get($path);
        self::assertSame([303, '/login', ''], [$this->browser->status, $this->browser->headers['location'], $this->browser->body]);
        $this->browser->logInClient(self::CLIENT)->get($path);
        self::assertSame(200, $this->browser->status);
        self::assertStringContainsString($content, $this->browser->body);
        $this->assertNoDefects();
    }

    public function testLogInAndLogOut(): void
    {
        self::assertStringContainsString('Login Details Incorrect', $this->browser->logInClient(self::CLIENT, 'wrong')->body);
        self::assertSame(403, $this->browser->post('/login', ['username' => self::CLIENT, 'password' => 'sandbox'])->status);
        self::assertSame('/clientarea.php', $this->browser->logInClient(self::CLIENT)->headers['location']);
        $this->browser->get('/clientarea.php');
        self::assertSame(403, $this->browser->post('/logout.php', [])->status);
        self::assertSame(303, $this->browser->get('/clientarea.php')->submit('/logout.php', [])->status);
        self::assertSame(303, $this->browser->get('/clientarea.php')->status);
        Capsule::table('tblclients')->where('id', 1)->update(['status' => 'Closed']);
        self::assertSame(200, $this->browser->logInClient(self::CLIENT)->status, 'a closed client');
    }

    public function testWhatBelongsToAnotherClientIsNotFound(): void
    {
        $this->browser->logInClient('zoe+storage@example.com')->get('/clientarea.php');
        self::assertStringContainsString('No Records Found', $this->browser->body);
        foreach ([self::DETAILS, '/viewinvoice.php?id=1', '/clientarea.php?action=productdetails&id=9', '/clientarea.php?action=nix'] as $path) {
            self::assertSame(404, $this->browser->get($path)->status, $path);
        }
        $this->browser->get('/clientarea.php');
        foreach (['poke', 'page', 'release'] as $function) {
            self::assertSame(404, $this->browser->submit('/clientarea.php?action=productdetails', self::CUSTOM + ['a' => $function])->status);
            $this->browser->get('/clientarea.php');
        }
        self::assertSame(404, $this->browser->submit('/clientarea/service/1/custom-action/panel', [])->status);
    }

    public function testModuleOutputStandsInTheOverviewOrReplacesIt(): void
    {
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS);
        self::assertSame('Active raw <b>raw</b>', $this->browser->text('//*[@id="tabOverview"]//*[@id="module-overview"]'));
        self::assertSame('Storage-1.example', $this->browser->text('//dl/dd[1]'));
        self::assertSame('Object Storage 100', $this->browser->text('//*[@class="hook-output"]/p[@id="hook-output"]'));
        self::assertMatchesRegularExpression('/^[0-9a-f]{40}$/', $this->browser->find('//form/input[@name="token"]')->item(0)->getAttribute('value'));
        Capsule::table('tblhosting')->where('id', 1)->update(['domain' => 'replace.example']);
        $this->browser->get(self::DETAILS);
        self::assertSame(1, $this->browser->find('//*[@id="module-overview"]')->length);
        self::assertSame(0, $this->browser->find('//dl')->length);
    }

    public function testAnExceptionOfTheModuleLeavesThePageStanding(): void
    {
        Capsule::table('tblhosting')->where('id', 1)->update(['domain' => 'broken.example']);
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS);
        self::assertSame([200, 'broken.example'], [$this->browser->status, $this->browser->text('//dl/dd[1]')]);
        self::assertStringContainsString('no client area today', $this->browser->text('//*[@id="defects"]'));
    }

    public function testCustomFunctionsRunWhenPostedWithTheToken(): void
    {
        $path = '/clientarea.php?action=productdetails';
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS);
        self::assertSame(['poke', 'page'], array_map(
            static fn (DOMElement $field): string => $field->getAttribute('value'),
            iterator_to_array($this->browser->find('//input[@name="a"]'))
        ));
        $token = $this->browser->token();
        $this->browser->submit($path, self::CUSTOM + ['a' => 'poke']);
        self::assertSame('Action Completed Successfully!', $this->browser->text('//*[@role="alert"]'));
        Capsule::table('tblhosting')->where('id', 1)->update(['username' => 'other', 'domainstatus' => 'Suspended']);
        self::assertStringContainsString('Nobody to poke: other', $this->browser->submit($path, self::CUSTOM + ['a' => 'poke'])->body);
        $this->browser->submit($path, self::CUSTOM + ['a' => 'page']);
        self::assertSame('a <page> of its own of other', $this->browser->text('//*[@id="module-page"]'));
        self::assertSame('Keys', $this->browser->text('//li[2]/a'));
        self::assertSame('Keys', $this->browser->text('//h1'));
        self::assertSame(403, $this->browser->submit($path, self::CUSTOM + ['a' => 'TerminateAccount'])->status);
        self::assertSame(405, $this->browser->get(self::DETAILS . "&modop=custom&a=release&token=$token")->status);
        self::assertSame(403, $this->browser->post($path, self::CUSTOM + ['a' => 'release'])->status);
        self::assertSame('Suspended', $this->service()->domainstatus);
        $this->browser->get(self::DETAILS)->submit($path, self::CUSTOM + ['a' => 'release']);
        self::assertSame('Active', $this->service()->domainstatus, 'allowed without a button');
    }

    public function testCustomActionsLeadElsewhere(): void
    {
        $path = '/clientarea/service/1/custom-action/';
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS);
        self::assertSame('Open the panel', $this->browser->text("//form[@action='{$path}panel']/button"));
        self::assertSame(0, $this->browser->find("//form[@action='{$path}off']")->length);
        self::assertSame([303, 'https://panel.example/in'],
            [$this->browser->submit("{$path}panel", [])->status, $this->browser->headers['location']]);
        self::assertSame(405, $this->browser->get("{$path}panel")->status);
        self::assertSame(403, $this->browser->post("{$path}panel", [])->status);
        foreach (['off', 'nix'] as $action) {
            self::assertSame(404, $this->browser->get(self::DETAILS)->submit($path . $action, [])->status);
        }
        $this->browser->get(self::DETAILS)->submit("{$path}nowhere", []);
        $this->browser->get($this->browser->headers['location']);
        self::assertStringContainsString('The action could not be completed', $this->browser->text('//*[@role="alert"]'));
        self::assertContains('The custom action nowhere failed: nowhere to go', $this->activity());
    }

    public function testTheThemeCanBeChosenForTheSession(): void
    {
        $this->browser->logInClient(self::CLIENT)->get('/clientarea.php');
        self::assertSame('twenty-one', $this->browser->text('//*[@id="in-client-footer"]'));
        foreach (['six', 'nexus', 'twenty-one'] as $theme) {
            $this->browser->get("/clientarea.php?systpl=$theme")->get(self::DETAILS);
            self::assertSame($theme, $this->browser->text('//*[@id="in-client-footer"]'));
        }
        $this->browser->get('/clientarea.php?systpl=../../etc');
        self::assertSame('twenty-one', $this->browser->text('//*[@id="in-client-footer"]'));
    }

    public function testPlantedMarkupIsTextOnEveryPage(): void
    {
        $markup = '"><script>alert(1)</script>';
        Capsule::table('tblclients')->where('id', 1)->update(['firstname' => $markup, 'lastname' => $markup]);
        Capsule::table('tblhosting')->where('id', 1)->update(['domain' => $markup, 'suspendreason' => $markup]);
        Capsule::table('tblproducts')->where('id', 2)->update(['name' => $markup]);
        $this->order(2, 1, [], $markup);
        Capsule::table('tblinvoiceitems')->update(['description' => $markup]);
        $this->browser->logInClient(self::CLIENT);
        foreach (array_column(self::pages(), 0) as $path) {
            $this->browser->get($path);
            self::assertSame(200, $this->browser->status, $path);
            self::assertStringNotContainsString('<script>', $this->browser->body, $path);
            self::assertStringContainsString('&lt;script&gt;', $this->browser->body, $path);
        }
    }

    public function testAdminOnlyFieldsStayWithTheAdmins(): void
    {
        Capsule::table('tblcustomfields')->insert(['type' => 'product', 'relid' => 1, 'fieldname' => 'Nickname|Shown name', 'fieldtype' => 'text']);
        WhmcsSandbox\Host\CustomFields::save(1, 1, 'Nickname', 'Bucky');
        WhmcsSandbox\Host\CustomFields::save(1, 1, 'Label', 'for staff');
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS);
        self::assertSame('Bucky', $this->browser->text('//dt[text()="Nickname"]/following-sibling::dd'));
        self::assertStringNotContainsString('for staff', $this->browser->body);
    }

    public function testEveryStyleAndScriptOfAPageIsThere(): void
    {
        foreach (['/login?systpl=six', '/login?systpl=nexus', '/login?systpl=twenty-one', '/admin/login.php'] as $path) {
            $files = iterator_to_array($this->browser->get($path)->find('//link[@rel="stylesheet"]/@href | //script/@src'));
            self::assertNotSame([], $files, $path);
            foreach ($files as $file) {
                self::assertSame(200, $this->browser->get($file->value)->status, $file->value);
            }
        }
    }

    public function testFilesOfTheSandboxAreNotServed(): void
    {
        foreach (['/style/../../schema.sql', '/style/..%2f..%2fschema.sql', '/assets/', '/style/nix.css', '/index.php.bak'] as $path) {
            self::assertStringNotContainsString('CREATE TABLE', $this->browser->get($path)->body, $path);
            self::assertNotSame(200, $this->browser->status, $path);
        }
        self::assertSame('text/css; charset=UTF-8', $this->browser->get('/style/admin.css')->headers['content-type']);
    }
}

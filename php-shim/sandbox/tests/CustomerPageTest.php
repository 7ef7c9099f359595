<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;
use WhmcsSandbox\Billing\PriceSchema;
use WhmcsSandbox\Billing\UsagePrice;
use WhmcsSandbox\Billing\UsagePrices;
use WhmcsSandbox\Kernel\ModuleAction;

/** The customer's pages of the module `ostor` in the host: its Smarty, its themes, its forms, its mails. */
final class CustomerPageTest extends ServeTestCase
{
    private const USER = '0123456789abcdef';
    private const KEY = '0123456789abcdefXY7Z';
    private const OLD_KEY = '0123456789abcdefOLD1';
    private const SECRET = 'first/secret+key=0123456789abcdefghijklm';
    private const NEW_SECRET = 'canary/new+secret=0123456789abcdefghijkl';
    private const FORM = '/clientarea.php?action=productdetails';
    private const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" aria-hidden="true"><rect x="1"/></svg>';

    private static ScriptedBridge $bridge;

    public static function setUpBeforeClass(): void
    {
        self::$bridge = new ScriptedBridge(dirname(__DIR__, 2) . '/tests/Support/router.php', [
            'OSTOR_TEST_CLIENT' => 'whmcs', 'OSTOR_TEST_SECRET' => self::SERVER_PASSWORD,
        ]);
    }

    public static function tearDownAfterClass(): void
    {
        self::$bridge->stop();
    }

    protected function modules(): string
    {
        return dirname(__DIR__, 2) . '/modules';
    }

    protected function setUp(): void
    {
        $this->install('ostor');
        Capsule::table('tblservers')->where('id', 1)
            ->update(['hostname' => '127.0.0.1', 'secure' => '', 'port' => self::$bridge->port]);
        Capsule::table('tblproducts')->where('id', 1)->update(['configoption10' => '2']);
        $this->order();
        $this->script();
        self::assertTrue($this->host->kernel->run(1, ModuleAction::Create)->succeeded());
        $this->serve();
    }

    /** @param array<string, mixed> $area members of ClientArea in the place of the usual ones */
    private function script(array $area = []): void
    {
        $pair = ['access_key_id' => self::KEY, 'secret_access_key' => self::SECRET];
        $new = ['access_key_id' => '0123456789abcdefNEW1', 'secret_access_key' => self::NEW_SECRET];
        $point = ['storage_bytes' => 1073741824, 'bytes_downloaded' => 0];
        $results = [
            'CreateAccount' => ['user_id' => self::USER, 'endpoint' => 'https://s3.example.com'] + $pair,
            'RotateKeys' => $new,
            'RevokeKey' => ['revoked' => true],
            'ShowKeys' => ['keys' => [$pair, $new]],
            'CreateSubAccount' => ['name' => 'app'] + $new,
            'DeleteSubAccount' => ['deleted' => true],
            'ClientArea' => $area + [
                'state' => 'active', 'endpoint' => 'https://s3.example.com', 'region' => 'us-east-1',
                'access_key_id' => self::KEY, 'live' => true, 'access_key_ids' => [self::KEY, self::OLD_KEY],
                'sub_accounts' => [['name' => 'backup', 'access_key_ids' => []]], 'gigabyte' => 'binary',
                'storage' => ['bytes' => 96636764160, 'at' => '2031-01-10T00:00:00Z', 'quota_bytes' => 107374182400],
                'month' => ['bytes_uploaded' => 1, 'bytes_downloaded' => 2, 'ops_put' => 3, 'ops_get' => 4,
                    'ops_list' => 5, 'ops_other' => null],
                'metrics' => ['storage_month' => 12.5],
                'buckets' => [['name' => '"><script>alert(1)</script>', 'bytes' => 5, 'created' => null]],
                'buckets_total' => 1, 'complete_until' => '2031-01-09T23:00:00Z',
                'days' => [['start' => '2031-01-10T00:00:00+00:00'] + $point],
                'months' => [['start' => '2031-01-01T00:00:00+00:00'] + $point],
                'charts' => array_fill_keys(['days_stored', 'days_downloaded', 'months_stored', 'months_downloaded'], self::SVG),
            ],
            'usage.buckets' => ['complete_until' => null, 'gigabyte' => 'binary', 'rows' => [
                ['bucket' => '=photos', 'start' => date('Y-m-01') . 'T00:00:00+00:00', 'bytes_uploaded' => 1,
                    'bytes_downloaded' => null, 'ops_put' => 1, 'ops_get' => 2, 'ops_list' => 3, 'ops_other' => 4,
                    'storage_byte_hours' => 1073741824],
            ]],
            'UsageUpdate' => ['complete_until' => null, 'withheld' => [], 'next_cursor' => null, 'accounts' => [
                ['service_id' => 1, 'user_id' => self::USER, 'disk_used_mb' => 95, 'disk_limit_mb' => 100,
                    'bandwidth_used_mb' => null, 'bandwidth_limit_mb' => null],
            ]],
        ];
        $answers = [];
        foreach ($results as $method => $result) {
            $body = json_encode(['jsonrpc' => '2.0', 'id' => '@ID@', 'result' => $result], JSON_THROW_ON_ERROR);
            $answers[] = ['for' => $method, 'forever' => true, 'status' => 200, 'type' => 'application/json', 'body' => $body];
        }
        self::$bridge->script($answers);
    }

    public static function themes(): array
    {
        return [['six'], ['twenty-one'], ['nexus']];
    }

    /** @dataProvider themes */
    public function testEveryPageIsRightInEveryTheme(string $theme): void
    {
        $this->browser->logInClient(self::CLIENT)->get("/clientarea.php?systpl=$theme");
        $pages = [
            '' => 'https://s3.example.com', '&ostor=keys' => self::OLD_KEY, '&ostor=connect' => 'force_path_style',
            '&ostor=usage' => 'GiB hours', '&ostor=revoke&key=' . self::OLD_KEY => 'Revoke the key ' . self::OLD_KEY,
            '&ostor=delete&sub=backup' => 'Delete the sub-account backup?',
        ];
        foreach ($pages as $address => $content) {
            $this->browser->get(self::DETAILS . $address);
            self::assertSame(200, $this->browser->status);
            self::assertSame('Object storage', $this->browser->text('//*[@class="ostor"]/h2'), $address);
            self::assertStringContainsString($content, $this->browser->text('//*[@class="ostor"]'), $address);
            self::assertSame(0, $this->browser->find('//script[contains(., "alert(1)")]')->length);
            self::assertStringNotContainsString('{$', $this->browser->body);
            self::assertStringNotContainsString(self::SECRET, $this->browser->body);
            $this->assertSoundMarkup();
            $this->assertNoDefects();
        }
    }

    public function testArabicPagesRunFromRightToLeft(): void
    {
        $this->browser->logInClient(self::CLIENT)->get('/clientarea.php?language=arabic');
        foreach (['', '&ostor=keys', '&ostor=connect', '&ostor=usage', '&ostor=delete&sub=backup'] as $address) {
            $this->browser->get(self::DETAILS . $address);
            self::assertSame('تخزين الكائنات', $this->browser->text('//*[@class="ostor"][@dir="rtl"][@lang="ar"]/h2'), $address);
            $this->assertSoundMarkup();
        }
        $this->browser->get(self::DETAILS);
        $figure = "\u{2068}\u{2068}%s\u{2069} \u{2068}GiB\u{2069}\u{2069}";
        $sentence = sprintf($figure, '90.00') . ' من ' . sprintf($figure, '100.00');
        self::assertStringContainsString($sentence, $this->browser->body);
        self::assertSame('"><script>alert(1)</script>', $this->browser->text('//th/bdi'));
        $this->browser->get(self::DETAILS . '&ostor=keys');
        self::assertSame('backup', $this->browser->text('//h4/bdi'));
        $this->browser->get(self::DETAILS . '&language=english');
        self::assertSame('Object storage', $this->browser->text('//*[@class="ostor"][@dir="ltr"][@lang="en"]/h2'));
    }

    public function testOverviewStandsInTheHostsOwnAndHasItsParts(): void
    {
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS);
        self::assertSame('Active', $this->browser->text('//dl[@class="product-details"]/dd[2]'));
        self::assertSame(4, $this->browser->find('//figure//*[@class="ostor-chart"]/*[local-name()="svg"]')->length);
        self::assertSame(4, $this->browser->find('//figure[figcaption]/details//table')->length);
        self::assertStringContainsString("90.00 GiB of 100.00 GiB used (90\u{A0}%)", $this->browser->body);
        self::assertStringContainsString("Nearly full: 90\u{A0}%", $this->browser->body);
        self::assertStringContainsString('&lt;script&gt;alert(1)', $this->browser->body);
        self::assertNull($this->browser->text('//h3[.="Next invoice so far"]'), 'no metric is sold');
        $this->browser->get(self::DETAILS . '&ostor=keys');
        self::assertSame(0, $this->browser->find('//dl[@class="product-details"]')->length);
    }

    public function testKeysSayWhichIsCurrentAndWhichIsOld(): void
    {
        $cell = '//th[code="%s"]/following-sibling::td';
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS . '&ostor=keys');
        self::assertSame('current', $this->browser->text(sprintf($cell, self::KEY)));
        self::assertStringStartsWith('old Revoke…', $this->browser->text(sprintf($cell, self::OLD_KEY)));
        $this->script(['sub_accounts' => [['name' => 'backup', 'access_key_ids' => ['0123456789abcdefSUB1']]]]);
        $this->browser->get(self::DETAILS . '&ostor=keys');
        self::assertStringStartsWith('Revoke…', $this->browser->text(sprintf($cell, '0123456789abcdefSUB1')));
        $this->browser->submit(self::FORM, ['id' => '1', 'modop' => 'custom', 'a' => 'clientShowKeys', 'sub' => 'backup']);
        self::assertSame('Sub-account', $this->browser->text('(//*[@data-ostor-pairs]//dt)[1]'));
        $this->script(['live' => false]);
        $this->browser->get(self::DETAILS . '&ostor=keys');
        self::assertSame('old', $this->browser->text(sprintf($cell, self::OLD_KEY)));
    }

    public function testQuestionThatIsNotAskedSaysWhy(): void
    {
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS . '&ostor=revoke&key=nix');
        $card = '//*[@class="ostor-card"]/p';
        self::assertSame('There is no such key, or it has been revoked already.', $this->browser->text($card));
        $this->script(['live' => false]);
        $this->browser->get(self::DETAILS . '&ostor=delete&sub=backup');
        self::assertSame('Your keys cannot be read right now. Try again later.', $this->browser->text($card));
        self::assertSame(0, $this->browser->find('//*[@class="ostor-card"]//form')->length);
    }

    public function testPricesAreThoseOfTheHost(): void
    {
        UsagePrices::set(1, 'storage_month', 1, new UsagePrice(PriceSchema::PerUnit, '10', [['from' => '0', 'price' => '0.02']]));
        UsagePrices::set(1, 'requests_put', 1, new UsagePrice(PriceSchema::PerUnit, '0', [['from' => '0', 'price' => '0.5']]));
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS);
        $row = '//h3[.="Next invoice so far"]/..//tbody/tr';
        self::assertSame(['12.5', '10', '0+: 0.02 EUR'], [
            $this->browser->text("{$row}[1]/td[1]"), $this->browser->text("{$row}[1]/td[2]"), $this->browser->text("{$row}[1]/td[3]"),
        ]);
        self::assertSame('not known', $this->browser->text("{$row}[2]/td[1]"));
        $this->assertNoDefects();
    }

    public function testRotationStoresThePairAndShowsItOnce(): void
    {
        $this->script(['access_key_ids' => [self::KEY]]);
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS . '&ostor=keys');
        $this->browser->submit(self::FORM, ['id' => '1', 'modop' => 'custom', 'a' => 'clientRotateKey', 'sub' => '']);
        self::assertStringContainsString(self::NEW_SECRET, $this->browser->text('//*[@data-ostor-pairs]'));
        self::assertSame('no-store', $this->browser->headers['cache-control']);
        self::assertStringContainsString('0123456789abcdefNEW1 works now', $this->browser->text('//*[@role="alert"]'));
        $this->assertNoDefects();
        self::assertSame(self::NEW_SECRET, $this->host->encryption->decrypt($this->service()->password));
        self::assertSame('0123456789abcdefNEW1', WhmcsSandbox\Host\CustomFields::values(1, 1)['Access Key ID']);
        $this->browser->get(self::DETAILS . '&ostor=keys');
        self::assertStringNotContainsString(self::NEW_SECRET, $this->browser->body);
    }

    public function testFormsOfThePagesLeadWhereTheySay(): void
    {
        $this->browser->logInClient(self::CLIENT);
        $forms = [
            ['', '//form[.//input[@value="clientShowKeys"]]', [], self::NEW_SECRET],
            ['&ostor=keys', '//form[.//input[@value="clientCreateSubAccount"]]', ['sub' => 'app'], 'app was created'],
            ['&ostor=revoke&key=' . self::OLD_KEY, '//form[.//input[@name="a"]]', [], self::OLD_KEY . ' does not work any more'],
            ['&ostor=delete&sub=backup', '//form[.//input[@name="a"]]', [], 'backup was deleted'],
        ];
        foreach ($forms as [$address, $form, $typed, $told]) {
            $this->browser->get(self::DETAILS . $address);
            $fields = $typed;
            foreach ($this->browser->find("{$form}[1]//input[@type='hidden']") as $input) {
                $fields[$input->getAttribute('name')] = $input->getAttribute('value');
            }
            $action = $this->browser->find($form)->item(0)->getAttribute('action');
            $this->browser->post("/$action", $fields);
            self::assertSame(200, $this->browser->status);
            self::assertStringContainsString($told, $this->browser->body);
            $this->assertSoundMarkup();
            $this->assertNoDefects();
        }
    }

    public function testHostRefusesAddressesForeignFormsAndOtherClients(): void
    {
        $custom = ['id' => '1', 'modop' => 'custom', 'a' => 'clientRotateKey'];
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS);
        self::assertSame(405, $this->browser->get(self::DETAILS . '&modop=custom&a=clientRotateKey')->status);
        self::assertSame(403, $this->browser->post(self::FORM, $custom)->status);
        self::assertSame(403, $this->browser->get(self::DETAILS)->submit(self::FORM, ['a' => 'rotateKeys'] + $custom)->status);
        $this->browser->logInClient('zoe+storage@example.com')->get('/clientarea.php');
        self::assertSame(404, $this->browser->submit(self::FORM, $custom)->status);
        self::assertSame(404, $this->browser->get(self::DETAILS . '&ostor=keys')->status);
        self::assertSame(self::SECRET, $this->host->encryption->decrypt($this->service()->password));
    }

    public function testSuspendedCustomerSeesWhyAndChangesNothing(): void
    {
        Capsule::table('tblhosting')->where('id', 1)->update(['domainstatus' => 'Suspended', 'suspendreason' => 'Invoice <7>']);
        $this->script(['state' => 'suspended']);
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS . '&ostor=keys');
        self::assertStringContainsString('Reason: Invoice <7>', $this->browser->text('//*[@class="ostor"]'));
        self::assertSame(0, $this->browser->find('//a[contains(@href, "ostor=revoke")] | //input[@value="clientRotateKey"]')->length);
        $this->browser->submit(self::FORM, ['id' => '1', 'modop' => 'custom', 'a' => 'clientRotateKey']);
        self::assertStringContainsString('nothing can be changed', $this->browser->text('//*[@role="alert"]'));
        self::assertSame(self::SECRET, $this->host->encryption->decrypt($this->service()->password));
    }

    public function testSidebarAndActionLeadToThePages(): void
    {
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS);
        foreach (['keys' => 'Access keys', 'connect' => 'Connect an app', 'usage' => 'Usage by bucket'] as $page => $label) {
            $link = $this->browser->find("//*[@id='Primary_Sidebar-Service_Details_Overview-ostor_$page']")->item(0);
            self::assertSame($label, trim($link->textContent));
            self::assertSame("clientarea.php?action=productdetails&id=1&ostor=$page", $link->getAttribute('href'));
        }
        $this->browser->submit('/clientarea/service/1/custom-action/ostorKeys', []);
        self::assertSame(303, $this->browser->status);
        self::assertSame(
            Capsule::table('tblconfiguration')->where('setting', 'SystemURL')->value('value')
                . 'clientarea.php?action=productdetails&id=1&ostor=keys',
            $this->browser->headers['location']
        );
    }

    public function testUsageIsAFile(): void
    {
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS . '&ostor=usage');
        $month = date('Y-m');
        $this->browser->submit(self::FORM, ['id' => '1', 'modop' => 'custom', 'a' => 'clientDownloadUsage', 'month' => $month]);
        self::assertSame([200, 'text/csv; charset=utf-8'], [$this->browser->status, $this->browser->headers['content-type']]);
        self::assertSame("attachment; filename=\"usage-1-$month.csv\"", $this->browser->headers['content-disposition']);
        self::assertSame(
            "day,bucket,bytes_uploaded,bytes_downloaded,ops_put,ops_get,ops_list,ops_other,storage_byte_hours\r\n"
                . "$month-01,'=photos,1,,1,2,3,4,1073741824\r\n",
            $this->browser->body
        );
    }

    public function testPageStandsWhileTheBridgeIsDown(): void
    {
        Capsule::table('tblhosting')->where('id', 1)
            ->update(['diskusage' => 512, 'disklimit' => 1024, 'lastupdate' => '2031-01-09 03:00:00']);
        self::$bridge->script([]);
        $this->browser->logInClient(self::CLIENT)->get(self::DETAILS);
        self::assertStringContainsString("512.00 MiB of 1.00 GiB used (50\u{A0}%)", $this->browser->body);
        self::assertStringContainsString('what was last stored', $this->browser->body);
        self::assertStringContainsString(self::KEY, $this->browser->body);
        $this->browser->get(self::DETAILS . '&ostor=usage');
        $this->browser->get(self::DETAILS);
        self::assertCount(1, Capsule::table('tblactivitylog')->where('description', 'like', 'ostor: page of%')->get());
        $this->assertNoDefects();
    }

    public function testMailsOfTheModuleCanBeImportedAndOneGoesOut(): void
    {
        foreach (glob($this->modules() . '/servers/ostor/emails/*.txt') as $file) {
            preg_match('/\AName: (.+)\nSubject: (.+)\n\n(.+)\z/sU', file_get_contents($file), $part);
            Capsule::table('tblemailtemplates')
                ->insert(['type' => 'product', 'name' => $part[1], 'subject' => $part[2], 'message' => $part[3]]);
        }
        Capsule::table('tblemails')->delete();
        $this->host->kernel->callForServer(1, 'UsageUpdate');
        $this->host->kernel->callForServer(1, 'UsageUpdate');
        $mails = Capsule::table('tblemails')->get();
        self::assertSame(['Your object storage is 95 % full'], $mails->pluck('subject')->all());
        self::assertStringContainsString('holds 0.09 GiB of 0.10 GiB', $mails[0]->message);
        self::assertSame([95, 100], [(int) $this->service()->diskusage, (int) $this->service()->disklimit]);
        self::assertSame([], $this->defects());
    }

    /** Unique ids, labels that belong to a field, everything named that is pressed. */
    private function assertSoundMarkup(): void
    {
        $ids = array_map(static fn (DOMNode $id): string => $id->nodeValue, iterator_to_array($this->browser->find('//@id')));
        self::assertSame(array_values(array_unique($ids)), $ids);
        foreach ($this->browser->find('//*[@class="ostor"]//label') as $label) {
            self::assertContains($label->getAttribute('for'), $ids);
        }
        foreach ($this->browser->find('//*[@class="ostor"]//button | //*[@class="ostor"]//a') as $pressed) {
            self::assertNotSame('', trim($pressed->textContent));
        }
        self::assertSame(0, $this->browser->find('//*[@class="ostor"]//th[not(@scope)] | //*[@class="ostor"]//img')->length);
        $form = '//*[@class="ostor"]//form[@method="post"]';
        self::assertSame(
            $this->browser->find($form)->length,
            $this->browser->find("{$form}[input[@name='token' and string-length(@value) = 40]]")->length
        );
    }
}

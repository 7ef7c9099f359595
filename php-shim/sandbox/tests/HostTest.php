<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WHMCS\Service\Service;
use WhmcsSandbox\Host\Clients;
use WhmcsSandbox\Host\Pages;
use WhmcsSandbox\Kernel\ModuleAction;

/** What the host offers to modules: functions, models, API commands, templates, hook files. */
final class HostTest extends SandboxTestCase
{
    protected function setUp(): void
    {
        $this->install('sampleok');
        $this->order();
    }

    public function testTheDatabaseIsTheGenuineCapsuleOnMariaDbWithoutStrictMode(): void
    {
        self::assertInstanceOf(Illuminate\Database\MySqlConnection::class, Capsule::connection());
        self::assertStringContainsString('MariaDB', Capsule::selectOne('SELECT VERSION() v')->v);
        self::assertSame('', Capsule::selectOne('SELECT @@sql_mode m')->m);
        self::assertSame('0000-00-00', $this->service()->termination_date);
    }

    public function testEncryptionIsSaltedAndGarbageGivesGarbage(): void
    {
        self::assertNotSame(encrypt('secret'), encrypt('secret'));
        self::assertSame('secret', decrypt(encrypt('secret')));
        self::assertSame('', decrypt(''));
        self::assertNotSame('plain text that was never encrypted', decrypt('plain text that was never encrypted'));
        $answer = localAPI('EncryptPassword', ['password2' => 'x']);
        self::assertSame('x', localAPI('DecryptPassword', ['password2' => $answer['password']])['password']);
    }

    public function testModuleLogMasksLiteralValuesOnly(): void
    {
        logModuleCall('m', 'a', 'k=abc/d', ['k' => 'abc/d'], json_encode('abc/d'), ['abc/d', '']);
        $row = Capsule::table('tblmodulelog')->first();
        self::assertSame('k=*****', $row->request);
        self::assertStringContainsString('[k] => *****', $row->response);
        self::assertSame('"abc\/d"', $row->arrdata);
    }

    public function testServicePropertiesUseCoreColumnsOrCustomFields(): void
    {
        $properties = Service::find(1)->serviceProperties;
        $properties->save(['Username' => 'u', 'Password' => 'p', 'Disk Usage' => 5, 'Access Key ID' => 'K']);
        $row = $this->service();
        self::assertSame(['u', 'p', 5], [$row->username, decrypt($row->password), $row->diskusage]);
        self::assertSame(['p', 'K', ''], [$properties->get('Password'), $properties->get('Access Key ID'), $properties->get('Nothing')]);
        $properties->save(['Access Key ID' => 'K2']);
        self::assertSame(1, Capsule::table('tblcustomfields')->count());
        self::assertSame('K2', Service::find(1)->serviceProperties->get('Access Key ID'));
    }

    public function testModelsMapTheDocumentedNames(): void
    {
        $service = Service::find(1);
        self::assertSame([1, 'Pending', 1], [$service->clientId, $service->status, $service->serverId]);
        self::assertSame('Se&aacute;n O&#039;Brien', $service->client->fullName);
        self::assertSame('Object Storage 100', $service->product->name);
    }

    public function testClientDetailsKeepWhmcsSpellings(): void
    {
        $details = Clients::details(1);
        self::assertArrayHasKey('latefeeoveride', $details);
        self::assertArrayHasKey('overideduenotices', $details);
        self::assertSame('sean.o&#039;brien@example.com', $details['email']);
        self::assertSame([], Clients::details(99));
    }

    public function testApiCommands(): void
    {
        self::assertSame('Client ID not found', localAPI('AddClientNote', ['userid' => 9, 'notes' => 'x'])['message']);
        self::assertSame('Notes can not be empty', localAPI('AddClientNote', ['userid' => 1, 'notes' => ''])['message']);
        self::assertSame(1, localAPI('AddClientNote', ['userid' => 1, 'notes' => 'x', 'sticky' => true])['noteid']);
        self::assertSame('x', Capsule::table('tblnotes')->value('note'));
        self::assertSame('Cork', localAPI('GetClientsDetails', ['clientid' => 1])['client']['city']);
        self::assertSame('Client Not Found', localAPI('GetClientsDetails', ['clientid' => 9])['message']);

        $update = ['serviceid' => 1, 'servicepassword' => 'pw', 'domain' => 'new.example', 'overideautosuspend' => 'on'];
        self::assertSame(['result' => 'success', 'serviceid' => 1], localAPI('UpdateClientProduct', $update));
        $product = localAPI('GetClientsProducts', ['serviceid' => 1])['products']['product'][0];
        self::assertSame(['pw', 'new.example', 1, 'Pending'],
            [$product['password'], $product['domain'], $product['overideautosuspend'], $product['status']]);

        self::assertSame('success', localAPI('ModuleCreate', ['serviceid' => 1])['result']);
        self::assertSame('success', localAPI('ModuleSuspend', ['serviceid' => 1, 'suspendreason' => 'r'])['result']);
        self::assertSame('success', localAPI('ModuleUnsuspend', ['serviceid' => 1])['result']);
        self::assertSame('success', localAPI('ModuleChangePackage', ['serviceid' => 1])['result']);
        $GLOBALS['sample_answer'] = 'not now';
        self::assertSame(['result' => 'error', 'message' => 'not now'], localAPI('ModuleTerminate', ['serviceid' => 1]));
        localAPI('LogActivity', ['description' => 'hello', 'clientid' => 1]);
        self::assertContains('hello', $this->activity());
        self::assertSame('error', localAPI('NoSuchCommand')['result']);
    }

    public function testDateAndCurrencyHelpers(): void
    {
        self::assertSame('10/01/2031', getTodaysDate());
        self::assertSame('31/12/2030', fromMySQLDate('2030-12-31'));
        self::assertSame('2030-12-31', toMySQLDate('31/12/2030'));
        self::assertSame('10.50 EUR', (string) formatCurrency(10.5, getCurrency(1)['id']));
    }

    public function testTokens(): void
    {
        $_REQUEST['token'] = 'wrong';
        self::assertFalse(check_token());
        $_REQUEST['token'] = generate_token('plain');
        self::assertTrue(check_token());
        self::assertStringContainsString($_REQUEST['token'], generate_token());
        unset($_REQUEST['token']);
    }

    public function testClientPageIsRenderedBySmartyWithoutAutomaticEscaping(): void
    {
        $this->host->kernel->run(1, ModuleAction::Create);
        $html = (new Pages($this->host))->client(1);
        self::assertSame("<p><b>O&#039;Brien</b> &lt;b&gt;O&amp;#039;Brien&lt;/b&gt; user0001</p>\n", $html);
        self::assertStringContainsString('<td>State</td><td><i>live</i></td>', (new Pages($this->host))->admin(1));
    }

    public static function forbiddenTemplates(): array
    {
        return [['{Lang::trans("x")}'], ['{system("id")}'], ['{$smarty.server.PATH}'], ['{php}echo 1;{/php}'], ['{include file="file:/etc/passwd"}']];
    }

    /** @dataProvider forbiddenTemplates */
    public function testTheTemplatePolicyRefuses(string $template): void
    {
        $this->expectException(SmartyException::class);
        $this->host->templates->text($template, []);
    }

    public function testAHookFileIsOnlySeenAfterItsDetection(): void
    {
        self::assertSame('sampleok', $this->host->settings->get('ModuleHooks'));
        run_hook('DailyCronJob', []);
        self::assertSame('DailyCronJob', $GLOBALS['sample_calls'][0][0]);

        $this->host->settings->set('ModuleHooks', '');
        $GLOBALS['sample_calls'] = [];
        (new WhmcsSandbox\Host\Host($this->host->database, __DIR__ . '/modules'))->boot();
        run_hook('DailyCronJob', []);
        self::assertSame([], $GLOBALS['sample_calls']);
    }

    public function testTestConnectionGetsTheServerRecord(): void
    {
        self::assertTrue($this->host->kernel->callForServer(1, 'TestConnection')['success']);
        self::assertSame('no password', $this->host->kernel->callForServer(2, 'TestConnection')['error']);
    }
}

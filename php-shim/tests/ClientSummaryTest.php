<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\AddonTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Tests\Support\ScriptedBridge;

/**
 * The client's summary page: links into the addon, and a panel that breaks and delays nothing.
 */
final class ClientSummaryTest extends AddonTestCase
{
    private const STATE = [
        'state' => 'active', 'access_key_id' => self::KEY, 'plan' => ['quota_gb' => 100],
        'live' => [
            'state' => 'suspended', 'plan' => ['quota_gb' => 100, 'ops_per_second' => ['get' => 0.5]],
            'access_key_ids' => [self::KEY, self::KEY_2], 'buckets' => 3, 'bytes' => 1610612736,
        ],
    ];

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        require_once dirname(__DIR__) . '/modules/servers/ostor/hooks.php';
    }

    protected function setUp(): void
    {
        parent::setUp();
        Host::$tables['tbladdonmodules'] = [['module' => 'ostor_admin', 'setting' => 'version', 'value' => '1']];
        Host::$tables['tblproducts'] = [
            ['id' => 1, 'servertype' => 'ostor', 'name' => 'S3 &lt;big&gt;'],
            ['id' => 2, 'servertype' => 'cpanel', 'name' => 'Web'],
        ];
        Host::$tables['tblclients'] = [['id' => 7, 'email' => 'o&#039;hara+s3@example.com']];
        Host::$services = [self::service(42), self::service(43, ['packageid' => 2]), self::service(44, ['userid' => 8])];
    }

    public function testHooksAreThereOnce(): void
    {
        self::assertSame(
            ['AdminAreaClientSummaryActionLinks' => 1, 'AdminAreaClientSummaryPage' => 1, 'ClientAreaPrimarySidebar' => 1],
            array_map('count', Host::$hooks)
        );
    }

    public function testLinksLeadIntoTheAddon(): void
    {
        $links = self::hook('AdminAreaClientSummaryActionLinks', 7);
        $found = [];
        foreach ($links as $link) {
            $element = self::read($link)->query('/r/a')[0];
            $found[$element->textContent] = str_replace('addonmodules.php?module=ostor_admin&server=3&page=', '', $element
                ->getAttribute('href'));
        }
        self::assertSame([
            'S3 user of service #42' => 'user&user=' . self::USER,
            'Search S3 users by the client\'s address' => 'users&search=o%27hara%2Bs3%40example.com',
            'Create S3 user' => 'users&email=o%27hara%2Bs3%40example.com',
            'All S3 users' => 'users',
            'All S3 buckets' => 'buckets',
            'S3 statistics objects' => 'statistics',
        ], $found);
        self::assertSame([], self::calls());
    }

    public function testNoLinksWithoutTheAddonOrAServer(): void
    {
        Host::$tables['tblservers'] = [];
        self::assertSame([], self::hook('AdminAreaClientSummaryActionLinks', 7));
        Host::$tables['tblservers'] = [self::server(3)];
        Host::$tables['tbladdonmodules'] = [];
        self::assertSame([], self::hook('AdminAreaClientSummaryActionLinks', 7));
    }

    public function testPanelShowsWhatIsThereNow(): void
    {
        self::$bridge->script([self::result(self::STATE)]);
        $html = self::hook('AdminAreaClientSummaryPage', 7);
        self::assertSame(
            [['AccountState', ['cluster' => 'eu3', 'service_id' => 42, 'user_id' => self::USER]]],
            self::calls()
        );
        self::assertSame('#42 S3 <big>', self::text($html, '//tbody/tr/th'));
        self::assertSame(implode(' | ', [
            self::USER, 'WHMCS: Active. Bridge: active. Gateway: suspended.', self::KEY . ', ' . self::KEY_2,
            'Storage quota (GB): 100; GET/s: 0.5', '3', '1.50 GiB',
        ]), self::text($html, '//tbody/tr/td'));
        self::assertSame(
            ['clientsservices.php?userid=7&id=42', 'addonmodules.php?module=ostor_admin&server=3&page=user&user=' . self::USER],
            [
                self::read($html)->evaluate('string((//tbody//a)[1]/@href)'),
                self::read($html)->evaluate('string((//tbody//a)[2]/@href)'),
            ]
        );
    }

    public function testClientWithoutObjectStorageHasNoPanel(): void
    {
        foreach ([9, 0, -1, 'x', null, [7], ''] as $client) {
            self::assertSame('', self::hook('AdminAreaClientSummaryPage', $client));
        }
        self::assertSame([], self::calls());
    }

    public function testWhatIsStoredIsShownWhenTheBridgeSaysNo(): void
    {
        self::$bridge->script([self::error('<b>Busy</b> now.', ['reason' => 'busy', 'request_id' => 'r7'])]);
        $html = self::hook('AdminAreaClientSummaryPage', 7);
        self::assertSame('#42 <b>Busy</b> now. (reason: busy, request r7)', self::text($html, '//li'));
        self::assertStringContainsString('5 MB at 2026-11-21 03:00:00', self::text($html));
        self::assertStringContainsString('WHMCS: Active. Bridge: –. Gateway: –.', self::text($html));
    }

    public function testWhatWasNeverStoredIsNotKnown(): void
    {
        Host::$services = [self::service(42, ['diskusage' => 0, 'lastupdate' => '0000-00-00 00:00:00'])];
        self::$bridge->script([self::error('Busy.', ['reason' => 'busy', 'request_id' => 'r7'])]);
        $html = self::hook('AdminAreaClientSummaryPage', 7);
        self::assertSame('–', self::text($html, '//tbody//td[6]'));
    }

    public function testAllServicesWaitTogether(): void
    {
        Host::$tables['tblservers'] = [self::server(3), self::server(4)];
        Host::$services = [];
        for ($id = 1; $id <= 6; $id++) {
            Host::$services[] = self::service($id, ['server' => $id % 2 === 0 ? 3 : 4]);
        }
        // The stand-in bridge serves one after the other. Asked so, each answer would come in time.
        self::$bridge->script([self::result(self::STATE) + ['forever' => true, 'sleep_ms' => 1500]]);
        $html = self::hook('AdminAreaClientSummaryPage', 7);
        self::assertSame(6, self::read($html)->query('//tbody/tr')->length);
        self::assertStringContainsString('did not answer within 4 seconds', self::text($html, '//li'));
        self::$bridge->stop();
        self::$bridge = new ScriptedBridge();
    }

    public function testOnlyTheFirstServicesAreAskedAbout(): void
    {
        Host::$services = array_map([self::class, 'service'], range(1, 22));
        self::$bridge->script([self::result(self::STATE) + ['forever' => true]]);
        $html = self::hook('AdminAreaClientSummaryPage', 7);
        self::assertEqualsCanonicalizing(range(1, 20), array_column(array_column(self::calls(), 1), 'service_id'));
        self::assertSame(22, self::read($html)->query('//tbody/tr')->length);
        self::assertStringContainsString('Only the first 20 services', self::text($html, '//li'));
    }

    public function testTroubleIsASentenceAndTheRestIsShown(): void
    {
        Host::$services = [
            self::service(1, ['server' => 0]), self::service(2, ['username' => 'examplec']), self::service(3),
        ];
        self::$bridge->script([self::result(self::STATE)]);
        $html = self::hook('AdminAreaClientSummaryPage', 7);
        self::assertSame('#1 The service has no server of the module ostor. Choose one on its page.', self::text($html, '//li'));
        self::assertSame(3, self::read($html)->query('//tbody/tr')->length);
        self::assertCount(1, self::calls());

        Host::$databaseFailure = new \RuntimeException('gone <away>');
        self::assertStringContainsString('gone &lt;away&gt;', self::hook('AdminAreaClientSummaryPage', 7));
        self::assertSame([], self::hook('AdminAreaClientSummaryActionLinks', 7));
    }

    /**
     * @param mixed $client
     * @return mixed
     */
    private static function hook(string $point, $client)
    {
        return Host::$hooks[$point][0](['userid' => $client]);
    }

    /**
     * @param array<string, mixed> $overrides
     * @return array<string, mixed>
     */
    private static function service(int $id, array $overrides = []): array
    {
        return $overrides + [
            'id' => $id, 'userid' => 7, 'packageid' => 1, 'server' => 3, 'domainstatus' => 'Active',
            'username' => self::USER, 'diskusage' => 5, 'lastupdate' => '2026-11-21 03:00:00',
        ];
    }
}

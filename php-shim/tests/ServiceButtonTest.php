<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;

/**
 * The buttons of the service page, and what the page shows after them.
 */
final class ServiceButtonTest extends BridgeTestCase
{
    private const NEW_KEY = '0123456789abcdefNEW1';
    private const NEW_SECRET = 'New/secret+key&"<2>';
    private const OLD_SECRET = 'tMpPass0rd';
    private const PAIR = [
        'user_id' => self::USER, 'access_key_id' => self::NEW_KEY, 'secret_access_key' => self::NEW_SECRET,
    ];
    private const STATE = ['state' => 'active', 'live' => ['bytes' => 10485761, 'buckets' => 1], 'warnings' => []];

    protected function setUp(): void
    {
        parent::setUp();
        $_SESSION = ['adminid' => 5];
        Host::$tables['tbladmins'] = [['id' => 5, 'username' => 'olivia']];
        Host::$services = [self::row(42, 3), self::row(43, 3)];
    }

    protected function tearDown(): void
    {
        $_SESSION = [];
    }

    public function testEveryButtonHasItsFunction(): void
    {
        $buttons = ostor_AdminCustomButtonArray();
        self::assertSame([
            'Rotate S3 Keys' => 'rotateKeys',
            'Show S3 Credentials' => 'showCredentials',
            'Re-apply S3 Plan' => 'reapplyPlan',
            'Refresh S3 Usage' => 'refreshUsage',
            'Enable S3 User' => 'enableUser',
            'Retry S3 Deletion' => 'retryDeletion',
            'Cancel S3 Deletion' => 'cancelDeletion',
        ], $buttons);
        foreach ($buttons as $suffix) {
            self::assertTrue(function_exists('ostor_' . $suffix));
        }
    }

    public function testRotationStoresTheNewPairAndKeepsTheOldKey(): void
    {
        $params = self::params();
        Host::$notes = [
            ['id' => 1, 'userid' => 7, 'note' => 'Object storage service #42: ' . self::KEY . ' ' . self::OLD_SECRET . '!'],
            ['id' => 2, 'userid' => 7, 'note' => 'Object storage service #4: ' . self::KEY],
        ];
        self::$bridge->script([self::result(self::PAIR)]);
        self::assertSame('success', ostor_rotateKeys($params));
        self::assertSame(
            '{"cluster":"eu1","service_id":42,"user_id":"' . self::USER . '","actor":"olivia"}',
            self::sentParams('RotateKeys')
        );
        self::assertSame(
            ['Password' => self::NEW_SECRET, 'Access Key ID' => self::NEW_KEY],
            $params['model']->serviceProperties->saved
        );
        self::assertSame([
            'Object storage service #42: ' . self::NEW_KEY . ' ' . self::NEW_SECRET . '!',
            'Object storage service #4: ' . self::KEY,
        ], Host::notesOf(7));
        $told = 'The old key ' . self::KEY . ' works until it is revoked';
        self::assertStringContainsString($told, Host::$activityLog[0][0]);

        self::assertStringContainsString($told, self::tab($params)['S3 result']);
        self::assertArrayNotHasKey('S3 result', self::tab($params));
        self::assertStringNotContainsString(self::NEW_SECRET, (string) json_encode($_SESSION, JSON_UNESCAPED_SLASHES));
        self::assertStringNotContainsString('New', implode(' ', array_slice(Host::$moduleLog[0], 2, 3)));
    }

    public function testAThirdKeyLeavesEverythingAsItIs(): void
    {
        $params = self::params();
        self::$bridge->script([self::error('Two key pairs already.', ['reason' => 'key_limit', 'request_id' => 'q'])]);
        self::assertSame('Two key pairs already. (reason: key_limit, request q)', ostor_rotateKeys($params));
        self::assertSame(['Access Key ID' => self::KEY], $params['model']->serviceProperties->saved);
        self::assertSame(['adminid' => 5], $_SESSION);
    }

    public function testKeyThatCouldNotBeStoredIsNamed(): void
    {
        $params = self::params();
        $params['model']->serviceProperties = new class () {
            public function get(string $name): string
            {
                return '';
            }

            public function save(array $values): void
            {
                throw new \RuntimeException('no table for ' . $values['Password']);
            }
        };
        self::$bridge->script([self::result(self::PAIR)]);
        $text = ostor_rotateKeys($params);
        self::assertStringContainsString('The new key ' . self::NEW_KEY . ' exists, but', $text);
        self::assertStringContainsString('no table for ***', $text);
        self::assertSame([], Host::$activityLog);
    }

    /**
     * @return array<string, array{0: string}>
     */
    public static function buttonsOfAUser(): array
    {
        return ['rotate' => ['rotateKeys'], 'show' => ['showCredentials'], 'usage' => ['refreshUsage']];
    }

    /**
     * @dataProvider buttonsOfAUser
     */
    public function testServiceWithoutAUserIsRefused(string $suffix): void
    {
        $function = 'ostor_' . $suffix;
        self::assertStringContainsString('no S3 user yet', $function(self::params(['username' => 'examplec'])));
        self::assertSame([], self::$bridge->requests());
        self::assertSame(['adminid' => 5], $_SESSION);
    }

    public function testCredentialsAreShownOnceAfterTheButton(): void
    {
        $params = self::params(['password' => self::SECRET_KEY]);
        self::assertArrayNotHasKey('S3 credentials', self::tab($params));
        self::assertSame('success', ostor_showCredentials($params));
        self::assertStringNotContainsString('secret', (string) json_encode($_SESSION));
        self::assertArrayNotHasKey('S3 credentials', self::tab(['serviceid' => 43] + $params));
        $html = self::tab($params)['S3 credentials'];
        self::assertStringContainsString('>' . htmlspecialchars(self::SECRET_KEY, ENT_QUOTES) . '</code>', $html);
        self::assertStringContainsString(self::KEY, $html);
        self::assertArrayNotHasKey('S3 credentials', self::tab($params));
    }

    public function testAnOldWishIsForgotten(): void
    {
        $params = self::params();
        ostor_showCredentials($params);
        $_SESSION['ostor_service'][42]['credentials'] = time() - 61;
        self::assertArrayNotHasKey('S3 credentials', self::tab($params));
    }

    public function testPlanIsAppliedAgain(): void
    {
        self::$bridge->script([self::result(['plan' => ['quota_gb' => 100], 'access_key_id' => null])]);
        self::assertSame('success', ostor_reapplyPlan(self::params()));
        self::assertStringContainsString('"plan":{"quota_gb":100}', self::sentParams('ChangePackage'));
    }

    public function testUsageOfThisServiceAloneIsWritten(): void
    {
        self::$bridge->script([self::result(self::STATE), self::history(3145727)]);
        self::assertSame('success', ostor_refreshUsage(self::params()));
        $calls = array_map(static function (array $request): array {
            return json_decode($request['body'], true);
        }, self::$bridge->requests());
        // MetricUsage would count its answer as delivered.
        self::assertSame(['AccountState', 'usage.history'], array_column($calls, 'method'));
        self::assertSame(['cluster' => 'eu1', 'service_id' => 42, 'user_id' => self::USER], $calls[0]['params']);
        $asked = $calls[1]['params'];
        self::assertSame([42, 'month', date_default_timezone_get()], [
            $asked['service_id'], $asked['step'], $asked['timezone'],
        ]);
        self::assertSame(date('Y-m-01') . 'T00:00:00', substr($asked['from'], 0, 19));
        self::assertLessThan(strtotime($asked['to']), strtotime($asked['from']));
        self::assertSame([10, 2], [Host::$services[0]['diskusage'], Host::$services[0]['bwusage']]);
        self::assertNotSame('0000-00-00 00:00:00', Host::$services[0]['lastupdate']);
        self::assertSame(self::row(43, 3), Host::$services[1]);
        self::assertStringContainsString('10 MB', self::tab(self::params())['S3 result']);
    }

    public function testUnknownUsageLeavesItsColumn(): void
    {
        self::$bridge->script([self::result(['live' => null] + self::STATE), self::history(0)]);
        self::assertSame('success', ostor_refreshUsage(self::params()));
        self::assertSame([99, 0], [Host::$services[0]['diskusage'], Host::$services[0]['bwusage']]);

        Host::$services = [self::row(42, 3)];
        self::$bridge->script([self::result(['live' => null] + self::STATE), self::history(null)]);
        self::assertStringContainsString('the old figures stay', ostor_refreshUsage(self::params()));
        self::assertSame([self::row(42, 3)], Host::$services);
    }

    public function testUsageOfAServiceOfAnotherServerIsLeft(): void
    {
        Host::$services = [self::row(42, 4)];
        self::$bridge->script([self::result(self::STATE), self::history(0)]);
        ostor_refreshUsage(self::params());
        self::assertSame([self::row(42, 4)], Host::$services);
    }

    public function testUserIsEnabledUnlessWhmcsHasTheServiceSuspended(): void
    {
        self::assertStringContainsString('Use Unsuspend', ostor_enableUser(self::params(['status' => 'Suspended'])));
        self::assertSame([], self::$bridge->requests());
        self::$bridge->script([self::result(['user_id' => self::USER, 'state' => 'active'])]);
        self::assertSame('success', ostor_enableUser(self::params(['status' => 'Active'])));
        self::sentParams('UnsuspendAccount');
    }

    public function testTabLeadsToTheAddonWhereItIsActive(): void
    {
        self::assertArrayNotHasKey('S3 user', self::tab(self::params()));
        Host::$tables['tbladdonmodules'] = [['module' => 'ostor_admin', 'setting' => 'version', 'value' => '1']];
        self::assertSame(
            '<a href="addonmodules.php?module=ostor_admin&amp;server=3&amp;page=user&amp;user=' . self::USER
                . '">Keys, sub-accounts, limits, buckets and usage</a>',
            self::tab(self::params())['S3 user']
        );
    }

    /**
     * @return array<string, mixed>
     */
    private static function row(int $id, int $server): array
    {
        return [
            'id' => $id, 'server' => $server, 'diskusage' => 99, 'disklimit' => 0, 'bwusage' => 88,
            'domainstatus' => 'Active', 'lastupdate' => '0000-00-00 00:00:00',
        ];
    }

    /**
     * @return array<string, mixed>
     */
    private static function history(?int $downloaded): array
    {
        return self::result(['complete_until' => null, 'points' => [
            ['start' => date('Y-m-01\T00:00:00P'), 'bytes_downloaded' => $downloaded],
        ]]);
    }

    /**
     * @param array<string, mixed> $params
     * @return array<string, string>
     */
    private static function tab(array $params): array
    {
        self::$bridge->script([self::result(self::STATE)]);

        return ostor_AdminServicesTabFields($params);
    }

    /**
     * @param array<string, mixed> $overrides
     * @return array<string, mixed>
     */
    private static function params(array $overrides = []): array
    {
        $params = self::serviceParams($overrides + ['username' => self::USER, 'password' => self::OLD_SECRET]);
        $params['model']->serviceProperties->saved = ['Access Key ID' => self::KEY];

        return $params;
    }
}

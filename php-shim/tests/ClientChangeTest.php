<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\ClientMenu;
use WHMCS\Module\Server\Ostor\Tests\Support\ClientTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;

/**
 * What customers change by forms: the calls, what is stored, what the page tells, and who is refused.
 */
final class ClientChangeTest extends ClientTestCase
{
    private const PAIR = [
        'sub_account' => null, 'access_key_id' => self::NEW_KEY, 'secret_access_key' => self::NEW_SECRET,
        'access_key_ids' => [self::KEY, self::NEW_KEY],
    ];
    private const ALL = [
        'clientRotateKey', 'clientRevokeKey', 'clientShowKeys', 'clientCreateSubAccount', 'clientDeleteSubAccount',
        'clientDownloadUsage',
    ];
    private const FIELDS = ['key' => self::KEY_2, 'sub' => 'backup', 'month' => '2026-11'];
    private const NAMED = ['cluster' => 'eu1', 'service_id' => 42, 'user_id' => self::USER];

    public function testAllowedFunctionsExistAndNoneIsOneOfStaff(): void
    {
        $allowed = ostor_ClientAreaAllowedFunctions();
        self::assertSame(self::ALL, array_values($allowed));
        self::assertSame(self::ALL, array_keys($allowed));
        self::assertSame([], array_intersect($allowed, ostor_AdminCustomButtonArray()));
        foreach ($allowed as $suffix) {
            self::assertTrue(function_exists('ostor_' . $suffix));
        }
    }

    public function testRotationStoresTheNewPairAndShowsItOnThisPage(): void
    {
        $params = self::params();
        Host::$notes = [['id' => 1, 'userid' => 7, 'note' => 'Object storage service #42: ' . self::KEY]];
        self::$bridge->script([self::for('RotateKeys', self::PAIR), self::for('ClientArea', self::AREA)]);
        $page = self::send('clientRotateKey', [], $params);
        self::assertSame([['RotateKeys', self::NAMED]], array_slice(self::calls(), 0, 1));
        self::assertSame(
            ['Password' => self::NEW_SECRET, 'Access Key ID' => self::NEW_KEY],
            $params['model']->serviceProperties->saved
        );
        self::assertSame(['Object storage service #42: ' . self::NEW_KEY], Host::notesOf(7));
        self::assertSame([['name' => '', 'key' => self::NEW_KEY, 'secret' => self::NEW_SECRET]], $page['pairs']);
        self::assertTrue($page['notice']['good']);
        self::assertStringContainsString(self::NEW_KEY, $page['notice']['text']);
        self::assertNoSecretKept();
    }

    public function testPairThatCannotBeStoredIsNotHandedOut(): void
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
        self::$bridge->script([self::for('RotateKeys', self::PAIR), self::for('ClientArea', self::AREA)]);
        $page = self::send('clientRotateKey', [], $params);
        self::assertSame('That did not work. Try again later, or ask our support.', $page['notice']['text']);
        self::assertArrayNotHasKey('pairs', $page);
        self::assertStringContainsString('The new key ' . self::NEW_KEY . ' exists, but', Host::$activityLog[0][0]);
        self::assertNoSecretKept();
    }

    /**
     * @return array<string, array{0: string, 1: array<string, string>, 2: string, 3: array<string, mixed>, 4: mixed, 5: string}>
     */
    public static function changes(): array
    {
        return [
            'rotate a sub-account' => [
                'clientRotateKey', ['sub' => 'backup'], 'RotateKeys', ['sub_account' => 'backup'], self::PAIR, 'works now',
            ],
            'revoke' => [
                'clientRevokeKey', ['key' => self::KEY_2, 'sub' => ''], 'RevokeKey', ['access_key_id' => self::KEY_2],
                ['revoked' => true], self::KEY_2 . ' does not work any more',
            ],
            'revoke what is gone' => [
                'clientRevokeKey', ['key' => 'gone'], 'RevokeKey', ['access_key_id' => 'gone'], ['revoked' => false],
                'gone does not work any more',
            ],
            'revoke of a sub-account' => [
                'clientRevokeKey', ['key' => 'A', 'sub' => 'backup'], 'RevokeKey',
                ['access_key_id' => 'A', 'sub_account' => 'backup'], ['revoked' => true], 'does not work',
            ],
            'show' => [
                'clientShowKeys', [], 'ShowKeys', [], ['keys' => [self::PAIR]], 'shown below',
            ],
            'show of a sub-account' => [
                'clientShowKeys', ['sub' => 'backup'], 'ShowKeys', ['sub_account' => 'backup'], ['keys' => []], 'shown below',
            ],
            'create' => [
                'clientCreateSubAccount', ['sub' => 'app-1'], 'CreateSubAccount', ['name' => 'app-1', 'most' => 3],
                ['name' => 'app-1'] + self::PAIR, 'app-1 was created',
            ],
            'delete' => [
                'clientDeleteSubAccount', ['sub' => 'app-1'], 'DeleteSubAccount', ['name' => 'app-1'], ['deleted' => true],
                'app-1 was deleted',
            ],
        ];
    }

    /**
     * @dataProvider changes
     */
    public function testChangeIsOneCallAndItsPage(
        string $function,
        array $fields,
        string $method,
        array $sent,
        array $result,
        string $told
    ): void {
        $params = self::params();
        self::$bridge->script([self::for($method, $result), self::for('ClientArea', self::AREA)]);
        $page = self::send($function, $fields, $params);
        self::assertStringContainsString($told, $page['notice']['text']);
        self::assertTrue($page['notice']['good']);
        [$call] = self::calls();
        self::assertSame($method, $call[0]);
        self::assertEquals(self::NAMED + $sent, $call[1]);
        // Only the keys of the user itself are the service's.
        self::assertSame(['Access Key ID' => self::KEY], $params['model']->serviceProperties->saved);
        self::assertNoSecretKept();
    }

    /**
     * @return array<string, array{0: string}>
     */
    public static function functions(): array
    {
        return array_combine(self::ALL, array_map(static function (string $name): array {
            return [$name];
        }, self::ALL));
    }

    /**
     * @dataProvider functions
     */
    public function testFormWithoutItsTokenIsRefused(string $function): void
    {
        self::$bridge->script([self::for('ClientArea', self::AREA), self::for('usage.buckets', ['rows' => []])]);
        $page = self::send($function, self::FIELDS, [], 'stale');
        self::assertSame('The form has expired. Open the page again and repeat it.', $page['notice']['text']);
        self::assertNothingChanged();
    }

    /**
     * @dataProvider functions
     */
    public function testAddressChangesNothing(string $function): void
    {
        self::$bridge->script([self::for('ClientArea', self::AREA), self::for('usage.buckets', ['rows' => []])]);
        $_GET = $_REQUEST = self::FIELDS + ['token' => 'good-token'];
        $name = 'ostor_' . $function;
        $page = $name(self::params())['vars']['ostor'];
        self::assertStringContainsString('form has expired', $page['notice']['text']);
        self::assertNothingChanged();
    }

    /**
     * @dataProvider functions
     */
    public function testServiceOfAnotherClientIsRefused(string $function): void
    {
        Host::$visitor = 8;
        $page = self::send($function, self::FIELDS);
        self::assertSame('This service does not belong to you.', $page['notice']['text']);
        self::assertArrayNotHasKey('own', $page);
        self::assertSame([], self::$bridge->requests());
    }

    /**
     * @dataProvider functions
     */
    public function testServiceThatIsOverOrNotYetThereIsRefused(string $function): void
    {
        foreach ([['Pending', 'examplec'], ['Active', 'examplec'], ['Fraud', self::USER]] as [$status, $username]) {
            Host::$services = [self::row(['domainstatus' => $status])];
            $page = self::send($function, self::FIELDS, ['username' => $username]);
            self::assertStringContainsString('is not active', $page['notice']['text']);
        }
        self::assertSame([], self::$bridge->requests());
    }

    public function testSuspendedServiceIsOnlyLookedAt(): void
    {
        Host::$services = [self::row(['domainstatus' => 'Suspended'])];
        foreach (array_diff(self::ALL, ['clientShowKeys', 'clientDownloadUsage']) as $function) {
            self::$bridge->script([self::for('ClientArea', ['state' => 'suspended'] + self::AREA)]);
            $page = self::send($function, self::FIELDS);
            self::assertSame('The service is suspended, so nothing can be changed.', $page['notice']['text']);
            self::assertNothingChanged();
        }
        self::$bridge->script([self::for('ShowKeys', ['keys' => []]), self::for('ClientArea', self::AREA)]);
        self::assertTrue(self::send('clientShowKeys')['notice']['good']);
    }

    /**
     * @return array<string, array{0: string, 1: string}>
     */
    public static function refusals(): array
    {
        return [
            'key_limit' => ['key_limit', 'There are two pairs'],
            'key_in_use' => ['key_in_use', 'This key is in use'],
            'account_suspended' => ['account_suspended', 'suspended'],
            'sub_account_limit' => ['sub_account_limit', 'no more sub-accounts'],
            'sub_account_exists' => ['sub_account_exists', 'of this name already'],
            'anything else' => ['gateway_rejected', 'name the request ID q7'],
        ];
    }

    /**
     * @dataProvider refusals
     */
    public function testRefusalIsToldInTheCustomersWords(string $reason, string $told): void
    {
        $refusal = self::error('Gateway http://10.0.0.1 says no.', ['reason' => $reason, 'request_id' => 'q7']);
        self::$bridge->script([['for' => 'RevokeKey'] + $refusal, self::for('ClientArea', self::AREA)]);
        $page = self::send('clientRevokeKey', self::FIELDS);
        self::assertFalse($page['notice']['good']);
        self::assertStringContainsString($told, $page['notice']['text']);
        self::assertStringNotContainsString('10.0.0.1', $page['notice']['text']);
        self::assertCount($reason === 'gateway_rejected' ? 1 : 0, Host::$activityLog);
    }

    public function testNameOfASubAccountIsChecked(): void
    {
        foreach (['', ' ', '.hidden', 'a b', 'a/b', '<b>', str_repeat('n', 65), "a\n"] as $name) {
            foreach (['clientCreateSubAccount', 'clientDeleteSubAccount'] as $function) {
                self::$bridge->script([self::for('ClientArea', self::AREA)]);
                $page = self::send($function, ['sub' => $name . ($name === "a\n" ? 'b' : '')]);
                self::assertStringContainsString('digits, dot, hyphen', $page['notice']['text']);
                self::assertNothingChanged();
            }
        }
    }

    public function testProductWithoutAReadableNumberOfSubAccountsMakesNone(): void
    {
        self::$bridge->script([self::for('ClientArea', self::AREA)]);
        $page = self::send('clientCreateSubAccount', ['sub' => 'a'], ['configoption10' => 'many']);
        self::assertFalse($page['notice']['good']);
        self::assertStringContainsString('Sub-accounts: many is not a whole number', Host::$activityLog[0][0]);
        self::assertNothingChanged();
    }

    public function testEntitiesOfWhmcsAreDecodedOnce(): void
    {
        self::$bridge->script([self::for('RevokeKey', ['revoked' => true]), self::for('ClientArea', self::AREA)]);
        self::send('clientRevokeKey', ['key' => 'a&amp;lt;b']);
        self::assertSame('a&lt;b', self::calls()[0][1]['access_key_id']);
    }

    public function testActionLeadsToTheKeys(): void
    {
        Host::$tables['tblconfiguration'] = [['setting' => 'SystemURL', 'value' => 'https://billing.example.com/x']];
        self::assertCount(0, ostor_CustomActions(self::params(['username' => 'examplec'])));
        $actions = ostor_CustomActions(self::params());
        self::assertCount(1, $actions);
        [$name, $label, $callable, $arguments] = $actions[0]->given;
        self::assertSame(['ostorKeys', 'S3 access keys'], [$name, $label]);
        self::assertSame([
            'success' => true,
            'redirectTo' => 'https://billing.example.com/x/clientarea.php?action=productdetails&id=42&ostor=keys',
        ], $callable(...$arguments));
        Host::$databaseFailure = new \RuntimeException('gone');
        self::assertFalse($callable(...$arguments)['success']);
    }

    public function testSidebarGetsThePagesOfAServiceOfOurs(): void
    {
        Host::$tables['tblproducts'] = [['id' => 1, 'servertype' => 'ostor'], ['id' => 2, 'servertype' => 'cpanel']];
        Host::$tables['tblclients'] = [['id' => 7, 'language' => 'english']];
        $_GET = ['action' => 'productdetails', 'id' => '42'];
        self::assertSame([
            'Access keys' => 'clientarea.php?action=productdetails&id=42&ostor=keys',
            'Connect an app' => 'clientarea.php?action=productdetails&id=42&ostor=connect',
            'Usage by bucket' => 'clientarea.php?action=productdetails&id=42&ostor=usage',
        ], self::sidebar());
        Host::$visitor = 8;
        self::assertSame([], self::sidebar());
        Host::$visitor = 7;
        foreach ([['id' => '43'], ['id' => "42'"], ['action' => 'invoices'], ['id' => ['42']]] as $change) {
            $_GET = $change + ['action' => 'productdetails', 'id' => '42'];
            self::assertSame([], self::sidebar());
        }
        $_GET = ['action' => 'productdetails', 'id' => '42'];
        foreach ([['packageid' => 2], ['username' => '']] as $change) {
            Host::$services = [self::row($change)];
            self::assertSame([], self::sidebar());
        }
        Host::$databaseFailure = new \RuntimeException('gone');
        self::assertSame([], self::sidebar());
        ClientMenu::sidebar(null);
    }

    public function testMenuSpeaksTheLanguageOfThePages(): void
    {
        Host::$tables['tblproducts'] = [['id' => 1, 'servertype' => 'ostor']];
        Host::$tables['tblclients'] = [['id' => 7, 'language' => 'german']];
        $_GET = ['action' => 'productdetails', 'id' => '42'];
        foreach (['german' => 'Zugriffsschlüssel', 'french' => 'Clés d’accès'] as $language => $label) {
            // The one chosen on the page wins over that of the client.
            $_SESSION = ['uid' => 7] + ($language === 'french' ? ['Language' => $language] : []);
            self::$bridge->script([self::result(self::AREA)]);
            $page = ostor_ClientArea(self::params())['templateVariables']['ostor'];
            self::assertSame($label, $page['nav'][1]['label']);
            self::assertSame($label, array_keys(self::sidebar())[0]);
            self::assertSame($page['t']['action_keys'], ostor_CustomActions(self::params())[0]->given[1]);
        }
    }

    /**
     * @return array<string, string> label => address
     */
    private static function sidebar(): array
    {
        $panel = new class () {
            /** @var array<string, string> */
            public $entries = [];

            public function addChild(string $name, array $attributes): void
            {
                $this->entries[$attributes['label']] = $attributes['uri'];
            }
        };
        ClientMenu::sidebar(new class ($panel) {
            /** @var object */
            private $panel;

            public function __construct(object $panel)
            {
                $this->panel = $panel;
            }

            public function getChild(string $name): ?object
            {
                return $name === 'Service Details Overview' ? $this->panel : null;
            }
        });

        return $panel->entries;
    }

    private static function assertNothingChanged(): void
    {
        self::assertSame([], array_diff(array_column(self::calls(), 0), ['ClientArea', 'usage.buckets']));
    }

    private static function assertNoSecretKept(): void
    {
        $kept = serialize([$_SESSION, Host::$activityLog]);
        foreach (Host::$moduleLog as $call) {
            $kept .= serialize(array_slice($call, 2, 3));
        }
        foreach ([self::NEW_SECRET, json_encode(self::NEW_SECRET), self::SECRET_KEY] as $secret) {
            self::assertStringNotContainsString(trim($secret, '"'), $kept);
        }
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use PHPUnit\Framework\TestCase;

/**
 * What WHMCS expects of any provisioning module, and of the files this one ships.
 */
final class ContractTest extends TestCase
{
    private const DIR = __DIR__ . '/../modules/servers/ostor';
    private const ADDON = __DIR__ . '/../modules/addons/ostor_admin';

    /**
     * @return array<string, array{0: string, 1: string}>
     */
    public static function functions(): array
    {
        $types = [
            'MetaData' => 'array',
            'ConfigOptions' => 'array',
            'TestConnection' => 'array',
            'CreateAccount' => 'string',
            'SuspendAccount' => 'string',
            'UnsuspendAccount' => 'string',
            'TerminateAccount' => 'string',
            'ChangePackage' => 'string',
            'AdminServicesTabFields' => 'array',
            'AdminCustomButtonArray' => 'array',
            'rotateKeys' => 'string',
            'showCredentials' => 'string',
            'reapplyPlan' => 'string',
            'refreshUsage' => 'string',
            'enableUser' => 'string',
            'retryDeletion' => 'string',
            'cancelDeletion' => 'string',
            'UsageUpdate' => 'NULL',
            'ListAccounts' => 'array',
            'MetricProvider' => 'object',
            'ClientArea' => 'array',
            'ClientAreaAllowedFunctions' => 'array',
            'CustomActions' => 'object',
            'clientRotateKey' => 'array',
            'clientRevokeKey' => 'array',
            'clientShowKeys' => 'array',
            'clientCreateSubAccount' => 'array',
            'clientDeleteSubAccount' => 'array',
            'clientDownloadUsage' => 'array',
        ];
        $cases = [];
        foreach ($types as $name => $type) {
            $cases[$name] = ['ostor_' . $name, $type];
        }

        return $cases;
    }

    /**
     * @dataProvider functions
     */
    public function testFunctionTakesEmptyParamsAndReturnsItsType(string $function, string $type): void
    {
        $this->expectOutputString('');
        $result = $function([]);
        self::assertSame($type, gettype($result));
        self::assertNotSame('success', $result);
    }

    /**
     * @dataProvider functions
     */
    public function testFunctionTakesEntriesOfWrongTypes(string $function, string $type): void
    {
        $this->expectOutputString('');
        $odd = new \stdClass();
        $result = $function([
            'serviceid' => ['42'], 'userid' => $odd, 'username' => null, 'password' => [], 'model' => 'none',
            'clientsdetails' => 'x', 'configoptions' => 'y', 'configoption1' => $odd, 'addonId' => '',
            'serverhostname' => [], 'serverpassword' => null, 'serversecure' => $odd, 'serverport' => [],
        ]);
        self::assertSame($type, gettype($result));
        self::assertNotSame('success', $result);
    }

    public function testNoOtherFunctionIsOffered(): void
    {
        $defined = array_filter(get_defined_functions()['user'], static function (string $name): bool {
            return strpos($name, 'ostor_') === 0 && strpos($name, 'ostor_admin_') !== 0;
        });
        $expected = array_map('strtolower', array_column(self::functions(), 0));
        self::assertEqualsCanonicalizing($expected, $defined);
    }

    public function testLoadsAndRunsWithNoHostFunctionAtAll(): void
    {
        $code = 'define("WHMCS", true); require $argv[1]; $types = [];'
            . 'foreach (array_slice($argv, 2) as $f) { $types[$f] = gettype($f([])); } echo json_encode($types);';
        $types = array_column(self::functions(), 1, 0);
        // What it returns is of a class of WHMCS.
        unset($types['ostor_MetricProvider']);
        // Before WHMCS has its classes there is nothing to return.
        $types['ostor_CustomActions'] = 'array';
        $output = self::php(array_merge(['-r', $code, '--', self::DIR . '/ostor.php'], array_keys($types)));

        self::assertSame($types, json_decode($output, true), $output);
    }

    /**
     * @return array<string, array{0: string}>
     */
    public static function files(): array
    {
        $cases = [];
        foreach ([self::DIR, self::ADDON] as $folder) {
            foreach (array_merge(glob($folder . '/*.php'), glob($folder . '/*/*.php')) as $file) {
                $cases[basename($folder) . substr($file, strlen($folder))] = [$file];
            }
        }

        return $cases;
    }

    /**
     * @dataProvider files
     */
    public function testFileRefusesToRunOutsideWhmcs(string $file): void
    {
        self::assertSame('This file cannot be accessed directly', self::php([$file]));
    }

    public function testFoldersBelowAreDeniedToTheWebServer(): void
    {
        $folders = array_merge(glob(self::DIR . '/*', GLOB_ONLYDIR), glob(self::ADDON . '/*', GLOB_ONLYDIR));
        self::assertCount(6, $folders);
        foreach ($folders as $folder) {
            self::assertStringContainsString('Require all denied', file_get_contents($folder . '/.htaccess'));
        }
    }

    public function testEveryClassIsWhereTheHostLooksForIt(): void
    {
        $required = [];
        ostor_MetricProvider([]);
        $entries = file_get_contents(self::DIR . '/classes.php') . file_get_contents(self::DIR . '/ostor.php');
        preg_match_all("#require_once __DIR__ \. '/(lib/\w+\.php)';#", $entries, $m);
        foreach (glob(self::DIR . '/lib/*.php') as $file) {
            self::assertTrue(class_exists('WHMCS\Module\Server\Ostor\\' . basename($file, '.php'), false), $file);
            $required[] = 'lib/' . basename($file);
        }
        self::assertEqualsCanonicalizing($required, $m[1]);
    }

    public function testEveryClassOfTheAddonIsLoadedByIt(): void
    {
        preg_match_all(
            "#require_once __DIR__ \. '/(lib/\w+\.php)';#",
            file_get_contents(self::ADDON . '/ostor_admin.php'),
            $m
        );
        $required = [];
        foreach (glob(self::ADDON . '/lib/*.php') as $file) {
            self::assertTrue(class_exists('WHMCS\Module\Addon\OstorAdmin\\' . basename($file, '.php'), false), $file);
            $required[] = 'lib/' . basename($file);
        }
        self::assertEqualsCanonicalizing($required, $m[1]);
    }

    /**
     * A hook file is loaded on every page, before or after WHMCS loads ostor.php by a way of its own.
     */
    public function testHooksLoadBesideTheModuleAndDoNothingYet(): void
    {
        $code = 'define("WHMCS", true); $hooks = []; function add_hook($point) { $GLOBALS["hooks"][] = $point; }'
            . 'require $argv[1] . "/hooks.php"; $classes = class_exists("WHMCS\Module\Server\Ostor\Bridge");'
            . 'require $argv[1] . "/classes.php"; require $argv[1] . "/ostor.php"; echo json_encode([$hooks, $classes]);';
        self::assertSame(
            '[["AdminAreaClientSummaryActionLinks","AdminAreaClientSummaryPage","ClientAreaPrimarySidebar"],false]',
            self::php(['-r', $code, '--', self::DIR])
        );
    }

    /**
     * WHMCS's own loader knows a class by its namespace and reads the file without being asked by the module.
     */
    public function testMetricProviderMayBeLoadedByTheHost(): void
    {
        $code = 'define("WHMCS", true); require $argv[1] . "/usage-billing.php"; require $argv[2] . "/ostor.php";'
            . 'spl_autoload_register(function ($class) use ($argv) {'
            . ' require $argv[2] . "/lib/" . basename(strtr($class, "\\\\", "/")) . ".php"; });'
            . '$known = class_exists("WHMCS\\Module\\Server\\Ostor\\MetricProvider");'
            . 'echo json_encode([$known, count(ostor_MetricProvider([])->metrics())]);';
        self::assertSame('[true,9]', self::php(['-r', $code, '--', __DIR__ . '/Support', self::DIR]));
    }

    public function testMetaData(): void
    {
        $meta = ostor_MetaData();
        self::assertSame('1.1', $meta['APIVersion']);
        self::assertTrue($meta['RequiresServer']);
        self::assertEquals(8787, $meta['DefaultNonSSLPort']);
        self::assertEquals(443, $meta['DefaultSSLPort']);
        self::assertSame('username', $meta['ListAccountsUniqueIdentifierField']);
        self::assertSame('configoption1', $meta['ListAccountsProductField']);
        self::assertNotSame('', $meta['DisplayName']);
        self::assertNotSame('', $meta['ListAccountsUniqueIdentifierDisplayName']);
    }

    public function testProductSettingsKeepTheirPositions(): void
    {
        $options = ostor_ConfigOptions();
        self::assertSame([
            'Storage quota (GB)', 'Requests/s', 'GET/s', 'PUT/s', 'LIST/s', 'DELETE/s', 'Outgoing bandwidth (kB/s)',
            'On termination', 'Client note', 'Sub-accounts', 'Bandwidth included (GB)',
        ], array_column($options, 'FriendlyName'));
        self::assertSame(['refuse', 'grace', 'purge'], array_keys($options['On termination']['Options']));
        self::assertSame('refuse', $options['On termination']['Default']);
        self::assertSame(['off', 'ids', 'full'], array_keys($options['Client note']['Options']));
        self::assertSame('ids', $options['Client note']['Default']);
        foreach ($options as $option) {
            self::assertContains($option['Type'], ['text', 'dropdown']);
            self::assertNotSame('', $option['Description']);
        }
    }

    public function testWhmcsJsonAndLogo(): void
    {
        $about = json_decode(file_get_contents(self::DIR . '/whmcs.json'), true);
        self::assertSame(['1.0', 'whmcs-servers', 'ostor'], [$about['schema'], $about['type'], $about['name']]);
        $cargo = file_get_contents(__DIR__ . '/../../Cargo.toml');
        self::assertStringContainsString('license = "' . $about['license'] . '"', $cargo);

        [$width, , $type] = getimagesize(self::DIR . '/' . $about['logo']['filename']);
        self::assertSame(IMAGETYPE_PNG, $type);
        self::assertLessThanOrEqual(500, $width);
    }

    public function testEveryTextIsUsedAndEveryUsedTextExists(): void
    {
        $texts = array_filter(require self::DIR . '/lang/english.php', static function (string $key): bool {
            return strpos($key, 'client_') !== 0;
        }, ARRAY_FILTER_USE_KEY);
        $code = implode('', array_map('file_get_contents', glob(self::DIR . '/lib/*.php')));
        preg_match_all("/Lang::text\('(\w+)'|failure\('(\w+)'|row\('(tab_\w+)'|report\('(\w+)'/", $code, $found);
        $used = array_filter(array_merge($found[1], $found[2], $found[3], $found[4]));
        self::assertSame([], array_values(array_diff($used, array_keys($texts))));
        foreach (array_keys($texts) as $key) {
            $stem = preg_replace('/^(setting_(?:note|termination))_\w+$/', '$1', $key);
            self::assertStringContainsString("'" . $stem . "'", $code);
        }
    }

    public function testEveryTextOfTheAddonIsUsedAndEveryUsedTextExists(): void
    {
        $_ADDONLANG = [];
        require self::ADDON . '/lang/english.php';
        $code = implode('', array_map('file_get_contents', glob(self::ADDON . '/lib/*.php')));
        preg_match_all("/Texts::text\(\s*'(\w+)'/", $code, $found);
        self::assertGreaterThan(80, count($found[1]));
        // Some keys are put together: menu_ and a page, for one.
        $used = array_diff($found[1], ['menu_', 'defaults_', 'usage_']);
        self::assertSame([], array_values(array_diff($used, array_keys($_ADDONLANG))));
        foreach (array_keys($_ADDONLANG) as $key) {
            $rest = preg_replace('/^(menu|defaults|usage)_(?!table|until|title|no_)(\w+)$/', '$2', $key);
            self::assertTrue(
                strpos($code, "'" . $key . "'") !== false || strpos($code, "'" . $rest . "'") !== false,
                $key
            );
        }
    }

    /**
     * Output of a fresh PHP process, warnings included.
     *
     * @param string[] $arguments
     */
    private static function php(array $arguments): string
    {
        $command = array_merge([PHP_BINARY, '-d', 'display_errors=1', '-d', 'error_reporting=-1'], $arguments);
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes);
        $output = stream_get_contents($pipes[1]);
        proc_close($process);

        return $output;
    }
}

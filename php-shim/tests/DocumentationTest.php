<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use PHPUnit\Framework\TestCase;
use WHMCS\Module\Server\Ostor\Snippets;
use WHMCS\Module\Server\Ostor\Wording;
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;

/**
 * docs/whmcs-module.md tells the settings, defaults and messages the module really has.
 */
final class DocumentationTest extends TestCase
{
    public function testSettingsTableMatchesTheModule(): void
    {
        preg_match('/^\| setting .*?\n\n/ms', self::guide(), $table);
        preg_match_all('/^\| ([A-Z][^|]*) \| [^|]* \| ([^|]*) \|$/m', $table[0], $rows);
        $expected = [];
        foreach (ostor_ConfigOptions() as $option) {
            $expected[$option['FriendlyName']] = $option['Default'] === '' ? 'empty' : '`' . $option['Default'] . '`';
        }
        self::assertSame($expected, array_combine($rows[1], $rows[2]));
    }

    public function testMetricsTableMatchesTheModule(): void
    {
        preg_match('/^\| system name .*?\n\n/ms', self::guide(), $table);
        preg_match_all('/^\| `(\w+)` \| ([^|]*) \| (\w+) \| ([^|]*) \|$/m', $table[0], $rows, PREG_SET_ORDER);
        $types = [MetricInterface::TYPE_SNAPSHOT => 'snapshot', MetricInterface::TYPE_PERIOD_MONTH => 'month'];
        $expected = [];
        foreach (ostor_MetricProvider([])->metrics() as $metric) {
            $unit = $metric->units()->name();
            $expected[] = [$metric->systemName(), $metric->displayName(), $types[$metric->type()], $unit];
        }
        self::assertSame($expected, array_map(static function (array $row): array {
            return array_slice($row, 1);
        }, $rows));
    }

    public function testQuotedMessagesExist(): void
    {
        $texts = implode("\n", require dirname(__DIR__) . '/modules/servers/ostor/lang/english.php');
        preg_match('/^\| the message says .*?\n\n/ms', self::guide(), $table);
        preg_match_all('/^\| (?!the message|---)([^|]*) \|/m', $table[0], $rows);
        $checked = 0;
        foreach ($rows[1] as $row) {
            foreach (preg_split('/…,?|\*\w+\*/u', $row) as $words) {
                if (trim($words, ' ,') !== '') {
                    self::assertStringContainsString(trim($words, ' ,'), $texts);
                    $checked++;
                }
            }
        }
        self::assertGreaterThan(25, $checked);
    }

    public function testAdminGuideTellsTheButtonsAndMessagesThereAre(): void
    {
        $_ADDONLANG = [];
        $modules = dirname(__DIR__) . '/modules';
        require $modules . '/addons/ostor_admin/lang/english.php';
        $module = require $modules . '/servers/ostor/lang/english.php';
        $guide = (string) file_get_contents(dirname(__DIR__, 2) . '/docs/admin-area.md');

        preg_match('/^\| button .*?\n\n/ms', $guide, $table);
        preg_match_all('/^\| ([A-Z][^|]*) \|/m', $table[0], $rows);
        self::assertSame(array_keys(ostor_AdminCustomButtonArray()), $rows[1]);

        $texts = implode("\n", $_ADDONLANG) . implode("\n", $module);
        preg_match_all('/\*([A-Z][a-z][^*]*…)\*/u', $guide, $quoted);
        self::assertGreaterThan(6, count($quoted[1]));
        foreach ($quoted[1] as $button) {
            self::assertContains($button, $_ADDONLANG);
        }
        preg_match('/^\| the page says .*\z/ms', $guide, $table);
        preg_match_all('/^\| (?!the page|---)([^|]*) \|/m', $table[0], $rows);
        self::assertGreaterThan(8, count($rows[1]));
        foreach ($rows[1] as $row) {
            foreach (preg_split('/…,?|scope_missing,/u', $row) as $words) {
                if (trim($words, ' ,') !== '') {
                    self::assertStringContainsString(trim($words, ' ,'), $texts);
                }
            }
        }
    }

    public function testCustomersPageGuideNamesAppsMailsAndButtons(): void
    {
        $module = dirname(__DIR__) . '/modules/servers/ostor';
        $guide = (string) file_get_contents(dirname(__DIR__, 2) . '/docs/client-area.md');
        preg_match_all('/^\| ([^|]+) \| `([\w.-]+)` \|$/m', $guide, $apps);
        self::assertSame(Snippets::CLIENTS, array_combine($apps[2], $apps[1]));

        preg_match_all('/^\| (S3 [^|]+) \| `([\w.-]+\.txt)` \|/m', $guide, $mails);
        self::assertCount(count(glob($module . '/emails/*.txt')), $mails[2]);
        foreach ($mails[2] as $position => $file) {
            self::assertStringStartsWith('Name: ' . $mails[1][$position] . "\n", file_get_contents($module . '/emails/' . $file));
        }
        self::assertStringContainsString('`' . Snippets::SECRET . '`', $guide);

        $texts = (new Wording('english'))->all();
        foreach (['Make a new pair', 'Revoke…', 'Show secret key', 'S3 access keys'] as $words) {
            self::assertStringContainsString('*' . $words . '*', $guide);
            self::assertContains($words, $texts);
        }
        foreach (['overview', 'keys', 'connect', 'usage'] as $page) {
            self::assertStringContainsString("\n| " . $texts['page_' . $page] . ' | ', $guide);
        }
    }

    private static function guide(): string
    {
        return (string) file_get_contents(dirname(__DIR__, 2) . '/docs/whmcs-module.md');
    }
}

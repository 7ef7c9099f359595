<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use PHPUnit\Framework\TestCase;

/**
 * The zip of module and addon that php-shim/package makes.
 */
final class PackageTest extends TestCase
{
    private const ROOT = __DIR__ . '/../..';

    /** @var string a folder of this test */
    private $folder;

    protected function setUp(): void
    {
        $this->folder = sys_get_temp_dir() . '/ostor-package-' . bin2hex(random_bytes(6));
        mkdir($this->folder, 0700);
    }

    protected function tearDown(): void
    {
        self::execute(['rm', '-rf', '--one-file-system', $this->folder]);
    }

    public function testItHoldsModuleAndAddonAsTheyAre(): void
    {
        $zip = $this->pack(self::ROOT, 'zip');
        self::assertSame('ostor-whmcs-' . self::version() . '.zip', basename($zip));
        self::execute(['python3', '-m', 'zipfile', '-e', $zip, "$this->folder/whmcs"]);
        foreach (['addons/ostor_admin', 'servers/ostor'] as $module) {
            $differences = self::execute(['diff', '-r', self::ROOT . "/php-shim/modules/$module", "$this->folder/whmcs/modules/$module"], 1);
            self::assertSame($module === 'servers/ostor'
                ? ['LICENSE-APACHE', 'LICENSE-MIT'] : [], self::onlyInTheZip($differences), $differences);
        }
        self::assertSame(['modules'], array_values(array_diff(scandir("$this->folder/whmcs"), ['.', '..'])));
        self::assertSame(['addons', 'servers'], array_values(array_diff(scandir("$this->folder/whmcs/modules"), ['.', '..'])));
    }

    public function testTheSameFilesGiveTheSameBytesAtAnyTimeAndPlace(): void
    {
        $copy = $this->copyOfTheTree();
        self::execute(['find', $copy, '-exec', 'touch', '-d', '2001-02-03', '{}', '+']);
        self::execute(['chmod', '-R', 'go-rwx', $copy]);
        self::assertFileEquals($this->pack(self::ROOT, 'one'), $this->pack($copy, 'two'));
    }

    public function testAVersionOfItsOwnIsRefused(): void
    {
        $copy = $this->copyOfTheTree();
        $whmcs = "$copy/php-shim/modules/servers/ostor/whmcs.json";
        $addon = "$copy/php-shim/modules/addons/ostor_admin/lib/Addon.php";
        $release = "$copy/php-shim/modules/servers/ostor/lib/Release.php";
        foreach ([$whmcs => 'whmcs.json', $addon => 'Addon.php', $release => 'Release.php'] as $file => $name) {
            $text = file_get_contents($file);
            file_put_contents($file, str_replace(self::version(), '99.0.0', $text));
            $said = self::execute(["$copy/php-shim/package", "$this->folder/zip"], 1);
            self::assertStringContainsString("$name names version 99.0.0, Cargo.toml " . self::version(), $said);
            self::assertDirectoryDoesNotExist("$this->folder/zip");
            file_put_contents($file, $text);
        }
    }

    private function copyOfTheTree(): string
    {
        $copy = "$this->folder/tree";
        mkdir("$copy/php-shim", 0700, true);
        self::execute(['cp', '-R', self::ROOT . '/php-shim/package', self::ROOT . '/php-shim/modules', "$copy/php-shim"]);
        self::execute(['cp', self::ROOT . '/Cargo.toml', self::ROOT . '/LICENSE-MIT', self::ROOT . '/LICENSE-APACHE', $copy]);

        return $copy;
    }

    private function pack(string $tree, string $folder): string
    {
        return trim(self::execute(["$tree/php-shim/package", "$this->folder/$folder"]));
    }

    /**
     * @return string[]
     */
    private static function onlyInTheZip(string $differences): array
    {
        preg_match_all('#^Only in \S*/whmcs/modules/\S+: (.*)$#m', $differences, $names);
        self::assertSame(substr_count($differences, "\n"), count($names[1]), $differences);

        return $names[1];
    }

    private static function version(): string
    {
        preg_match('/^version = "([^"]+)"$/m', file_get_contents(self::ROOT . '/Cargo.toml'), $version);

        return $version[1];
    }

    /**
     * @param string[] $command
     * @param int $worst highest exit code that is right
     * @return string all it printed
     */
    private static function execute(array $command, int $worst = 0): string
    {
        exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1', $lines, $code);
        $output = $lines === [] ? '' : implode("\n", $lines) . "\n";
        self::assertLessThanOrEqual($worst, $code, implode(' ', $command) . "\n$output");

        return $output;
    }
}

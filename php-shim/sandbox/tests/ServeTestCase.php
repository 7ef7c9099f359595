<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WhmcsSandbox\Kernel\ModuleAction;

/** A fresh sandbox with the module `sampleweb`, one active service of client 1, and `whmcs serve` before it. */
abstract class ServeTestCase extends SandboxTestCase
{
    protected const SERVICE = '/admin/clientsservices.php?userid=1&id=1';
    protected const DETAILS = '/clientarea.php?action=productdetails&id=1';
    protected const CLIENT = "sean.o'brien@example.com";

    protected Browser $browser;
    protected BackgroundProcess $server;

    protected function setUp(): void
    {
        $this->install('sampleweb');
        $this->order();
        $this->host->kernel->run(1, ModuleAction::Create);
        $this->serve();
    }

    /** @param array<string, string> $environment */
    protected function serve(array $environment = []): void
    {
        $this->server = new BackgroundProcess(
            [dirname(__DIR__) . '/whmcs', 'serve', '--listen', '127.0.0.1:0', '--database', 'test_host', '--modules', $this->modules()],
            TEST_DIRECTORY . '/serve.log',
            $environment
        );
        $this->browser = new Browser($this->server->address);
    }

    /** Switches the sample addon on as an admin would, open for the given roles. */
    protected function activateAddon(int ...$roles): void
    {
        $page = '/admin/configaddonmods.php';
        $this->browser->logInAdmin('admin');
        $this->browser->get($page)->submit($page, ['module' => 'sample_addon', 'action' => 'activate']);
        self::assertStringContainsString('The table was made.', $this->browser->body);
        $this->browser->submit($page, ['module' => 'sample_addon', 'action' => 'save', 'access' => $roles,
            'fields' => ['greeting' => 'Good <day>', 'loud' => 'on', 'key' => 'k']]);
        self::assertSame(200, $this->browser->status);
    }

    protected function assertNoDefects(): void
    {
        self::assertNull($this->browser->text('//*[@id="defects"]'));
    }

    protected function tearDown(): void
    {
        if (isset($this->server)) {
            $this->server->stop();
        }
        Capsule::schema()->dropIfExists('mod_sample_notes');
        parent::tearDown();
    }
}

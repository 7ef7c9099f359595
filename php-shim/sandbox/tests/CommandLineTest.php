<?php

declare(strict_types=1);

/** The command `whmcs` as a person or a script uses it. */
final class CommandLineTest extends CommandLineTestCase
{
    public function testALifeFromOrderToUpgrade(): void
    {
        self::assertSame(0, $this->whmcs('install', '--module', 'sampleok', '--password', 'server-secret-1', '--date', '2031-01-10')[0]);
        [$code, $output] = $this->whmcs('order', '--client', '2', '--product', '1', '--config', 'GET/s=50', '--json');
        self::assertSame(0, $code);
        self::assertSame(['success' => true, 'order' => 1, 'invoice' => 1, 'service' => 1, 'defects' => []], json_decode($output, true));
        self::assertSame([0, "Invoice 1 is paid.\nCreateAccount of service 1: success\n", ''], $this->whmcs('pay', '1'));
        self::assertSame(1, $this->whmcs('pay', '1')[0]);
        self::assertSame(0, $this->whmcs('module', 'testconnection', '--service', '1')[0]);
        self::assertSame([1, '', "whmcs: Product 1 has no configurable option 'Nope'; it has: Storage quota (GB), Requests/s, "
            . "GET/s, PUT/s, LIST/s, DELETE/s, Outgoing bandwidth (kB/s), Sub-accounts, Bandwidth included (GB).\n"],
            $this->whmcs('upgrade', '--service', '1', '--config', 'Nope=1'));
        self::assertSame(0, $this->whmcs('upgrade', '--service', '1', '--product', '2')[0]);
        self::assertSame(0, $this->whmcs('pay', '2')[0]);
        self::assertSame(2, json_decode($this->whmcs('show', 'service', '1', '--json')[1])->service->packageid);
        self::assertStringContainsString('Invoice 3 was generated.', $this->whmcs('cron', '--date', '2031-02-01')[1]);
        self::assertSame([0, "The module queue is empty.\n", ''], $this->whmcs('queue'));
        self::assertStringContainsString('user0001', $this->whmcs('page', 'client', '--service', '1')[1]);
    }

    public function testThePasswordIsShownOnlyOnRequest(): void
    {
        $this->whmcs('install', '--module', 'sampleok');
        $this->whmcs('order');
        $this->whmcs('pay', '1');
        self::assertStringNotContainsString('S3/secret', $this->whmcs('show', 'service', '1')[1]);
        $shown = json_decode($this->whmcs('show', 'service', '1', '--credentials', '--json')[1]);
        self::assertSame('S3/secret+"key"/0123456789', $shown->service->password);
    }

    public function testADefectiveModuleGivesExitCodeThree(): void
    {
        $this->whmcs('install', '--module', 'sampleecho');
        $this->whmcs('order');
        [$code, $output, $errors] = $this->whmcs('pay', '1');
        self::assertSame(3, $code);
        self::assertStringContainsString('CreateAccount of service 1: success', $output);
        self::assertStringContainsString('module defect: sampleecho_CreateAccount printed output', $errors);
        self::assertSame(0, $this->whmcs('module', 'create', '--service', '1', '--lenient')[0]);
    }

    public function testAModuleThatEndsTheProcessGivesExitCodeThree(): void
    {
        $this->whmcs('install', '--module', 'sampleexit');
        $this->whmcs('order');
        self::assertSame([3, '', "module defect: the module ended the process\n"], $this->whmcs('pay', '1'));
    }

    public function testAFailureGivesExitCodeOneAndAQueueItem(): void
    {
        $this->whmcs('install', '--module', 'samplethrow');
        $this->whmcs('order');
        self::assertSame(1, $this->whmcs('pay', '1', '--lenient')[0]);
        self::assertStringContainsString('#1 CreateAccount of service 1', $this->whmcs('queue')[1]);
        self::assertSame(1, $this->whmcs('queue', 'retry', '1', '--lenient')[0]);
    }

    public static function mistakes(): array
    {
        return [
            [['nonsense'], "Unknown command 'nonsense'"],
            [['order', '--clinet', '1'], 'Unknown option --clinet'],
            [['pay', 'abc'], "takes a number, not 'abc'"],
            [['upgrade', '--service', '1'], 'Give either --product or --config'],
            [['module', 'explode', '--service', '1'], "Unknown module command 'explode'"],
            [['install', '--clock', 'system', '--date', '2031-01-10'], '--clock is `still`'],
            [['cron', '--until', '2031-02-01', '--date', '2031-02-01'], 'Give either --date or --until'],
            [['cron', '--until', '2031-02-01', '--step', '90m'], "--step is a number of hours or days such as 12h or 1d, not '90m'"],
            [['cron', '--step', '1d'], '--step goes with --until'],
            [['invoice', '1'], 'There is `whmcs invoice show N`'],
        ];
    }

    /** @dataProvider mistakes */
    public function testMistakesGiveExitCodeTwo(array $words, string $sentence): void
    {
        $this->whmcs('install', '--module', 'sampleok');
        [$code, , $errors] = $this->whmcs(...$words);
        self::assertSame(2, $code);
        self::assertStringContainsString($sentence, $errors);
    }

    public function testRefusalsGiveExitCodeOne(): void
    {
        $this->whmcs('install', '--module', 'sampleok');
        foreach ([['order', '--client', '9'], ['order', '--product', '9'], ['cron', '--date', '2031-02-30'], ['show', 'service', '5']] as $words) {
            self::assertSame(1, $this->whmcs(...$words)[0], implode(' ', $words));
        }
        self::assertSame(1, $this->whmcs('install', '--module', 'nosuch')[0]);
    }

    public function testHelpHasExamples(): void
    {
        [$code, $output] = $this->whmcs('--help');
        self::assertSame(0, $code);
        self::assertStringContainsString('example:', $output);
    }
}

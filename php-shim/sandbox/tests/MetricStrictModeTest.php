<?php

declare(strict_types=1);

use WHMCS\Database\Capsule;
use WhmcsSandbox\Usage\Collection;

/** Every rule of a metric provider, broken by a module of its own making. */
final class MetricStrictModeTest extends SandboxTestCase
{
    private const NAME = 'samplemismeter_MetricProvider';

    /** @return array the report on server 1 */
    private function collect(string $defect, bool $strict = true): array
    {
        $this->prepare($defect, $strict);
        return (new Collection($this->host))->run()[0];
    }

    private function prepare(string $defect, bool $strict = true): void
    {
        $GLOBALS['sample_defect'] = $defect;
        $this->install('samplemismeter', $strict);
        $this->order();
        Capsule::table('tblhosting')->update(['username' => 'user0001', 'domainstatus' => 'Active']);
    }

    protected function tearDown(): void
    {
        unset($GLOBALS['sample_defect']);
        parent::tearDown();
    }

    /** @return list<string> metrics with a record */
    private function stored(): array
    {
        return Capsule::table('sandbox_usage_records')->orderBy('metric')->pluck('metric')->all();
    }

    public function testWithoutADefectThereIsNone(): void
    {
        $this->collect('none');
        self::assertSame([], $this->defects());
        self::assertSame(['storage', 'traffic'], $this->stored());
    }

    public static function complaints(): array
    {
        $value = "'s usage() gives storage of tenant 'user0001' a value that is no number from 0 up: ";
        return [
            ['prints', '\'s usage() printed output: "collecting"', ['storage', 'traffic']],
            ['leaks', null, ['storage', 'traffic']],
            ['writes', "'s usage() changed tblhosting.diskusage of service 1, which belongs to WHMCS", ['storage', 'traffic']],
            ['throws', "'s usage() threw DomainException: the statistics are late", []],
            ['constructor throws', ' threw LogicException: no parameters', []],
            ['no provider', ' returned array instead of a ProviderInterface', []],
            ['usage() gives no array', "'s usage() returned null instead of an array", []],
            ['unknown tenant', "'s usage() gives the tenant 'stranger', which no service on server 1 has", ['storage', 'traffic']],
            ['tenant without a list', "'s usage() returned something else than a list of metrics", []],
            ['unlisted metric', "'s usage() gives files of tenant 'user0001', a metric that metrics() does not list", ['storage', 'traffic']],
            ['another type', "'s usage() gives storage of tenant 'user0001' another type than metrics() does", ['traffic']],
            ['one metric twice', "'s usage() gives storage of tenant 'user0001' twice", ['storage', 'traffic']],
            ['withUsage() result dropped', "'s usage() gives storage of tenant 'user0001' without usage; "
                . 'withUsage() returns a new metric, which must be kept', ['traffic']],
            ['text', "$value'5 GB'", ['traffic']],
            ['nothing', "{$value}NULL", ['traffic']],
            ['negative', "$value-0.5", ['traffic']],
            ['infinite', "{$value}INF", ['traffic']],
            ['metrics() gives one name twice', "'s metrics() gives two metrics the same system name, or one none", ['storage', 'traffic']],
            ['metrics() invents a type', "'s metrics() gives buckets a type or a unit WHMCS does not have", ['storage', 'traffic']],
            ['metrics() gives something else', "'s metrics() returned something else than a list of metrics", ['storage', 'traffic']],
        ];
    }

    /** @dataProvider complaints */
    public function testADefectIsReportedAndOnlyWhatIsValidIsStored(string $defect, ?string $complaint, array $stored): void
    {
        $this->collect($defect);
        $expected = $complaint === null ? 'The module log contains the server password' : self::NAME . $complaint;
        self::assertSame([$expected], array_values(array_unique($this->defects())));
        self::assertSame($stored, $this->stored());
    }

    public function testWarnings(): void
    {
        $this->collect('warns');
        self::assertCount(1, $this->defects());
        self::assertStringStartsWith(self::NAME . "'s usage() raised a PHP warning: Undefined array key", $this->defects()[0]);
    }

    public function testAMissingTenantField(): void
    {
        $report = $this->collect('no tenant field');
        self::assertSame(["samplemismeter_MetaData gives '' as ListAccountsUniqueIdentifierField; it is domain, username or "
            . 'customfield.NAME'], $this->defects());
        self::assertStringContainsString('does not say which field', $report['error']);
        self::assertSame([], $this->stored());
    }

    public function testAListThatNeedsParameters(): void
    {
        $this->collect('metrics() needs parameters');
        self::assertStringStartsWith(self::NAME . "'s metrics() raised a PHP warning: Undefined array key", $this->defects()[0]);
        self::assertContains(self::NAME . "'s metrics() gives another list for server 2", $this->defects());
    }

    public function testAListThatDependsOnTheServer(): void
    {
        $this->collect('metrics() depends on the server');
        self::assertSame([
            self::NAME . "'s metrics() gives another list for server 2",
            self::NAME . "'s metrics() gives another list for server 2 with an address where nothing answers",
        ], $this->defects());
    }

    public function testAListThatNeedsTheNetwork(): void
    {
        $this->prepare('metrics() uses the network');
        $listening = stream_socket_server('tcp://127.0.0.1:0');
        [$host, $port] = explode(':', stream_socket_get_name($listening, false));
        Capsule::table('tblservers')->where('id', 1)->update(['hostname' => $host, 'port' => $port]);
        Capsule::table('tblservers')->where('id', 2)->delete();
        $report = (new Collection($this->host))->run()[0];
        self::assertSame('', $report['error'], 'with its own address the server answers');
        self::assertSame([self::NAME . "'s metrics() threw RuntimeException: Connection refused"], $this->defects());
        fclose($listening);
    }

    public function testLenientModeStoresTheSameAndReportsNothing(): void
    {
        $this->collect('negative', false);
        self::assertSame([], $this->defects());
        self::assertSame(['traffic'], $this->stored());
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

use Throwable;
use WhmcsSandbox\Host\Database;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Refusal;
use WhmcsSandbox\Web\FrontController;

/** The command line: options common to all commands, dispatch, output and exit code. */
final class Application
{
    public const SUCCESS = 0;
    public const FAILURE = 1;
    public const USAGE = 2;
    public const DEFECT = 3;

    private const COMMON = ['socket=', 'database=', 'modules=', 'json', 'lenient'];
    private const OPTIONS = [
        'install' => ['module=', 'hostname=', 'port=', 'secure', 'username=', 'password=', 'accesshash=', 'date=', 'timezone=',
            'clock='],
        'order' => ['client=', 'product=', 'domain=', 'config='],
        'pay' => [],
        'upgrade' => ['service=', 'product=', 'config='],
        'cron' => ['date=', 'until=', 'step='],
        'invoice' => [],
        'usage' => ['product=', 'metric=', 'included=', 'currency=', 'per-unit=', 'volume=', 'graduated=', 'disk=', 'bandwidth=',
            'off', 'service='],
        'sync' => ['server=', 'import', 'terminate-missing'],
        'module' => ['service=', 'server=', 'reason='],
        'page' => ['service='],
        'queue' => [],
        'edit' => ['client=', 'user=', 'email='],
        'guide' => ['gateway=', 'key=', 'secret=', 'customers='],
        'show' => ['credentials'],
        'serve' => ['listen=', 'url='],
    ];

    private ?Host $host = null;

    /** @param list<string> $words without the program's name */
    public function run(array $words): int
    {
        if ($words === [] || in_array('--help', $words, true) || in_array('-h', $words, true)) {
            fwrite($words === [] ? STDERR : STDOUT, file_get_contents(__DIR__ . '/help.txt'));
            return $words === [] ? self::USAGE : self::SUCCESS;
        }
        $json = in_array('--json', $words, true);
        try {
            return $this->finish($this->execute(array_shift($words), $words), $json);
        } catch (UsageError $e) {
            return $this->complain($e->getMessage(), self::USAGE, $json);
        } catch (Refusal $e) {
            return $this->complain($e->getMessage(), self::FAILURE, $json);
        } catch (Throwable $e) {
            return $this->complain(get_class($e) . ": {$e->getMessage()} ({$e->getFile()}:{$e->getLine()})", self::FAILURE, $json);
        }
    }

    /** Whether module code was running, for the case that it ended the process. */
    public function endedInsideModule(): bool
    {
        return $this->host !== null && $this->host->observer->isWatching();
    }

    /** @param list<string> $words */
    private function execute(string $command, array $words): Report
    {
        $options = self::OPTIONS[$command] ?? throw new UsageError("Unknown command '$command'; see `whmcs --help`.");
        $arguments = new Arguments($words, [...self::COMMON, ...$options]);
        $socket = $arguments->text('socket', (string) getenv(FrontController::SOCKET))
            ?: throw new UsageError('Say where the database is: --socket PATH or WHMCS_SANDBOX_SOCKET.');
        $database = $arguments->text('database', getenv(FrontController::DATABASE) ?: 'whmcs');
        $modules = $arguments->text('modules', getenv(FrontController::MODULES) ?: dirname(__DIR__, 3) . '/modules');
        $modules = realpath($modules) ?: $modules;
        $this->host = new Host(new Database($socket, $database), $modules, !$arguments->has('lenient'));
        if ($command === 'install') {
            return (new InstallCommand())->run($this->host, $arguments);
        }
        $this->host->boot();
        return match ($command) {
            'order', 'pay', 'upgrade', 'cron', 'invoice' => (new BillingCommands($this->host))->$command($arguments),
            'module', 'page', 'queue' => (new ModuleCommands($this->host))->$command($arguments),
            'usage' => (new UsageCommands($this->host))->run($arguments),
            'sync' => (new SyncCommand($this->host))->run($arguments),
            'edit' => (new EditCommand($this->host))->run($arguments),
            'guide' => (new GuideCommand($this->host))->run($arguments),
            'show' => (new ShowCommand($this->host))->run($arguments),
            'serve' => (new ServeCommand($this->host, [
                FrontController::SOCKET => $socket,
                FrontController::DATABASE => $database,
                FrontController::MODULES => $modules,
                FrontController::LENIENT => $arguments->has('lenient') ? '1' : '',
            ]))->run($arguments),
        };
    }

    private function finish(Report $report, bool $json): int
    {
        $defects = $this->host->defects->since(0);
        if ($json) {
            $this->print(['success' => $report->success && $defects === []] + $report->data + ['defects' => $defects]);
        } else {
            echo implode('', array_map(static fn (string $line): string => "$line\n", $report->lines));
            foreach ($defects as $defect) {
                fwrite(STDERR, "module defect: $defect\n");
            }
        }
        return $defects !== [] ? self::DEFECT : ($report->success ? self::SUCCESS : self::FAILURE);
    }

    private function complain(string $sentence, int $code, bool $json): int
    {
        if ($json) {
            $this->print(['success' => false, 'message' => $sentence]);
        } else {
            fwrite(STDERR, "whmcs: $sentence\n");
        }
        return $code;
    }

    private function print(array $data): void
    {
        echo json_encode($data, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE
            | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR), "\n";
    }
}

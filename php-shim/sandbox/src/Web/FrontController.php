<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web;

use Throwable;
use WhmcsSandbox\Host\Database;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Refusal;

/** One request of `whmcs serve`: session, host, area, answer. Where the sandbox is stands in the environment. */
final class FrontController
{
    public const SOCKET = 'WHMCS_SANDBOX_SOCKET';
    public const DATABASE = 'WHMCS_SANDBOX_DB';
    public const MODULES = 'WHMCS_SANDBOX_MODULES';
    public const LENIENT = 'WHMCS_SANDBOX_LENIENT';

    public function run(): void
    {
        header_remove('X-Powered-By');
        $request = new Request();
        $session = new Session();
        $session->start();
        $inAdmin = preg_match('#^/admin(/|$)#', $request->path) === 1;
        define($inAdmin ? 'ADMINAREA' : 'CLIENTAREA', true);
        try {
            $host = new Host(
                new Database((string) getenv(self::SOCKET), (string) getenv(self::DATABASE)),
                (string) getenv(self::MODULES),
                getenv(self::LENIENT) !== '1'
            );
            $this->expectEndInsideModule($host);
            $host->boot();
            $response = $inAdmin
                ? (new AdminArea($host, $request, $session))->answer()
                : (new ClientArea($host, $request, $session))->answer();
            foreach ($host->defects->since(0) as $defect) {
                error_log("module defect: $defect");
            }
        } catch (HttpError $e) {
            $response = self::plain($e->status, $e->getMessage());
        } catch (Refusal $e) {
            $response = self::plain(500, $e->getMessage());
        } catch (Throwable $e) {
            error_log((string) $e);
            $response = self::plain(500, get_class($e) . ": {$e->getMessage()}");
        }
        $response->send();
    }

    /** A module that calls exit() would send half a page as if all were well; one that sent a file has done so rightly. */
    private function expectEndInsideModule(Host $host): void
    {
        register_shutdown_function(static function () use ($host): void {
            if ($host->observer->isWatching() && !self::isFile(headers_list())) {
                while (ob_get_level() > 0) {
                    ob_end_clean();
                }
                error_log('module defect: the module ended the process');
                self::plain(500, 'Module defect: the module ended the process.')->send();
            }
        });
    }

    /** @param list<string> $headers */
    private static function isFile(array $headers): bool
    {
        return preg_grep('/^Content-Disposition: *attachment/i', $headers) !== [];
    }

    private static function plain(int $status, string $sentence): Response
    {
        $text = htmlspecialchars($sentence, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
        return Response::html("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>$status</title></head>"
            . "<body><h1>$status</h1><p>$text</p></body></html>\n", $status);
    }
}

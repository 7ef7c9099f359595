<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * JSON-RPC 2.0 client of the ostor-bridge service. Every call is signed, checked and logged here.
 */
final class Bridge
{
    /** Refusals that may come of a bridge that does not fit; '' is an answer the module does not understand. */
    private const NOT_UNDERSTOOD = ['', 'invalid_request', 'invalid_params', 'method_not_found'];

    /** Seconds a command may take: the bridge itself talks to a gateway and retries. */
    public const COMMAND_SECONDS = 100;

    /** Seconds an admin page may wait. */
    public const PAGE_SECONDS = 15;

    /** Seconds a page may wait that shows much else besides, or is a customer's. */
    public const PANEL_SECONDS = 4;

    /** Microseconds before each repetition of a call that was cut off. */
    private const PAUSES = [250000, 1000000];

    /** Calls that end in the same place however often they are made. */
    private const REPEATABLE = '/^(?:(?:Create|Suspend|Unsuspend|Terminate)Account|ChangePackage|TestConnection|AccountState'
        . '|ListAccounts|UsageUpdate|MetricUsage|ClientArea|ShowKeys|\w+\.(?:get|list|report|history|buckets))$/D';

    /** @var Server */
    private $server;

    /** @var ModuleLog */
    private $log;

    /** @var Http */
    private $http;

    /** @var string|null of the last call that succeeded */
    private $misfit = null;

    /**
     * @param Http|null $http shared with other bridges, to wait for several together; else one of its own
     */
    public function __construct(Server $server, ModuleLog $log, ?Http $http = null)
    {
        $this->server = $server;
        $this->log = $log;
        $this->http = $http ?? new Http(self::COMMAND_SECONDS);
    }

    /**
     * Calls a method about the server record's cluster and returns its result.
     *
     * @param array<string, mixed> $params without the cluster
     * @param array<string, string> $members name => type (as gettype() calls it) the result must have
     * @return array<string, mixed>
     * @throws Failure with a sentence for staff; the outcome is then unknown unless it says otherwise
     */
    public function call(string $method, array $params, array $members): array
    {
        $judge = function (Reply $reply) use ($members): array {
            $this->log->hide($reply->secrets());

            return $reply->result($this->server->url(), $this->http->seconds(), $members);
        };

        return $this->send($method, $params, $judge, static function (Reply $reply): string {
            return $reply->summary();
        })();
    }

    /**
     * Like call(), for long lists that hold no secret: the log gets the size of the answer, not the answer. The call is
     * sent at once; its answer is waited for when it is wanted.
     *
     * @param array<string, mixed> $params without the cluster
     * @param array<string, string> $members as for call()
     * @param callable(array<string, mixed>): mixed $read takes what is needed from the result
     * @return callable(): mixed waits, and returns what $read returns; throws what call() throws and what $read throws
     */
    public function bulk(string $method, array $params, array $members, callable $read): callable
    {
        $judge = function (Reply $reply) use ($members, $read) {
            $result = $reply->result($this->server->url(), $this->http->seconds(), $members);
            try {
                return $read($result);
            } catch (Failure $failure) {
                throw $reply->named($failure);
            }
        };

        return $this->send($method, $params, $judge, static function (Reply $reply): string {
            return $reply->headline();
        });
    }

    /**
     * Why the bridge does not fit the module, though it did what it was asked last; null: it fits, or did nothing yet.
     */
    public function misfit(): ?string
    {
        return $this->misfit;
    }

    /**
     * What $judge returns; what it throws names the likely cause where module and bridge do not fit.
     *
     * @param callable(Reply): mixed $judge
     * @return mixed
     */
    private function judge(callable $judge, Reply $reply)
    {
        $misfit = $reply->misfit($this->server->url());
        try {
            $result = $judge($reply);
            $this->misfit = $misfit;

            return $result;
        } catch (Failure $failure) {
            if ($misfit === null || !in_array($failure->reason(), self::NOT_UNDERSTOOD, true)) {
                throw $failure;
            }
            $message = $failure->getMessage() . ' ' . $misfit;
            throw Failure::ofCall($message, $failure->reason(), $failure->requestId(), $failure);
        }
    }

    /**
     * @param array<string, mixed> $params
     * @param callable(Reply): mixed $judge
     * @param callable(Reply): string $summary
     * @return callable(): mixed waits, and returns what $judge returns
     */
    private function send(string $method, array $params, callable $judge, callable $summary): callable
    {
        $requestId = bin2hex(random_bytes(8));
        $body = self::encode([
            'jsonrpc' => '2.0',
            'id' => $requestId,
            'method' => $method,
            'params' => ['cluster' => $this->server->cluster()] + $params,
        ]);
        $answer = $this->post($requestId, $body);

        return function () use ($method, $requestId, $body, $answer, $judge, $summary) {
            $reply = $this->last($method, $requestId, $body, new Reply($answer(), $requestId));
            $outcome = 'success';
            try {
                return $this->judge($judge, $reply);
            } catch (\Throwable $problem) {
                $outcome = $problem->getMessage();
                throw $problem;
            } finally {
                $this->record($method, $body, $summary($reply), $outcome);
            }
        };
    }

    /**
     * The answer to a call, which is made again where a replica of the bridge has ended under it.
     */
    private function last(string $method, string $requestId, string $body, Reply $reply): Reply
    {
        foreach (self::PAUSES as $pause) {
            if (!$reply->isCutOff() || preg_match(self::REPEATABLE, $method) !== 1) {
                break;
            }
            $this->record($method, $body, $reply->headline(), 'cut off, repeated');
            usleep($pause);
            $reply = new Reply($this->post($requestId, $body)(), $requestId);
        }

        return $reply;
    }

    /**
     * @return callable(): array<string, mixed> as Http gives it
     */
    private function post(string $requestId, string $body): callable
    {
        return $this->http->post($this->server->url(), [
            'Content-Type: application/json',
            'Accept: application/json',
            // Each can be used once.
            'Authorization: Bearer ' . Token::mint($this->server->client(), $this->server->secret(), $body, time()),
            'X-Request-Id: ' . $requestId,
            ...Release::headers(),
            'Expect:',
        ], $body);
    }

    private function record(string $method, string $body, string $answer, string $outcome): void
    {
        $this->log->record($method, 'POST ' . $this->server->url() . "\n" . $body, $answer, $outcome);
    }

    /**
     * @param array<string, mixed> $value
     */
    private static function encode(array $value): string
    {
        // The shortest exact spelling of floats, whatever the host's php.ini says: 0.1 and not 0.10000000000000001.
        $precision = ini_set('serialize_precision', '-1');
        try {
            return json_encode(
                $value,
                JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR
            );
        } finally {
            if ($precision !== false) {
                ini_set('serialize_precision', $precision);
            }
        }
    }
}

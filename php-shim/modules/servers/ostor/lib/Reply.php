<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Judges one HTTP answer of the bridge: a result of the documented shape, or a sentence.
 *
 * Nothing here is lenient: what is not exactly an answer to our call must never count as success.
 */
final class Reply
{
    /** Characters of a message that reach the admin. */
    private const LONGEST_MESSAGE = 500;

    /** cURL error numbers about certificates and TLS. */
    private const TLS_ERRORS = [35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91];

    /** cURL error numbers about names and connecting: nothing can have been sent. */
    private const NOT_CONNECTED = [5, 6, 7];

    private const TIMED_OUT = 28;

    private const TOO_LARGE = 23;

    /** cURL error numbers of a connection that ended before the answer did. */
    private const CUT = [16, 18, 52, 55, 56, 92];

    /** What a load balancer answers when the bridge behind it has gone or cannot be reached. */
    private const NOBODY_BEHIND = [502, 503];

    /** @var array<string, mixed> as Http gives it */
    private $http;

    /** @var mixed */
    private $decoded;

    /** @var string */
    private $requestId;

    /**
     * @param array<string, mixed> $http as Http gives it
     */
    public function __construct(array $http, string $requestId)
    {
        $this->http = $http;
        $this->requestId = $requestId;
        $this->decoded = json_decode($http['body'], true, 64, JSON_BIGINT_AS_STRING);
    }

    /**
     * Secret values inside the answer, found by the names of their members.
     *
     * @return string[]
     */
    public function secrets(): array
    {
        $secrets = [];
        if (is_array($this->decoded)) {
            array_walk_recursive($this->decoded, static function ($value, $name) use (&$secrets): void {
                if (is_string($value) && preg_match('/secret|password/i', (string) $name) === 1) {
                    $secrets[] = $value;
                }
            });
        }

        return $secrets;
    }

    /**
     * What may be logged. Text that is no JSON is not repeated: nothing is known about what it holds.
     */
    public function summary(): string
    {
        if ($this->http['errno'] !== 0 || !is_array($this->decoded)) {
            return $this->headline();
        }

        return $this->headline() . "\n" . $this->http['body'];
    }

    /**
     * The answer in one line, without its content.
     */
    public function headline(): string
    {
        if ($this->http['errno'] !== 0) {
            return 'cURL ' . $this->http['errno'] . ': ' . $this->http['error'];
        }
        $line = 'HTTP ' . $this->http['status'] . ', ' . $this->type() . ', '
            . strlen($this->http['body']) . ' bytes';

        return is_array($this->decoded) ? $line : $line . ', not JSON';
    }

    /**
     * Whether the connection, or a load balancer's to the bridge, ended before there was an answer of the bridge.
     */
    public function isCutOff(): bool
    {
        return in_array($this->http['errno'], self::CUT, true)
            || ($this->http['errno'] === 0 && in_array($this->http['status'], self::NOBODY_BEHIND, true)
                && !is_array($this->decoded));
    }

    /**
     * A failure with the request id behind its sentence, by which the log of the bridge can be searched.
     */
    public function named(Failure $failure): Failure
    {
        $message = $failure->getMessage() . ' ' . Lang::text('request', $this->requestId);

        return Failure::ofCall($message, '', $this->requestId, $failure);
    }

    /**
     * Why the bridge that answered does not fit the module; null: it fits, or this is no answer of a bridge.
     *
     * @param string $url for the sentence
     */
    public function misfit(string $url): ?string
    {
        $isAnswer = $this->http['errno'] === 0 && $this->http['status'] === 200
            && ($this->decoded['jsonrpc'] ?? null) === '2.0';

        return $isAnswer ? Release::misfit($url, $this->http['headers']) : null;
    }

    /**
     * The result object.
     *
     * @param string $url for the sentences
     * @param array<string, string> $members name => type (as gettype() calls it) the result must have
     * @return array<string, mixed>
     * @throws Failure
     */
    public function result(string $url, int $seconds, array $members): array
    {
        $this->refuseTransportError($url, $seconds);
        $this->refuseHttpError($url);

        $answer = $this->decoded;
        if (($answer['jsonrpc'] ?? null) !== '2.0' || ($answer['id'] ?? null) !== $this->requestId) {
            throw $this->failure('answer_foreign', $url);
        }
        $result = $answer['result'] ?? null;
        if (!is_array($result)) {
            throw $this->failure('answer_without_result', $url);
        }
        foreach ($members as $name => $type) {
            $value = $result[$name] ?? null;
            if (gettype($value) !== $type || $value === '') {
                throw $this->failure('answer_member_missing', $url, $name);
            }
        }

        return $result;
    }

    private function refuseTransportError(string $url, int $seconds): void
    {
        $errno = $this->http['errno'];
        if ($errno === 0) {
            return;
        }
        if (in_array($errno, self::TLS_ERRORS, true)) {
            throw $this->failure('tls_refused', $url, $this->http['error']);
        }
        if ($errno === self::TOO_LARGE) {
            throw $this->failure('answer_too_large', $url);
        }
        $timedOut = $errno === self::TIMED_OUT;
        if (in_array($errno, self::NOT_CONNECTED, true) || ($timedOut && !$this->http['connected'])) {
            throw $this->failure('unreachable', $url, $this->http['error']);
        }
        if ($timedOut) {
            throw $this->failure('no_answer_in_time', $url, $seconds);
        }
        throw $this->failure('connection_lost', $url, $this->http['error']);
    }

    private function refuseHttpError(string $url): void
    {
        $status = $this->http['status'];
        if ($status === 401) {
            $id = $this->serverRequestId();
            throw Failure::ofCall(Lang::text('unauthorized', $url, $id), '', $id);
        }
        if ($status >= 300 && $status < 400) {
            throw $this->failure('redirected', $url, $status);
        }
        $this->refuseRpcError();
        if ($status !== 200) {
            throw $this->failure('http_error', $url, $status, $this->type());
        }
        if ($this->http['body'] === '') {
            throw $this->failure('answer_empty', $url);
        }
        if (!is_array($this->decoded)) {
            throw $this->failure('answer_not_json', $url, $this->type());
        }
    }

    /**
     * A JSON-RPC error object, in one line: "message (reason: word, request id)".
     */
    private function refuseRpcError(): void
    {
        $error = is_array($this->decoded) ? ($this->decoded['error'] ?? null) : null;
        $id = is_array($this->decoded) ? ($this->decoded['id'] ?? null) : null;
        if (!is_array($error) || ($id !== null && $id !== $this->requestId)) {
            return;
        }
        $data = is_array($error['data'] ?? null) ? $error['data'] : [];
        $reason = self::word($data['reason'] ?? null) ?? '';
        $message = self::oneLine($error['message'] ?? null);
        if ($message === '') {
            $message = Lang::text('error_without_message');
        }
        $hint = ($data['retryable'] ?? false) === true ? ' ' . Lang::text('retry_hint') : '';

        $id = $this->serverRequestId();
        $word = $reason === '' ? Lang::text('reason_unknown') : $reason;
        throw Failure::ofCall(Lang::text('rpc_error', $message, $word, $id) . $hint, $reason, $id);
    }

    /**
     * The request id the bridge logged, else the one we sent.
     */
    private function serverRequestId(): string
    {
        $error = is_array($this->decoded) ? ($this->decoded['error'] ?? null) : null;
        $data = is_array($error) ? ($error['data'] ?? null) : null;

        return (is_array($data) ? self::word($data['request_id'] ?? null) : null) ?? $this->requestId;
    }

    /**
     * @param string|int ...$values
     */
    private function failure(string $key, ...$values): Failure
    {
        $message = Lang::text($key, ...$values) . ' ' . Lang::text('request', $this->requestId);

        return Failure::ofCall($message, '', $this->requestId);
    }

    private function type(): string
    {
        $type = self::oneLine(explode(';', $this->http['type'])[0]);

        return $type === '' ? 'no content type' : $type;
    }

    /**
     * @param mixed $value
     */
    private static function word($value): ?string
    {
        return is_string($value) && preg_match('/^[A-Za-z0-9_.:-]{1,64}$/D', $value) === 1 ? $value : null;
    }

    /**
     * @param mixed $value
     */
    private static function oneLine($value): string
    {
        $text = is_string($value) ? trim((string) preg_replace('/[\s\p{C}]+/u', ' ', $value)) : '';

        return preg_match('/^.{' . self::LONGEST_MESSAGE . '}/us', $text, $start) === 1 ? $start[0] . '…' : $text;
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A command did not succeed; the message is the plain-text sentence an admin reads.
 */
final class Failure extends \RuntimeException
{
    /** @var string */
    private $reason = '';

    /** @var string */
    private $requestId = '';

    /**
     * One about a call: what the bridge gave as the reason ('' when it gave none), and the id its log can be searched
     * for.
     */
    public static function ofCall(string $message, string $reason, string $requestId, ?\Throwable $cause = null): self
    {
        $failure = new self($message, 0, $cause);
        $failure->reason = $reason;
        $failure->requestId = $requestId;

        return $failure;
    }

    /**
     * The bridge's word for the refusal, '' when it refused nothing.
     */
    public function reason(): string
    {
        return $this->reason;
    }

    /**
     * '' for a failure before any call.
     */
    public function requestId(): string
    {
        return $this->requestId;
    }
}

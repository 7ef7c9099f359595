<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The service a customer looks at: what WHMCS holds of it, and what may be done to it now.
 */
final class ClientService
{
    /** Statuses in which an S3 user may exist and its customer may look at it. */
    private const SHOWN = ['active', 'suspended', 'terminated', 'cancelled', 'completed'];

    /** @var Params */
    private $params;

    /** @var array<string, mixed> as Whmcs::service() has it */
    private $row;

    /**
     * @throws ClientRefusal unless the service belongs to the client who is logged in
     * @throws Failure when WHMCS does not say which service it is about
     */
    public function __construct(Params $params)
    {
        $this->params = $params;
        $row = Whmcs::service($params->serviceId());
        if ($row === null || $row['client'] !== Whmcs::visitor()) {
            throw new ClientRefusal('not_yours');
        }
        $this->row = $row;
    }

    public function id(): int
    {
        return $this->params->serviceId();
    }

    public function params(): Params
    {
        return $this->params;
    }

    /**
     * @return array<string, mixed> as Whmcs::service() has it
     */
    public function row(): array
    {
        return $this->row;
    }

    public function isActive(): bool
    {
        return strcasecmp($this->row['status'], 'Active') === 0;
    }

    public function isSuspended(): bool
    {
        return strcasecmp($this->row['status'], 'Suspended') === 0;
    }

    /**
     * The access key id WHMCS has stored, null when it has none or cannot read it.
     */
    public function storedKey(): ?string
    {
        try {
            return $this->params->accessKeyId();
        } catch (\Throwable $problem) {
            // What WHMCS cannot read is not known.
            return null;
        }
    }

    /**
     * Whether there is anything to ask the bridge about.
     */
    public function hasUser(): bool
    {
        return $this->params->userId() !== null
            && in_array(strtolower($this->row['status']), self::SHOWN, true);
    }

    /**
     * Refuses what a customer may do to an active service only. WHMCS's own checks do not have to be trusted alone.
     *
     * @throws ClientRefusal unless the form was posted with the session's token and the service is active
     */
    public function refuseChange(): void
    {
        $this->refuseForeignForm();
        if ($this->isSuspended()) {
            throw new ClientRefusal('error_account_suspended');
        }
        if (!$this->isActive() || !$this->hasUser()) {
            throw new ClientRefusal('not_active');
        }
    }

    /**
     * @throws ClientRefusal unless the form was posted with the session's token
     */
    public function refuseForeignForm(): void
    {
        if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST' || !$this->hasToken()) {
            throw new ClientRefusal('form_expired');
        }
    }

    /**
     * @return array<string, mixed> parameters that name the service to the bridge
     */
    public function named(): array
    {
        return ['service_id' => $this->id(), 'user_id' => $this->params->userId()];
    }

    private function hasToken(): bool
    {
        try {
            return function_exists('check_token') && \check_token('WHMCS.default', true) !== false;
        } catch (\Throwable $problem) {
            return false;
        }
    }
}

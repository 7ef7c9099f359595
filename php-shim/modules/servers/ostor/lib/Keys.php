<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A new key pair for the S3 user of a service, stored where WHMCS keeps its credentials.
 */
final class Keys
{
    /** @var Params */
    private $params;

    /** @var Bridge */
    private $bridge;

    /** @var ModuleLog */
    private $log;

    public function __construct(Params $params, Bridge $bridge, ModuleLog $log)
    {
        $this->params = $params;
        $this->bridge = $bridge;
        $this->log = $log;
    }

    /**
     * Makes the pair, which is the service's from now on. The old one works until it is revoked.
     *
     * @param array<string, mixed> $who further parameters of the call: user and actor
     * @return array{0: string|null, 1: array<string, mixed>} the key id stored before, and the result of RotateKeys
     * @throws Failure when no pair was made, or it could not be stored; the old pair stays as it is
     */
    public function rotate(array $who): array
    {
        $properties = $this->params->serviceProperties();
        if ($properties === null) {
            throw new Failure(Lang::text('model_missing_keys'));
        }
        $old = $this->params->accessKeyId();
        $key = $this->bridge->call('RotateKeys', ['service_id' => $this->params->serviceId()] + $who, [
            'access_key_id' => 'string',
            'secret_access_key' => 'string',
        ]);
        try {
            $properties->save(['Password' => $key['secret_access_key'], 'Access Key ID' => $key['access_key_id']]);
        } catch (\Throwable $problem) {
            throw new Failure(Lang::text('key_not_stored', $key['access_key_id'], $problem->getMessage()), 0, $problem);
        }
        (new ClientNote($this->params->clientId(), $this->params->serviceId(), $this->log))->replace([
            (string) $old => $key['access_key_id'],
            $this->params->text('password') => $key['secret_access_key'],
        ]);

        return [$old, $key];
    }
}

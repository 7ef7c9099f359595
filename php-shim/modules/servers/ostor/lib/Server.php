<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The WHMCS server record: where the bridge is, who we are to it and which cluster is meant.
 */
final class Server
{
    /** @var string */
    private $url;

    /** @var string */
    private $client;

    /** @var string */
    private $secret;

    /** @var string */
    private $cluster;

    /**
     * @throws Failure naming every field that is empty, or the one that cannot be used
     */
    public function __construct(Params $params)
    {
        $host = trim($params->text('serverhostname')) ?: trim($params->text('serverip'));
        $this->client = trim($params->text('serverusername'));
        $this->secret = $params->text('serverpassword');
        $this->cluster = trim($params->text('serveraccesshash'));

        $missing = array_keys(array_filter([
            'Hostname' => $host === '',
            'Username' => $this->client === '',
            'Password' => $this->secret === '',
            'Access Hash' => $this->cluster === '',
        ]));
        if ($missing !== []) {
            throw new Failure(Lang::text('server_fields_missing', implode(', ', $missing)));
        }

        $secure = !in_array(strtolower($params->text('serversecure')), ['', '0', 'off'], true);
        $this->url = ($secure ? 'https' : 'http') . '://' . self::host($host)
            . ':' . self::port($params->text('serverport'), $secure) . '/rpc';
    }

    public function url(): string
    {
        return $this->url;
    }

    /**
     * Name of this WHMCS at the bridge, `[clients.<name>]` in its configuration.
     */
    public function client(): string
    {
        return $this->client;
    }

    public function secret(): string
    {
        return $this->secret;
    }

    /**
     * Name of the storage cluster, `[clusters.<name>]` in the bridge's configuration.
     */
    public function cluster(): string
    {
        return $this->cluster;
    }

    private static function host(string $host): string
    {
        $address = trim($host, '[]');
        if (filter_var($address, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) !== false) {
            return '[' . $address . ']';
        }
        if (preg_match('/^[A-Za-z0-9._-]+$/D', $host) !== 1) {
            throw new Failure(Lang::text('server_host_invalid', $host));
        }

        return $host;
    }

    private static function port(string $text, bool $secure): int
    {
        $port = trim($text);
        if ($port === '' || $port === '0') {
            return $secure ? 443 : 8787;
        }
        if (preg_match('/^[0-9]{1,5}$/D', $port) !== 1 || (int) $port > 65535) {
            throw new Failure(Lang::text('server_port_invalid', $port));
        }

        return (int) $port;
    }
}

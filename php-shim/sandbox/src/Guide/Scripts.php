<?php

declare(strict_types=1);

namespace WhmcsSandbox\Guide;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Refusal;

/**
 * What the Integration Guide's links on the client's page do: the S3 user is that of the client's e-mail address, and
 * its key pair goes into a note of the client.
 */
final class Scripts
{
    public function __construct(private readonly Host $host, private readonly Gateway $gateway)
    {
    }

    /**
     * "Create User".
     *
     * @return string the id of the S3 user
     */
    public function createUser(int $clientId): string
    {
        return $this->note($clientId, $this->gateway->call('PUT', $this->user($clientId)));
    }

    /** "Generate Access Key": the note gets the first pair of the answer, which need not be the new one. */
    public function generateAccessKey(int $clientId): void
    {
        $this->note($clientId, $this->gateway->call('POST', $this->user($clientId) . '&genKey'));
    }

    private function user(int $clientId): string
    {
        return '?ostor-users&emailAddress=' . Capsule::table('tblclients')->where('id', $clientId)->value('email');
    }

    /** @param array<string, mixed> $user as the gateway shows it */
    private function note(int $clientId, array $user): string
    {
        $id = $user['UserId'] ?? throw new Refusal("The gateway made no S3 user for client $clientId.");
        $pair = $user['AWSAccessKeys'][0];
        $this->host->api->call('AddClientNote', [
            'userid' => $clientId,
            'notes' => "UserId: $id\nAWSAccessKeyId: $pair[AWSAccessKeyId]\nAWSSecretAccessKey: $pair[AWSSecretAccessKey]",
        ]);
        return $id;
    }
}

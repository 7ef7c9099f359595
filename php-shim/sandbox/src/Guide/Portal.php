<?php

declare(strict_types=1);

namespace WhmcsSandbox\Guide;

use WHMCS\Database\Capsule;
use WHMCS\Service\Status;
use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Host\LogIn;

/**
 * A portal that has sold storage with the Integration Guide's scripts: a product without a module, clients with a service
 * each, and their S3 users.
 *
 * Among them are what such portals have: two clients with one address, addresses with a plus sign (which arrives at the
 * gateway as a blank), a second key pair here and there, a note staff have edited, a client who has another address since.
 */
final class Portal
{
    private const PRODUCT = 'Storage by hand';

    /** Every so many clients: an address with a plus sign, and a second key pair. */
    private const PLUS = 25;
    private const SECOND_PAIR = 10;

    /** Positions of the clients with something of their own. */
    private const EDITED = 3;
    private const RENAMED = 5;

    private readonly string $password;

    public function __construct(private readonly Host $host, private readonly Scripts $scripts)
    {
        $this->password = LogIn::hash(LogIn::FIXTURE_PASSWORD);
    }

    /**
     * @param int $customers at least 6; the last two share an address
     * @return list<array{client: int, service: int, user: string}>
     */
    public function open(int $customers): array
    {
        $product = $this->product();
        $made = [];
        for ($number = 1; $number <= $customers; $number++) {
            $client = $this->client($number === $customers ? $number - 1 : $number);
            $service = $this->service($client, $product, $number);
            $user = $this->scripts->createUser($client);
            if ($number % self::SECOND_PAIR === 0 && $number < $customers - 1) {
                $this->scripts->generateAccessKey($client);
            }
            $made[] = ['client' => $client, 'service' => $service, 'user' => $user];
        }
        $note = Capsule::table('tblnotes')->where('userid', $made[self::EDITED - 1]['client']);
        $note->update(['note' => "Called <b>twice</b>.\r\n" . (clone $note)->value('note') . "\r\nPays on Mondays."]);
        $this->host->api->call('UpdateClient', [
            'clientid' => $made[self::RENAMED - 1]['client'],
            'email' => 'married-since@example.com',
        ]);
        return $made;
    }

    private function product(): int
    {
        return Capsule::table('tblproducts')->insertGetId([
            'type' => 'other', 'gid' => 1, 'name' => self::PRODUCT, 'paytype' => 'recurring',
        ]);
    }

    private function client(int $number): int
    {
        $plus = $number % self::PLUS === 0 ? '+storage' : '';
        $email = sprintf('customer-%03d%s@example.com', $number, $plus);
        $today = $this->host->clock->today();
        $client = Capsule::table('tblclients')->insertGetId([
            'firstname' => 'Customer', 'lastname' => (string) $number, 'email' => $email, 'currency' => 1,
            'status' => 'Active', 'country' => 'DE', 'language' => 'english', 'datecreated' => $today, 'allow_sso' => 1,
        ]);
        // No two log-ins have one address, so that of a shared one is for both clients.
        $user = Capsule::table('tblusers')->where('email', $email)->value('id') ?? Capsule::table('tblusers')->insertGetId([
            'first_name' => 'Customer', 'last_name' => (string) $number, 'email' => $email,
            'password' => $this->password,
        ]);
        Capsule::table('tblusers_clients')->insert(['auth_user_id' => $user, 'client_id' => $client, 'owner' => 1]);
        return $client;
    }

    /** WHMCS chooses no server for a product without a module. */
    private function service(int $client, int $product, int $number): int
    {
        $today = $this->host->clock->today();
        return Capsule::table('tblhosting')->insertGetId([
            'userid' => $client, 'packageid' => $product, 'server' => 0, 'regdate' => $today,
            'domain' => "storage-$number.example.com", 'paymentmethod' => 'banktransfer', 'billingcycle' => 'Monthly',
            'amount' => '10.00', 'nextduedate' => $today, 'nextinvoicedate' => $today, 'domainstatus' => Status::ACTIVE,
        ]);
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Refusal;

/**
 * Changes of clients' profiles and of log-ins, with the hooks they fire. A client and the person who logs in for it have
 * addresses of their own since WHMCS 8.
 *
 * The words of the line in the activity log are not published.
 */
final class Profiles
{
    /** Fields of UpdateClient that are columns of tblclients. */
    private const CLIENT = ['firstname', 'lastname', 'companyname', 'email', 'address1', 'city', 'postcode', 'country',
        'phonenumber', 'status', 'language'];
    private const HIDDEN = ['id' => 0, 'password' => 0];
    private const USER = ['first_name' => 'firstname', 'last_name' => 'lastname', 'email' => 'email', 'language' => 'language'];

    public function __construct(private readonly Host $host)
    {
    }

    /** @return array{clientid: int} */
    public function updateClient(array $values): array
    {
        $id = (int) ($values['clientid'] ?? 0);
        $old = (array) (Capsule::table('tblclients')->find($id) ?? throw new Refusal('Client ID Not Found'));
        $changes = self::changes(array_intersect_key($values, array_flip(self::CLIENT)), $old);
        if ($changes !== []) {
            Capsule::table('tblclients')->where('id', $id)->update($changes);
            $this->tell('Client Profile Modified', $changes, $old, "User ID: $id", $id);
        }
        $now = (array) Capsule::table('tblclients')->find($id);
        $this->host->hooks->run('ClientEdit', ['userid' => $id, 'olddata' => array_diff_key($old, self::HIDDEN)]
            + array_diff_key($now, self::HIDDEN));
        return ['clientid' => $id];
    }

    /** @return array{user_id: int} */
    public function updateUser(array $values): array
    {
        $id = (int) ($values['user_id'] ?? 0);
        $old = (array) (Capsule::table('tblusers')->find($id) ?? throw new Refusal('Invalid user id requested'));
        $given = [];
        foreach (self::USER as $column => $field) {
            if (isset($values[$field])) {
                $given[$column] = $values[$field];
            }
        }
        $changes = self::changes($given, $old);
        if (isset($changes['email']) && Capsule::table('tblusers')->where('email', $changes['email'])->exists()) {
            throw new Refusal('A user already exists with that email address');
        }
        if ($changes !== []) {
            Capsule::table('tblusers')->where('id', $id)->update($changes);
            $this->tell('User Modified', $changes, $old, "User ID: $id", 0);
        }
        $now = Capsule::table('tblusers')->find($id);
        $this->host->hooks->run('UserEdit', ['user_id' => $id, 'firstname' => $now->first_name, 'lastname' => $now->last_name,
            'email' => $now->email, 'olddata' => array_diff_key($old, self::HIDDEN)]);
        return ['user_id' => $id];
    }

    /**
     * What differs, with HTML entities as WHMCS stores what people typed.
     *
     * @return array<string, string>
     */
    private static function changes(array $given, array $old): array
    {
        $stored = array_map(static fn (mixed $value): string => htmlspecialchars((string) $value, ENT_QUOTES), $given);
        return array_filter($stored, static fn (string $value, string $column): bool => $value !== $old[$column], ARRAY_FILTER_USE_BOTH);
    }

    private function tell(string $what, array $changes, array $old, string $whose, int $clientId): void
    {
        $words = [];
        foreach ($changes as $column => $value) {
            $words[] = ucfirst($column) . ": '$old[$column]' to '$value'";
        }
        $this->host->logs->activity("$what - " . implode(', ', $words) . " - $whose", $clientId);
    }
}

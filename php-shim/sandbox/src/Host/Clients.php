<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Database\Capsule;

/** Client data in the shape of GetClientsDetails, with WHMCS's own spellings of the keys. */
final class Clients
{
    private const COUNTRIES = ['DE' => ['Germany', 49], 'IE' => ['Ireland', 353], 'FR' => ['France', 33]];

    /**
     * The details block; text is as stored, so it may hold HTML entities.
     *
     * @return array<string, mixed> empty when there is no such client
     */
    public static function details(int $clientId): array
    {
        $row = (array) Capsule::table('tblclients')->find($clientId);
        if ($row === []) {
            return [];
        }
        [$country, $prefix] = self::COUNTRIES[$row['country']] ?? ['', ''];
        $currency = Capsule::table('tblcurrencies')->where('id', $row['currency'])->value('code');
        $copied = array_diff_key($row, array_flip(['password', 'authmodule', 'authdata', 'allow_sso', 'datecreated', 'ip',
            'host', 'created_at', 'updated_at']));
        return array_merge($copied, [
            'userid' => $clientId,
            'client_id' => $clientId,
            'owner_user_id' => $clientId,
            'fullname' => trim($row['firstname'] . ' ' . $row['lastname']),
            'fullstate' => $row['state'],
            'statecode' => $row['state'],
            'countrycode' => $row['country'],
            'countryname' => $country,
            'phonecc' => $prefix,
            'phonenumberformatted' => $row['phonenumber'] === '' ? '' : "+$prefix.{$row['phonenumber']}",
            'telephoneNumber' => $row['phonenumber'] === '' ? '' : "+$prefix.{$row['phonenumber']}",
            'currency_code' => (string) $currency,
            'email_preferences' => array_fill_keys(
                ['general', 'invoice', 'support', 'product', 'domain', 'affiliate'],
                1
            ),
            'taxexempt' => (bool) $row['taxexempt'],
            'latefeeoveride' => (bool) $row['latefeeoveride'],
            'overideduenotices' => (bool) $row['overideduenotices'],
            'separateinvoices' => (bool) $row['separateinvoices'],
            'disableautocc' => (bool) $row['disableautocc'],
            'emailoptout' => (bool) $row['emailoptout'],
            'marketing_emails_opt_in' => !$row['emailoptout'],
            'overrideautoclose' => (bool) $row['overrideautoclose'],
            'allowSingleSignOn' => $row['allow_sso'],
            'email_verified' => (bool) $row['email_verified'],
            'lastlogin' => 'No Login Logged',
            'customfields' => [],
        ]);
    }
}

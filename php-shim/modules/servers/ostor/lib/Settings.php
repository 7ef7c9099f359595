<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What the module declares to WHMCS: its meta data and the settings of a product.
 *
 * The names are also the names of the configurable options that override them, so they are not translated.
 */
final class Settings
{
    public const QUOTA = 'Storage quota (GB)';
    public const REQUESTS = 'Requests/s';
    public const GET = 'GET/s';
    public const PUT = 'PUT/s';
    public const LIST = 'LIST/s';
    public const DELETE = 'DELETE/s';
    public const BANDWIDTH = 'Outgoing bandwidth (kB/s)';
    public const TERMINATION = 'On termination';
    public const NOTE = 'Client note';
    public const SUB_ACCOUNTS = 'Sub-accounts';
    public const INCLUDED_BANDWIDTH = 'Bandwidth included (GB)';

    /** Position n is $params['configoptionN']: append only, products store their values by position. */
    public const ORDER = [
        1 => self::QUOTA,
        2 => self::REQUESTS,
        3 => self::GET,
        4 => self::PUT,
        5 => self::LIST,
        6 => self::DELETE,
        7 => self::BANDWIDTH,
        8 => self::TERMINATION,
        9 => self::NOTE,
        10 => self::SUB_ACCOUNTS,
        11 => self::INCLUDED_BANDWIDTH,
    ];

    public const TERMINATION_POLICIES = ['refuse', 'grace', 'purge'];

    public const NOTE_MODES = ['off', 'ids', 'full'];

    /** Statuses of services in lower case that nobody has terminated. */
    private const WITHOUT_DELETION = ['pending', 'active', 'suspended'];

    /**
     * @return array<string, mixed>
     */
    public static function metaData(): array
    {
        return [
            'DisplayName' => 'S3 Object Storage (ostor)',
            'APIVersion' => '1.1',
            'RequiresServer' => true,
            'DefaultNonSSLPort' => '8787',
            'DefaultSSLPort' => '443',
            'ListAccountsUniqueIdentifierDisplayName' => Lang::text('unique_identifier'),
            'ListAccountsUniqueIdentifierField' => 'username',
            'ListAccountsProductField' => 'configoption1',
        ];
    }

    /**
     * @param string $status of the service in WHMCS's words, '' where it is not told
     * @return array<string, string> label => function ostor_...
     */
    public static function buttons(string $status): array
    {
        $buttons = [
            Lang::text('button_rotate') => 'rotateKeys',
            Lang::text('button_show') => 'showCredentials',
            Lang::text('button_plan') => 'reapplyPlan',
            Lang::text('button_usage') => 'refreshUsage',
            Lang::text('button_unsuspend') => 'enableUser',
        ];

        return in_array(strtolower($status), self::WITHOUT_DELETION, true) ? $buttons : $buttons + [
            Lang::text('button_retry') => 'retryDeletion',
            Lang::text('button_cancel') => 'cancelDeletion',
        ];
    }

    /**
     * @return array<string, array<string, mixed>>
     */
    public static function configOptions(): array
    {
        $inputs = [
            self::QUOTA => self::number('setting_quota', '100'),
            self::REQUESTS => self::number('setting_requests'),
            self::GET => self::number('setting_get'),
            self::PUT => self::number('setting_put'),
            self::LIST => self::number('setting_list'),
            self::DELETE => self::number('setting_delete'),
            self::BANDWIDTH => self::number('setting_bandwidth'),
            self::TERMINATION => self::dropdown('setting_termination', self::TERMINATION_POLICIES, 'refuse'),
            self::NOTE => self::dropdown('setting_note', self::NOTE_MODES, 'ids'),
            self::SUB_ACCOUNTS => self::number('setting_sub_accounts', '0'),
            self::INCLUDED_BANDWIDTH => self::number('setting_included_bandwidth'),
        ];

        $options = [];
        foreach (self::ORDER as $name) {
            $options[$name] = ['FriendlyName' => $name] + $inputs[$name];
        }

        return $options;
    }

    /**
     * @return array<string, string>
     */
    private static function number(string $description, string $default = ''): array
    {
        return [
            'Type' => 'text',
            'Size' => '10',
            'Default' => $default,
            'Description' => Html::escape(Lang::text($description)),
        ];
    }

    /**
     * @param string[] $values
     * @return array<string, mixed>
     */
    private static function dropdown(string $description, array $values, string $default): array
    {
        $options = [];
        foreach ($values as $value) {
            $options[$value] = Lang::text($description . '_' . $value);
        }

        return [
            'Type' => 'dropdown',
            'Options' => $options,
            'Default' => $default,
            'Description' => Html::escape(Lang::text($description)),
        ];
    }
}

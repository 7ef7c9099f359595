<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The key pairs of a service and its sub-accounts, as the templates of the customer's pages show them.
 */
final class ClientKeysView
{
    /** Key pairs a user or sub-account can have. */
    private const MOST_KEYS = 2;

    /** @var ClientService */
    private $service;

    /** @var array<string, mixed>|null */
    private $area;

    /** @var Wording */
    private $wording;

    /** @var bool */
    private $mayChange;

    /**
     * @param array<string, mixed>|null $area result of ClientArea, null when there is none
     * @param bool $mayChange whether forms that change something are of any use now
     */
    public function __construct(ClientService $service, ?array $area, Wording $wording, bool $mayChange)
    {
        $this->service = $service;
        $this->area = $area;
        $this->wording = $wording;
        $this->mayChange = $mayChange;
    }

    /**
     * @return array<string, mixed>
     */
    public function holders(): array
    {
        $own = $this->holder('', $this->area['access_key_ids'] ?? null, $this->area['access_key_id'] ?? null);
        $accounts = [];
        foreach (ClientView::listed($this->area['sub_accounts'] ?? null) as $account) {
            if (is_string($account['name'] ?? null)) {
                $accounts[] = $this->holder($account['name'], $account['access_key_ids'] ?? null, null);
            }
        }

        return [
            'own' => $own,
            'sub_accounts' => $accounts,
            'sub_accounts_offered' => $accounts !== [] || $this->mostSubAccounts() > 0,
            'sub_accounts_text' => $this->subAccountsText(
                is_array($this->area['sub_accounts'] ?? null) ? count($accounts) : null
            ),
            'may_create' => $this->mayChange && count($accounts) < $this->mostSubAccounts(),
        ];
    }

    /**
     * A page that asks before a key or a sub-account goes.
     *
     * @param string $what revoke or delete
     * @return array<string, mixed>
     */
    public function question(string $what, string $key, string $subAccount): array
    {
        $isRevoke = $what === 'revoke';

        return [
            'refusal' => $this->refusal($subAccount, $isRevoke ? $key : null),
            'function' => $isRevoke ? 'clientRevokeKey' : 'clientDeleteSubAccount',
            'key' => $isRevoke ? $key : '',
            'sub' => $subAccount,
            'back' => ClientPages::address($this->service->id(), ClientPages::KEYS),
            'question' => $this->wording->text('ask_' . $what, ['key' => $key, 'name' => $subAccount]),
            'consequence' => $this->wording->text('ask_' . $what . '_consequence'),
            'button' => $this->wording->text('button_' . $what),
        ];
    }

    /**
     * Why there is nothing to ask, '' when there is.
     *
     * @param string|null $key null: the sub-account as a whole
     */
    private function refusal(string $subAccount, ?string $key): string
    {
        if ($this->service->isSuspended() || ($this->area['state'] ?? null) === 'suspended') {
            return $this->wording->text('error_account_suspended');
        }
        if (!$this->service->isActive() || !$this->service->hasUser()) {
            return $this->wording->text('not_active');
        }
        if (($this->area['live'] ?? null) !== true) {
            return $this->wording->text('keys_not_known');
        }
        if (!$this->mayChange) {
            return $this->wording->text('not_active');
        }
        if (!$this->hasKey($subAccount, $key)) {
            return $this->wording->text($key === null ? 'error_sub_account_unknown' : 'key_unknown');
        }
        $inUse = $this->area['access_key_id'] ?? null;
        $isNeeded = $key !== null && $subAccount === '' && ($key === $inUse || count($this->area['access_key_ids']) === 1);

        return $isNeeded ? $this->wording->text('error_key_in_use') : '';
    }

    /**
     * Whether a key is one of the user or sub-account: nothing is asked about what an address made up.
     *
     * @param string $subAccount '' for the user itself
     * @param string|null $key null: whether there is such a sub-account
     */
    private function hasKey(string $subAccount, ?string $key): bool
    {
        $keys = $subAccount === '' && $key !== null ? $this->area['access_key_ids'] ?? null : null;
        foreach (ClientView::listed($this->area['sub_accounts'] ?? null) as $account) {
            if ($subAccount !== '' && ($account['name'] ?? null) === $subAccount) {
                $keys = $account['access_key_ids'] ?? [];
            }
        }

        return is_array($keys) && ($key === null || in_array($key, $keys, true));
    }

    /**
     * The user itself or a sub-account, with its keys.
     *
     * @param string $name '' for the user itself
     * @param mixed $keys
     * @param mixed $current the key that applications are meant to use
     * @return array<string, mixed>
     */
    private function holder(string $name, $keys, $current): array
    {
        $known = is_array($keys);
        $ids = $known ? array_filter($keys, 'is_string') : [];
        if (!$known && $name === '') {
            $ids = array_filter([$this->service->storedKey()]);
        }
        $rows = [];
        foreach ($ids as $id) {
            $rows[] = [
                'id' => $id,
                'current' => $current !== null && $id === $current,
                'old' => $current !== null && $id !== $current,
                'revoke' => ClientPages::address(
                    $this->service->id(),
                    'revoke',
                    ['key' => $id] + ($name === '' ? [] : ['sub' => $name])
                ),
            ];
        }

        return [
            'name' => $name,
            'keys' => $rows,
            'known' => $known,
            'may_rotate' => $known && count($rows) < self::MOST_KEYS,
            'delete' => ClientPages::address($this->service->id(), 'delete', ['sub' => $name]),
        ];
    }

    private function mostSubAccounts(): int
    {
        try {
            return $this->service->params()->amount(Settings::SUB_ACCOUNTS, PHP_INT_MAX);
        } catch (Failure $failure) {
            // A product that is set up wrongly offers none; the bridge is asked for none either.
            return 0;
        }
    }

    /**
     * @param int|null $count null when it is not known
     */
    private function subAccountsText(?int $count): string
    {
        $most = $this->mostSubAccounts();
        if ($most === 0) {
            return $this->wording->text('sub_accounts_none');
        }
        if ($count === null) {
            return $this->wording->text('keys_not_known');
        }

        return $most === PHP_INT_MAX
            ? $this->wording->text('sub_accounts_any', ['count' => $count])
            : $this->wording->text('sub_accounts_of', ['count' => $count, 'most' => $most]);
    }
}

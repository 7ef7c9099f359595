<?php

declare(strict_types=1);

namespace WHMCS\User;

use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\Relations\BelongsToMany;

/** A row of tblusers: a log-in with access to clients. Text is as stored, which may be HTML-entity encoded. */
class User extends Model
{
    private const COLUMNS = ['firstName' => 'first_name', 'lastName' => 'last_name'];

    protected $table = 'tblusers';
    protected $guarded = [];
    protected $hidden = ['password'];

    public function getAttribute($key)
    {
        return parent::getAttribute(self::COLUMNS[$key] ?? $key);
    }

    public function clients(): BelongsToMany
    {
        return $this->belongsToMany(Client::class, 'tblusers_clients', 'auth_user_id', 'client_id');
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\User;

use Illuminate\Database\Eloquent\Model;

/** A row of tbladmins. */
class Admin extends Model
{
    private const COLUMNS = ['firstName' => 'firstname', 'lastName' => 'lastname', 'roleId' => 'roleid'];

    protected $table = 'tbladmins';
    protected $guarded = [];
    protected $hidden = ['password'];

    public function getAttribute($key)
    {
        return parent::getAttribute(self::COLUMNS[$key] ?? $key);
    }

    public function getFullNameAttribute(): string
    {
        return trim($this->firstname . ' ' . $this->lastname);
    }
}

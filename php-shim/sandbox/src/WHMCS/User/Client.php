<?php

declare(strict_types=1);

namespace WHMCS\User;

use Illuminate\Database\Eloquent\Model;

/** A row of tblclients. Text is as stored, which may be HTML-entity encoded. */
class Client extends Model
{
    private const COLUMNS = ['firstName' => 'firstname', 'lastName' => 'lastname', 'companyName' => 'companyname'];

    protected $table = 'tblclients';
    protected $guarded = [];

    public function getAttribute($key)
    {
        return parent::getAttribute(self::COLUMNS[$key] ?? $key);
    }

    public function getFullNameAttribute(): string
    {
        return trim($this->firstname . ' ' . $this->lastname);
    }
}

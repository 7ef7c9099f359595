<?php

declare(strict_types=1);

namespace WHMCS\Product;

use Illuminate\Database\Eloquent\Model;

/** A row of tblproducts; the constants say when a paid or accepted order is set up. */
class Product extends Model
{
    public const AUTO_SETUP_ORDER = 'order';
    public const AUTO_SETUP_PAYMENT = 'payment';
    public const AUTO_SETUP_ACCEPT = 'on';
    public const AUTO_SETUP_DISABLED = '';

    protected $table = 'tblproducts';
    protected $guarded = [];
}

<?php

declare(strict_types=1);

namespace WHMCS\Service;

use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\Relations\BelongsTo;
use WHMCS\Product\Product;
use WHMCS\User\Client;
use WhmcsSandbox\Host\ServiceProperties;

/**
 * The service model modules receive as $params['model'].
 *
 * Attribute names are the documented ones of the WHMCS class reference; each maps
 * to a column of tblhosting.
 *
 * @property-read ServiceProperties $serviceProperties
 */
class Service extends Model
{
    private const COLUMNS = [
        'clientId' => 'userid',
        'orderId' => 'orderid',
        'packageId' => 'packageid',
        'serverId' => 'server',
        'registrationDate' => 'regdate',
        'paymentGateway' => 'paymentmethod',
        'status' => 'domainstatus',
        'promotionId' => 'promoid',
        'overrideAutoSuspend' => 'overideautosuspend',
        'overrideSuspendUntilDate' => 'overidesuspenduntil',
        'bandwidthUsage' => 'bwusage',
        'bandwidthLimit' => 'bwlimit',
    ];

    protected $table = 'tblhosting';
    protected $guarded = [];
    private ?ServiceProperties $properties = null;

    public function getAttribute($key)
    {
        return parent::getAttribute(self::COLUMNS[$key] ?? $key);
    }

    public function setAttribute($key, $value)
    {
        return parent::setAttribute(self::COLUMNS[$key] ?? $key, $value);
    }

    public function getServicePropertiesAttribute(): ServiceProperties
    {
        return $this->properties ??= new ServiceProperties((int) $this->id);
    }

    public function client(): BelongsTo
    {
        return $this->belongsTo(Client::class, 'userid');
    }

    public function product(): BelongsTo
    {
        return $this->belongsTo(Product::class, 'packageid');
    }
}

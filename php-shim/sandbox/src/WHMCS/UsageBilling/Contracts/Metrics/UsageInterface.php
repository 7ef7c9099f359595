<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Contracts\Metrics;

use Carbon\Carbon;

/** A measured quantity, in the unit of its metric. */
interface UsageInterface
{
    /** @return float */
    public function value();

    /** @return Carbon */
    public function collectedAt();

    /** @return Carbon|null */
    public function startAt();

    /** @return Carbon|null */
    public function endAt();
}

<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Contracts\Metrics;

interface UnitInterface
{
    public function name();

    public function perUnitName($value = 0);

    public function prefix();

    public function suffix();
}

<?php

/**
 * The classes of WHMCS's Usage Billing, as far as its class reference tells of them.
 */

declare(strict_types=1);

require __DIR__ . '/UsageBilling/ProviderInterface.php';
require __DIR__ . '/UsageBilling/UsageInterface.php';
require __DIR__ . '/UsageBilling/UnitInterface.php';
require __DIR__ . '/UsageBilling/MetricInterface.php';
require __DIR__ . '/UsageBilling/Usage.php';
require __DIR__ . '/UsageBilling/Metric.php';
require __DIR__ . '/UsageBilling/AbstractUnit.php';
require __DIR__ . '/UsageBilling/FloatingPoint.php';
require __DIR__ . '/UsageBilling/WholeNumber.php';

<?php

declare(strict_types=1);

namespace WHMCS\View\Formatter;

/** An amount with the prefix and suffix of its currency; reads as a string. */
class Price
{
    public function __construct(private readonly float $amount, private readonly array $currency)
    {
    }

    public function toNumeric(): float
    {
        return $this->amount;
    }

    public function __toString(): string
    {
        return $this->currency['prefix'] . number_format($this->amount, 2) . $this->currency['suffix'];
    }
}

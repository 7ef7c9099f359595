<?php

/** Fails by throwing an Error, which `catch (Exception)` does not catch. */

declare(strict_types=1);

function samplethrow_ConfigOptions(): array
{
    return [];
}

function samplethrow_CreateAccount(array $params): string
{
    return strlen([]);
}

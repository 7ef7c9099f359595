<?php

/** Ends the process in the middle of a command. */

declare(strict_types=1);

function sampleexit_ConfigOptions(): array
{
    return [];
}

function sampleexit_CreateAccount(array $params): string
{
    exit(0);
}

<?php

/** Succeeds, but prints, warns and uses something deprecated. */

declare(strict_types=1);

function sampleecho_ConfigOptions(): array
{
    return [];
}

function sampleecho_CreateAccount(array $params): string
{
    echo '<b>created</b>';
    return $params['no such parameter'] ?? 'success';
}

function sampleecho_SuspendAccount(array $params): string
{
    return $params['no such parameter'] === null ? 'success' : '';
}

function sampleecho_UnsuspendAccount(array $params): string
{
    $object = new class {
    };
    $object->dynamic = 1;
    return 'success';
}

function sampleecho_TerminateAccount(array $params)
{
    return true;
}

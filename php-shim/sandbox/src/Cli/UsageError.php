<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

/** The command line is wrong; nothing was done. */
final class UsageError extends \RuntimeException
{
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Kernel;

/** The lifecycle functions; the value is the module function's suffix. */
enum ModuleAction: string
{
    case Create = 'CreateAccount';
    case Suspend = 'SuspendAccount';
    case Unsuspend = 'UnsuspendAccount';
    case Terminate = 'TerminateAccount';
    case ChangePackage = 'ChangePackage';
    case ChangePassword = 'ChangePassword';
    case Renew = 'Renew';

    /** The word in hook names and log lines: PreModuleCreate, "Module Create Failed". */
    public function word(): string
    {
        return $this->name;
    }
}

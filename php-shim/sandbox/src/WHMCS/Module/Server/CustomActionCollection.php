<?php

declare(strict_types=1);

namespace WHMCS\Module\Server;

use Illuminate\Support\Collection;

/** The actions a module offers for one service. */
class CustomActionCollection extends Collection
{
}

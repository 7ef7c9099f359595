<?php

declare(strict_types=1);

namespace WHMCS\Database;

use Illuminate\Database\Capsule\Manager;

/** The genuine Illuminate Capsule under the name WHMCS gives it. */
class Capsule extends Manager
{
}

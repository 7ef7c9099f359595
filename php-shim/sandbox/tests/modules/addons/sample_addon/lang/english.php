<?php

declare(strict_types=1);

$_ADDONLANG['hello'] = 'Hello';
$_ADDONLANG['beside'] = 'Beside the page';

<?php

declare(strict_types=1);

add_hook('AdminHomepage', 1, static fn (array $vars): string => '<p id="addon-home">from the addon</p>');

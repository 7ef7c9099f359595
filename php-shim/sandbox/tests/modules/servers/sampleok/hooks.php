<?php

declare(strict_types=1);

add_hook('DailyCronJob', 1, static function (array $vars): void {
    $GLOBALS['sample_calls'][] = ['DailyCronJob', $vars, ''];
});

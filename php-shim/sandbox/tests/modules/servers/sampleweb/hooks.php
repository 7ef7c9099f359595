<?php

declare(strict_types=1);

add_hook('AdminAreaClientSummaryActionLinks', 1, static fn (array $vars): array => [
    '<a href="addonmodules.php?module=sample_addon&client=' . (int) $vars['userid'] . '">Storage of the client</a>',
]);
add_hook('AdminAreaClientSummaryPage', 1, static fn (array $vars): string => '<div id="summary-panel">Client ' . (int) $vars['userid'] . '</div>');
add_hook('AdminAreaHeadOutput', 1, static fn (array $vars): string => '<meta name="in-head" content="' . $vars['filename'] . '">');
add_hook('AdminAreaFooterOutput', 1, static fn (array $vars): string => '<p id="in-footer">admin ' . ($vars['adminid'] ?? 0) . '</p>');
add_hook('AdminClientServicesTabFields', 1, static fn (array $vars): array => ['From a hook' => '<i>service ' . (int) $vars['id'] . '</i>']);
add_hook('ClientAreaProductDetailsOutput', 1, static fn (array $vars): string => '<p id="hook-output">' . $vars['service']->product->name . '</p>');
add_hook('ClientAreaFooterOutput', 1, static fn (array $vars): string => '<p id="in-client-footer">' . $vars['template'] . '</p>');

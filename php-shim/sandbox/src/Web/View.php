<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web;

use WhmcsSandbox\Host\Host;

/** Pages of both areas inside their layouts, with the styles and scripts that were fetched. */
final class View
{
    private const PUBLIC = __DIR__ . '/../../public';
    private const COMMON = ['assets/fontawesome/css/all.min.css', 'assets/jquery/jquery.min.js'];
    private const BOOTSTRAP_3 = ['assets/bootstrap3/css/bootstrap.min.css', ...self::COMMON, 'assets/bootstrap3/js/bootstrap.min.js'];
    private const BOOTSTRAP_4 = ['assets/bootstrap4/css/bootstrap.min.css', ...self::COMMON,
        'assets/bootstrap4/js/bootstrap.bundle.min.js'];
    /** What each look consists of; a file that was not fetched is left out and the page is plain. */
    private const ASSETS = [
        'blend' => [...self::BOOTSTRAP_3, 'style/admin.css'],
        'six' => [...self::BOOTSTRAP_3, 'style/client.css'],
        'twenty-one' => [...self::BOOTSTRAP_4, 'style/client.css'],
        'nexus' => [...self::BOOTSTRAP_4, 'style/client.css'],
    ];

    public function __construct(private readonly Host $host)
    {
    }

    /** Whether a look of the client area has this name. */
    public static function isClientTheme(string $name): bool
    {
        return $name !== 'blend' && isset(self::ASSETS[$name]);
    }

    /**
     * A part of a page.
     *
     * @param array<string, mixed> $variables
     */
    public function part(string $name, array $variables): string
    {
        return $this->host->templates->page($name, $variables + $this->common());
    }

    /**
     * A whole page.
     *
     * @param array<string, mixed> $variables of the layout
     * @param array<string, mixed> $hookVariables what the output hooks get
     * @param int $status of HTTP
     */
    public function layout(
        string $area,
        string $theme,
        string $content,
        array $variables,
        array $hookVariables,
        int $status = 200
    ): Response {
        $point = $area === 'admin' ? 'AdminArea' : 'ClientArea';
        $hooked = [];
        foreach (['Head', 'Header', 'Footer'] as $place) {
            $results = $this->host->hooks->run("$point{$place}Output", $hookVariables);
            $hooked[strtolower($place)] = implode("\n", array_filter($results, 'is_string'));
        }
        $assets = array_filter(self::ASSETS[$theme], static fn (string $file): bool => is_file(self::PUBLIC . "/$file"));
        return Response::html($this->part("$area/layout", $variables + [
            'content' => $content,
            'hooked' => $hooked,
            'styles' => array_filter($assets, static fn (string $file): bool => str_ends_with($file, '.css')),
            'scripts' => array_filter($assets, static fn (string $file): bool => str_ends_with($file, '.js')),
            'theme' => $theme,
            'defects' => $this->host->defects->since(0),
        ]), $status);
    }

    /** @return array<string, mixed> */
    private function common(): array
    {
        return [
            'token' => generate_token('plain'),
            'companyname' => $this->host->settings->get('CompanyName'),
            'clock' => $this->host->clock->timestamp(),
        ];
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The border to WHMCS on the customer's side: every outcome becomes a page.
 *
 * What goes wrong is told to customers in their language and without names of machines; the full sentence is in the
 * activity log, under the same request id. Nothing thrown below gets past this class.
 */
final class ClientPages
{
    /** Name in the address of the page wanted. */
    public const ARGUMENT = 'ostor';

    public const OVERVIEW = 'overview';
    public const KEYS = 'keys';
    public const CONNECT = 'connect';
    public const USAGE = 'usage';

    /** Pages of the menu, in its order. */
    public const MENU = [self::OVERVIEW, self::KEYS, self::CONNECT, self::USAGE];

    /** Pages that ask before something is destroyed. */
    private const QUESTIONS = ['revoke', 'delete'];

    /** Where the session keeps when a page of a service was last reported as failed. */
    private const FAILED = 'ostor_page_failed';

    /** Seconds in which looking again is not reported again: customers reload a page that does not come. */
    private const QUIET_SECONDS = 3600;

    /** What the bridge may refuse to a customer, each with a text error_… */
    private const REASONS = [
        'account_suspended', 'key_limit', 'key_in_use', 'sub_account_limit', 'sub_account_exists',
        'sub_account_unknown', 'invalid_params', 'busy',
    ];

    /** @var Params */
    private $params;

    /** @var ModuleLog */
    private $log;

    /** @var Wording */
    private $wording;

    /**
     * @param array<string, mixed> $params
     */
    private function __construct(array $params)
    {
        $this->params = new Params($params);
        $this->log = new ModuleLog($this->params->secrets());
        $this->wording = Wording::ofVisitor();
    }

    /**
     * The page of the product's details that the address asks for.
     *
     * @param array<string, mixed> $params
     * @return array<string, mixed> template and variables
     */
    public static function show(array $params): array
    {
        $pages = new self($params);
        $name = self::asked();
        [$template, $variables] = $pages->page($name);
        // The overview stands among what WHMCS itself shows of the service; the other pages take its place.
        $place = $name === self::OVERVIEW ? 'tabOverviewModuleOutputTemplate' : 'tabOverviewReplacementTemplate';

        return [$place => 'templates/' . $template . '.tpl', 'templateVariables' => ['ostor' => $variables]];
    }

    /**
     * What a customer does by a form: the work, then the page of the keys with what came out.
     *
     * @param array<string, mixed> $params
     * @param callable(ClientKeys): array<string, mixed> $work returns variables for the page
     * @return array<string, mixed> template, breadcrumb and variables
     */
    public static function change(array $params, callable $work): array
    {
        $pages = new self($params);
        $told = [];
        try {
            $service = new ClientService($pages->params);
            $told = $work(new ClientKeys($service, $pages->bridge(Bridge::COMMAND_SECONDS), $pages->log));
            if (isset($told['pairs'])) {
                self::forbidKeeping();
            }
            $told['notice'] = ['good' => true, 'text' => $pages->wording->text($told['done'], $told['values'] ?? [])];
        } catch (\Throwable $problem) {
            $told = ['notice' => ['good' => false, 'text' => $pages->sentence($problem)]];
        }

        return $pages->answer(self::KEYS, $told);
    }

    /**
     * Usage of a month as a file. Only a refusal comes back: a file ends the request.
     *
     * @param array<string, mixed> $params
     * @return array<string, mixed> template, breadcrumb and variables of the refusal
     */
    public static function download(array $params): array
    {
        $pages = new self($params);
        $told = [];
        try {
            $service = new ClientService($pages->params);
            $service->refuseForeignForm();
            if (!$service->hasUser()) {
                throw new ClientRefusal('not_active');
            }
            $usage = new UsagePage($service, $pages->bridge(Bridge::PAGE_SECONDS), $pages->wording);
            $usage->download(self::text($_POST, 'month'));
        } catch (\Throwable $problem) {
            $told = ['notice' => ['good' => false, 'text' => $pages->sentence($problem)]];
        }

        return $pages->answer(self::USAGE, $told);
    }

    /**
     * A text the browser sent, '' when there is none. WHMCS may hand it over HTML-entity encoded.
     *
     * @param array<string, mixed> $from
     */
    public static function text(array $from, string $name): string
    {
        $value = $from[$name] ?? '';

        return is_string($value) && strlen($value) <= 500 ? trim(Params::decode($value)) : '';
    }

    /**
     * Address of a page of a service, relative to the client area and not yet escaped.
     *
     * @param array<string, string> $arguments
     */
    public static function address(int $serviceId, string $page, array $arguments = []): string
    {
        $own = $page === self::OVERVIEW ? [] : [self::ARGUMENT => $page];

        return 'clientarea.php?' . http_build_query(
            ['action' => 'productdetails', 'id' => $serviceId] + $own + $arguments,
            '',
            '&',
            PHP_QUERY_RFC3986
        );
    }

    /**
     * The page that answers a form.
     *
     * @param array<string, mixed> $told
     * @return array<string, mixed> template, breadcrumb and variables
     */
    private function answer(string $name, array $told): array
    {
        [$template, $variables] = $this->page($name, $told);

        return [
            'templatefile' => 'templates/' . $template,
            'breadcrumb' => [self::address($variables['service'], $name) => $this->wording->text('page_' . $name)],
            'vars' => ['ostor' => $variables],
        ];
    }

    /**
     * @param array<string, mixed> $told what a form led to
     * @return array{0: string, 1: array<string, mixed>} template and variables
     */
    private function page(string $name, array $told = []): array
    {
        $variables = $told + $this->common($name);
        try {
            $service = new ClientService($this->params);
        } catch (\Throwable $problem) {
            $notice = ['good' => false, 'text' => $this->sentence($problem, true)];

            return ['unavailable', ['notice' => $notice] + $variables];
        }
        $variables['service'] = $service->id();
        $variables['nav'] = $this->menu($service, $name);
        try {
            if ($name === self::USAGE && $service->hasUser()) {
                $usage = new UsagePage($service, $this->bridge(Bridge::PAGE_SECONDS), $this->wording);
                $bucket = isset($_GET['bucket']) ? self::text($_GET, 'bucket') : null;
                $shown = $usage->variables(self::text($_GET, 'month'), $bucket);

                return ['usage', $shown + $variables];
            }
            $area = $service->hasUser() ? $this->area($service) : null;
        } catch (\Throwable $problem) {
            $variables['notice'] = $variables['notice']
                ?? ['good' => false, 'text' => $this->sentence($problem, true)];
            $area = null;
        }
        $view = new ClientView($service, $area, $this->wording);
        $variables += $view->frame();
        $keys = new ClientKeysView($service, $area, $this->wording, $variables['may_change']);
        if (in_array($name, self::QUESTIONS, true)) {
            return ['confirm', $keys->question($name, self::text($_GET, 'key'), self::text($_GET, 'sub')) + $variables];
        }
        if ($name === self::KEYS) {
            return ['keys', $keys->holders() + $variables];
        }
        if ($name === self::CONNECT) {
            return ['connect', $view->connect() + $variables];
        }

        return ['overview', $view->overview() + $variables];
    }

    /**
     * @return array<string, mixed> result of ClientArea
     */
    private function area(ClientService $service): array
    {
        // Not call(): the log needs no copy of a whole page.
        return $this->bridge(Bridge::PANEL_SECONDS)->bulk(
            'ClientArea',
            $service->named() + ['timezone' => date_default_timezone_get()],
            ['state' => 'string', 'endpoint' => 'string', 'region' => 'string'],
            static function (array $area): array {
                return $area;
            }
        )();
    }

    private function bridge(int $seconds): Bridge
    {
        return new Bridge(new Server($this->params), $this->log, new Http($seconds));
    }

    /**
     * @return array<string, mixed>
     */
    private function common(string $name): array
    {
        $folder = dirname(__DIR__) . '/templates/';

        return [
            't' => $this->wording->all(),
            'direction' => $this->wording->direction(),
            'style' => (string) file_get_contents($folder . 'client.css'),
            'script' => (string) file_get_contents($folder . 'client.js'),
            'page' => $name,
            'notice' => null,
            'nav' => [],
            'service' => 0,
        ];
    }

    /**
     * @return array<int, array<string, mixed>>
     */
    private function menu(ClientService $service, string $current): array
    {
        if (!$service->hasUser()) {
            return [];
        }

        return array_map(function (string $page) use ($service, $current): array {
            return [
                'address' => self::address($service->id(), $page),
                'label' => $this->wording->text('page_' . $page),
                'current' => $page === $current,
            ];
        }, self::MENU);
    }

    /**
     * What a customer is told of a problem: plain text.
     *
     * @param bool $isLook whether the customer only looked at a page, which staff need not be told each time
     */
    private function sentence(\Throwable $problem, bool $isLook = false): string
    {
        if ($problem instanceof ClientRefusal) {
            return $this->wording->text($problem->getMessage());
        }
        $isFailure = $problem instanceof Failure;
        if ($isFailure && in_array($problem->reason(), self::REASONS, true)) {
            return $this->wording->text('error_' . $problem->reason());
        }
        if (!$isLook || $this->isNews()) {
            $this->report($problem);
        }
        $id = $isFailure ? $problem->requestId() : '';

        return $id === '' ? $this->wording->text('error') : $this->wording->text('error_with_id', ['id' => $id]);
    }

    /**
     * Tells staff what customers are not told. Without a service there is nobody it happened to.
     */
    private function report(\Throwable $problem): void
    {
        $service = $this->params->text('serviceid');
        if ($service !== '') {
            $sentence = Command::sentence($problem, $this->log);
            $this->log->activity(Lang::text('page_failed', $service, $sentence));
        }
    }

    /**
     * Whether no page of the service failed in this session within the last hour.
     */
    private function isNews(): bool
    {
        $service = $this->params->text('serviceid');
        $last = $_SESSION[self::FAILED][$service] ?? null;
        if (is_int($last) && abs(time() - $last) < self::QUIET_SECONDS) {
            return false;
        }
        $_SESSION[self::FAILED][$service] = time();

        return true;
    }

    private static function asked(): string
    {
        $name = self::text($_GET, self::ARGUMENT);

        return in_array($name, array_merge(self::MENU, self::QUESTIONS), true) ? $name : self::OVERVIEW;
    }

    /**
     * A page with a secret stays in no cache.
     */
    private static function forbidKeeping(): void
    {
        if (!headers_sent()) {
            header('Cache-Control: no-store');
        }
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Kernel;

use WhmcsSandbox\Host\Settings;
use WhmcsSandbox\Refusal;

/** Finds and loads server modules, their hook files and their classes, as WHMCS lays them out. */
final class Modules
{
    private const DETECTED_HOOKS = 'ModuleHooks';

    public function __construct(
        private readonly string $path,
        private readonly Settings $settings,
        private readonly Observer $observer
    ) {
        spl_autoload_register($this->autoload(...));
        defined('WHMCS') || define('WHMCS', true);
        defined('ROOTDIR') || define('ROOTDIR', dirname($path));
    }

    public function directory(string $module): string
    {
        return "$this->path/servers/$module";
    }

    /** Loads the module's entry file once; refuses with a sentence when there is none. */
    public function load(string $module): void
    {
        $file = $this->directory($module) . "/$module.php";
        if (!preg_match('/^[a-z][a-z0-9]*$/', $module) || !is_file($file)) {
            throw new Refusal("There is no server module '$module' (looked for $file).");
        }
        $this->observer->watch("Loading $module.php", static fn () => require_once $file);
    }

    /** The name of a module function, or null when the module does not offer it. */
    public function function(string $module, string $name): ?string
    {
        $this->load($module);
        return function_exists("{$module}_$name") ? "{$module}_$name" : null;
    }

    /**
     * The module settings in their order, position 1 first: label => default value.
     *
     * @return array<string, string>
     */
    public function settings(string $module): array
    {
        $settings = [];
        foreach ($this->fields($module) as $key => $field) {
            $settings[$field['FriendlyName'] ?? $key] = (string) ($field['Default'] ?? '');
        }
        return $settings;
    }

    /**
     * What ConfigOptions returns, in the order of the stored settings.
     *
     * @return array<string, array<string, mixed>>
     */
    public function fields(string $module): array
    {
        $function = $this->function($module, 'ConfigOptions')
            ?? throw new Refusal("The module '$module' has no ConfigOptions function, the only one WHMCS requires.");
        $fields = $this->observer->watch($function, static fn () => $function());
        if (count($fields) > 24) {
            throw new Refusal("$function returns more than the 24 settings WHMCS can store.");
        }
        return $fields;
    }

    /** @return array<string, mixed> what the module says of itself, empty when it says nothing */
    public function metaData(string $module): array
    {
        $function = $this->function($module, 'MetaData');
        return $function === null ? [] : $this->observer->watch($function, static fn () => $function());
    }

    /**
     * Notes whether the module has a hook file. WHMCS does this only when a product's
     * module settings are saved, so a file added later is not seen before that.
     */
    public function detectHooks(string $module): void
    {
        $known = array_filter(explode(',', $this->settings->get(self::DETECTED_HOOKS)));
        $known = array_diff($known, [$module]);
        if (is_file($this->directory($module) . '/hooks.php')) {
            $known[] = $module;
        }
        $this->settings->set(self::DETECTED_HOOKS, implode(',', $known));
    }

    /** Loads includes/hooks/*.php (a leading underscore switches a file off) and the detected module hooks. */
    public function loadHooks(): void
    {
        $files = array_filter(
            glob(dirname($this->path) . '/includes/hooks/*.php') ?: [],
            static fn (string $file): bool => basename($file)[0] !== '_'
        );
        foreach (array_filter(explode(',', $this->settings->get(self::DETECTED_HOOKS))) as $module) {
            $files[] = $this->directory($module) . '/hooks.php';
        }
        foreach (array_filter($files, 'is_file') as $file) {
            $this->observer->watch('Loading ' . basename(dirname($file)) . '/hooks.php', static fn () => require $file);
        }
    }

    /** WHMCS\Module\Server\<Name>\<Class> is modules/servers/<name>/lib/<Class>.php; addons likewise. */
    private function autoload(string $class): void
    {
        if (!preg_match('/^WHMCS\\\\Module\\\\(Server|Addon)\\\\([A-Za-z0-9]+)\\\\(.+)$/', $class, $m)) {
            return;
        }
        $kind = ['Server' => 'servers', 'Addon' => 'addons'][$m[1]];
        foreach (glob("$this->path/$kind/*", GLOB_ONLYDIR) ?: [] as $directory) {
            $file = "$directory/lib/" . str_replace('\\', '/', $m[3]) . '.php';
            if (strcasecmp(str_replace('_', '', basename($directory)), $m[2]) === 0 && is_file($file)) {
                require_once $file;
                return;
            }
        }
    }
}

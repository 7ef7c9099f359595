<?php

declare(strict_types=1);

namespace WhmcsSandbox\Kernel;

use WHMCS\Database\Capsule;
use WhmcsSandbox\Host\Settings;
use WhmcsSandbox\Refusal;

/** Addon modules: what there is, which are active, their settings and which admin roles may open them. */
final class Addons
{
    private const ACTIVE = 'ActiveAddonModules';
    private const DETECTED_HOOKS = 'AddonModulesHooks';
    private const VERSION = 'version';
    private const ACCESS = 'access';

    public function __construct(
        private readonly string $path,
        private readonly Settings $settings,
        private readonly Observer $observer
    ) {
    }

    /** @return list<string> names of all addons below the modules directory */
    public function all(): array
    {
        $names = array_map('basename', glob("$this->path/addons/*", GLOB_ONLYDIR) ?: []);
        return array_values(array_filter($names, fn (string $name): bool => $this->exists($name)));
    }

    public function exists(string $addon): bool
    {
        return preg_match('/^[a-z][a-z0-9_]*$/', $addon) === 1 && is_file($this->file($addon));
    }

    public function isActive(string $addon): bool
    {
        return in_array($addon, $this->listed(self::ACTIVE), true);
    }

    /** Whether a role was ticked; after activation none is, not even that of full administrators. */
    public function mayOpen(string $addon, int $roleId): bool
    {
        return in_array((string) $roleId, explode(',', $this->stored($addon)[self::ACCESS] ?? ''), true);
    }

    /** @return array<string, mixed> what _config() says, with every member WHMCS asks for */
    public function config(string $addon): array
    {
        $function = $this->function($addon, 'config') ?? throw new Refusal("The addon '$addon' has no function {$addon}_config.");
        $config = $this->observer->watch($function, static fn () => $function());
        foreach (['name', 'description', 'version', 'author', 'language', 'fields'] as $member) {
            if (!isset($config[$member])) {
                throw new Refusal("$function does not tell the addon's $member.");
            }
        }
        return $config;
    }

    /** @return array<string, string> values of the settings that were saved, by key */
    public function values(string $addon): array
    {
        return array_intersect_key($this->stored($addon), $this->config($addon)['fields']);
    }

    /**
     * Saves the settings and the roles with access.
     *
     * @param array<string, string> $values by key; a setting that is not in it becomes ''
     * @param list<int> $roleIds
     */
    public function save(string $addon, array $values, array $roleIds): void
    {
        foreach (array_keys($this->config($addon)['fields']) as $key) {
            $this->store($addon, (string) $key, $values[$key] ?? '');
        }
        $this->store($addon, self::ACCESS, implode(',', $roleIds));
        $this->detectHooks($addon);
    }

    /** @return array{status: string, description: string} the answer of _activate(); an error leaves the addon off */
    public function activate(string $addon): array
    {
        $answer = $this->switch($addon, 'activate');
        if ($answer['status'] !== 'error') {
            $this->list(self::ACTIVE, $addon, true);
            $this->store($addon, self::VERSION, (string) $this->config($addon)['version']);
            $this->detectHooks($addon);
        }
        return $answer;
    }

    /** @return array{status: string, description: string} the answer of _deactivate(); an error leaves the addon on */
    public function deactivate(string $addon): array
    {
        $answer = $this->switch($addon, 'deactivate');
        if ($answer['status'] !== 'error') {
            $this->list(self::ACTIVE, $addon, false);
            $this->list(self::DETECTED_HOOKS, $addon, false);
            Capsule::table('tbladdonmodules')->where('module', $addon)->delete();
        }
        return $answer;
    }

    /** Calls _upgrade() when the version of the files is not the one that was used last. */
    public function upgrade(string $addon): void
    {
        $before = $this->stored($addon)[self::VERSION] ?? '';
        $now = (string) $this->config($addon)['version'];
        if ($before === $now) {
            return;
        }
        $function = $this->function($addon, 'upgrade');
        if ($function !== null) {
            $vars = [self::VERSION => $before] + $this->variables($addon);
            $this->observer->watch($function, static fn () => $function($vars));
        }
        $this->store($addon, self::VERSION, $now);
    }

    /** The page of the addon and the HTML beside it, '' for what it does not offer. */
    public function page(string $addon): array
    {
        $vars = $this->variables($addon);
        $output = $this->function($addon, 'output');
        $sidebar = $this->function($addon, 'sidebar');
        return [
            $output === null ? '' : $this->observer->capture($output, static fn () => $output($vars)),
            $sidebar === null ? '' : (string) $this->observer->watch($sidebar, static fn () => $sidebar($vars)),
        ];
    }

    /** Loads the hook files of active addons, as found when they were activated or saved. */
    public function loadHooks(): void
    {
        foreach ($this->listed(self::DETECTED_HOOKS) as $addon) {
            $file = dirname($this->file($addon)) . '/hooks.php';
            if ($this->isActive($addon) && is_file($file)) {
                $this->observer->watch("Loading $addon/hooks.php", static fn () => require $file);
            }
        }
    }

    /** @return array<string, mixed> what _output() gets */
    private function variables(string $addon): array
    {
        return [
            'module' => $addon,
            'modulelink' => "addonmodules.php?module=$addon",
            'version' => $this->stored($addon)[self::VERSION] ?? '',
            '_lang' => $this->language($addon),
        ] + $this->values($addon) + array_fill_keys(array_keys($this->config($addon)['fields']), '');
    }

    /** @return array<string, string> texts of the addon's language file */
    private function language(string $addon): array
    {
        $_ADDONLANG = [];
        foreach (array_unique(['english', (string) $this->config($addon)['language']]) as $language) {
            $file = dirname($this->file($addon)) . "/lang/$language.php";
            if (preg_match('/^[a-z_-]+$/i', $language) && is_file($file)) {
                require $file;
            }
        }
        return $_ADDONLANG;
    }

    /** @return array{status: string, description: string} */
    private function switch(string $addon, string $what): array
    {
        $function = $this->function($addon, $what);
        $answer = $function === null ? [] : $this->observer->watch($function, static fn () => $function());
        return (is_array($answer) ? $answer : []) + ['status' => 'success', 'description' => ''];
    }

    private function function(string $addon, string $name): ?string
    {
        if (!$this->exists($addon)) {
            throw new Refusal("There is no addon module '$addon' (looked for {$this->file($addon)}).");
        }
        $file = $this->file($addon);
        $this->observer->watch("Loading $addon.php", static fn () => require_once $file);
        return function_exists("{$addon}_$name") ? "{$addon}_$name" : null;
    }

    private function detectHooks(string $addon): void
    {
        $this->list(self::DETECTED_HOOKS, $addon, is_file(dirname($this->file($addon)) . '/hooks.php'));
    }

    private function file(string $addon): string
    {
        return "$this->path/addons/$addon/$addon.php";
    }

    /** @return array<string, string> */
    private function stored(string $addon): array
    {
        return Capsule::table('tbladdonmodules')->where('module', $addon)->pluck('value', 'setting')->all();
    }

    private function store(string $addon, string $setting, string $value): void
    {
        Capsule::table('tbladdonmodules')->updateOrInsert(['module' => $addon, 'setting' => $setting], ['value' => $value]);
    }

    /** @return list<string> */
    private function listed(string $setting): array
    {
        return array_values(array_filter(explode(',', $this->settings->get($setting))));
    }

    private function list(string $setting, string $addon, bool $member): void
    {
        $others = array_diff($this->listed($setting), [$addon]);
        $this->settings->set($setting, implode(',', $member ? [...$others, $addon] : $others));
    }
}

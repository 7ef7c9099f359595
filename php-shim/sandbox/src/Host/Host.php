<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use LogicException;
use WhmcsSandbox\Kernel\Addons;
use WhmcsSandbox\Kernel\Defects;
use WhmcsSandbox\Kernel\Kernel;
use WhmcsSandbox\Kernel\Modules;
use WhmcsSandbox\Kernel\Observer;

/**
 * One running WHMCS: the only place that builds the parts and ties them together.
 * WHMCS's own functions are global, so the current host is reachable globally too.
 */
final class Host
{
    private static ?self $current = null;

    public readonly Settings $settings;
    public readonly Clock $clock;
    public readonly Encryption $encryption;
    public readonly Logs $logs;
    public readonly Defects $defects;
    public readonly Observer $observer;
    public readonly Hooks $hooks;
    public readonly Modules $modules;
    public readonly Addons $addons;
    public readonly Templates $templates;
    public readonly Mailer $mailer;
    public readonly Kernel $kernel;
    public readonly LocalApi $api;

    /**
     * @param string $modulesPath the directory that holds servers/ and addons/
     * @param bool $strict whether misbehaviour of a module is collected as defects
     */
    public function __construct(public readonly Database $database, string $modulesPath, bool $strict = true)
    {
        $this->settings = new Settings();
        $this->clock = new Clock($this->settings);
        $this->encryption = new Encryption($this->settings);
        $this->logs = new Logs($this->clock);
        $this->defects = new Defects($strict);
        $this->observer = new Observer($this->defects);
        $this->hooks = new Hooks($this->logs, $this->defects, $this->observer);
        $this->modules = new Modules($modulesPath, $this->settings, $this->observer);
        $this->addons = new Addons($modulesPath, $this->settings, $this->observer);
        $this->templates = new Templates();
        $this->mailer = new Mailer($this->templates, $this->hooks, $this->clock, $this->settings);
        $this->kernel = new Kernel($this);
        $this->api = new LocalApi($this);
    }

    /** Connects, makes this the current host and loads the hook files. */
    public function boot(): self
    {
        self::$current = $this;
        $this->database->requireInstalled();
        $this->database->connect();
        $this->clock->apply();
        $this->modules->loadHooks();
        $this->addons->loadHooks();
        return $this;
    }

    public static function current(): self
    {
        return self::$current ?? throw new LogicException('No sandbox host is running.');
    }
}

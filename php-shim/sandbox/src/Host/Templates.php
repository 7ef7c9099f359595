<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use Smarty;
use Smarty_Security;

/**
 * The genuine Smarty 4 as WHMCS runs it: no automatic escaping, and a security policy
 * that knows no static classes, no super-globals and no PHP tags.
 */
final class Templates
{
    /** Text of the database may hold HTML entities already, so these are not escaped a second time. */
    private const ESCAPE = 'escape:"html":"UTF-8":false';

    private ?string $compiled = null;

    /** Renders a template file; other templates of its directory may be included. */
    public function file(string $file, array $variables): string
    {
        return $this->smarty(dirname($file), $variables)->fetch('file:' . basename($file));
    }

    /** Renders template text, as mail templates are stored. */
    public function text(string $template, array $variables): string
    {
        return $this->smarty(__DIR__, $variables)->fetch('string:' . $template);
    }

    /**
     * Renders a page of the host itself: every variable is escaped, HTML is printed with `nofilter` only.
     *
     * @param string $name file below templates/ without `.tpl`
     */
    public function page(string $name, array $variables): string
    {
        $smarty = $this->smarty(dirname(__DIR__, 2) . '/templates', $variables);
        $smarty->setDefaultModifiers([self::ESCAPE]);
        return $smarty->fetch("$name.tpl");
    }

    private function smarty(string $directory, array $variables): Smarty
    {
        $smarty = new Smarty();
        $smarty->setTemplateDir($directory);
        $smarty->setCompileDir($this->compileDirectory());
        $smarty->setEscapeHtml(false);
        $smarty->registerPlugin('function', 'lang', static fn (array $args): string => \Lang::trans($args['key'] ?? ''));
        $policy = new Smarty_Security($smarty);
        $policy->static_classes = null;
        $policy->trusted_static_methods = null;
        $policy->trusted_static_properties = null;
        $policy->allow_super_globals = false;
        $policy->php_functions = ['isset', 'empty', 'count', 'sizeof', 'in_array', 'is_array'];
        $policy->streams = [];
        $smarty->enableSecurity($policy);
        $smarty->assign($variables);
        return $smarty;
    }

    private function compileDirectory(): string
    {
        if ($this->compiled === null) {
            $this->compiled = sys_get_temp_dir() . '/whmcs-sandbox-' . bin2hex(random_bytes(8));
            mkdir($this->compiled, 0700);
        }
        return $this->compiled;
    }

    public function __destruct()
    {
        if ($this->compiled !== null && is_dir($this->compiled)) {
            array_map('unlink', glob($this->compiled . '/*') ?: []);
            rmdir($this->compiled);
        }
    }
}

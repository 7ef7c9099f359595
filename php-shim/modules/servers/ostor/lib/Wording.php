<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The texts customers read, in their language: the client_ keys of lang/.
 *
 * A language is a file of its name, and a file of the same name in lang/overrides/ wins over it key by key. What
 * neither has is English.
 */
final class Wording
{
    private const ENGLISH = 'english';

    /** WHMCS's languages that are written from right to left. */
    private const RIGHT_TO_LEFT = ['arabic', 'farsi', 'hebrew'];

    /** What a key of a customer's text begins with. */
    private const PREFIX = 'client_';

    /** @var string */
    private $language;

    /** @var array<string, string> */
    private $texts;

    /**
     * @param string $language as WHMCS calls it, such as "portuguese-br"; '' is that of WHMCS itself, an unknown one is
     *     English
     */
    public function __construct(string $language)
    {
        $wanted = $language === '' ? Whmcs::language() : $language;
        $this->language = self::has($wanted) ? $wanted : self::ENGLISH;
        $this->texts = self::of($this->language) + self::of(self::ENGLISH);
    }

    /**
     * In the language chosen on the page, else in that of the client who is logged in.
     */
    public static function ofVisitor(): self
    {
        $chosen = $_SESSION['Language'] ?? null;

        return new self(is_string($chosen) && self::has($chosen) ? $chosen : Whmcs::languageOfVisitor());
    }

    public function language(): string
    {
        return $this->language;
    }

    /**
     * Which way the texts run, as HTML has it: ltr or rtl.
     */
    public function direction(): string
    {
        return in_array($this->language, self::RIGHT_TO_LEFT, true) ? 'rtl' : 'ltr';
    }

    /**
     * @param string $key without its beginning client_
     * @param array<string, string|int> $values name => plain text for the place {name}
     * @return string plain text
     */
    public function text(string $key, array $values = []): string
    {
        // Times, figures and names keep their own direction: Unicode's first strong isolate around each.
        $isRightToLeft = in_array($this->language, self::RIGHT_TO_LEFT, true);
        $places = [];
        foreach ($values as $name => $value) {
            $places['{' . $name . '}'] = $isRightToLeft ? "\u{2068}" . $value . "\u{2069}" : (string) $value;
        }

        return strtr($this->texts[self::PREFIX . $key], $places);
    }

    /**
     * Every text, for templates.
     *
     * @return array<string, string> key without client_ => plain text
     */
    public function all(): array
    {
        $all = [];
        foreach ($this->texts as $key => $text) {
            $all[substr($key, strlen(self::PREFIX))] = $text;
        }

        return $all;
    }

    /**
     * Whether there is a file of a language. Names are letters and hyphens, so none leads out of the folder.
     */
    private static function has(string $language): bool
    {
        return preg_match('/^[a-z]+(-[a-z]+)*$/D', $language) === 1
            && (is_file(self::path('', $language)) || is_file(self::path('overrides/', $language)));
    }

    /**
     * @return array<string, string>
     */
    private static function of(string $language): array
    {
        return self::read(self::path('overrides/', $language)) + self::read(self::path('', $language));
    }

    private static function path(string $folder, string $language): string
    {
        return dirname(__DIR__) . '/lang/' . $folder . $language . '.php';
    }

    /**
     * The customers' texts of a file; a file that cannot be used has none.
     *
     * @return array<string, string>
     */
    private static function read(string $path): array
    {
        try {
            $texts = is_file($path) ? require $path : [];
        } catch (\Throwable $problem) {
            // An operator's slip of the pen must not cost customers their page.
            return [];
        }

        return array_filter(is_array($texts) ? $texts : [], static function ($text, $key): bool {
            return is_string($text) && strpos((string) $key, self::PREFIX) === 0;
        }, ARRAY_FILTER_USE_BOTH);
    }
}

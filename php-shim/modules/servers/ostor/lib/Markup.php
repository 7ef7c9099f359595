<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A piece of finished HTML. Text put into it is escaped on the way, once; only Markup itself is not.
 */
final class Markup
{
    private const WITHOUT_CONTENT = ['br', 'hr', 'input'];

    /** @var string */
    private $html;

    private function __construct(string $html)
    {
        $this->html = $html;
    }

    public function __toString(): string
    {
        return $this->html;
    }

    /**
     * An element.
     *
     * @param array<string, string|int|bool|null> $attributes true: the name alone; false and null: not there
     * @param string|int|self|array<mixed>|null ...$children as for join()
     */
    public static function tag(string $name, array $attributes = [], ...$children): self
    {
        $html = '<' . $name;
        foreach ($attributes as $attribute => $value) {
            if ($value === true) {
                $html .= ' ' . $attribute;
            } elseif ($value !== null && $value !== false) {
                $html .= ' ' . $attribute . '="' . Html::escape((string) $value) . '"';
            }
        }
        $html .= '>';

        return new self(
            in_array($name, self::WITHOUT_CONTENT, true) ? $html : $html . self::join(...$children) . '</' . $name . '>'
        );
    }

    /**
     * @param string|int|self|array<mixed>|null ...$parts texts, which are escaped, and Markup, which is not
     */
    public static function join(...$parts): self
    {
        $html = '';
        foreach ($parts as $part) {
            if ($part instanceof self) {
                $html .= $part->html;
            } elseif (is_array($part)) {
                $html .= self::join(...array_values($part))->html;
            } elseif ($part !== null) {
                $html .= Html::escape((string) $part);
            }
        }

        return new self($html);
    }
}

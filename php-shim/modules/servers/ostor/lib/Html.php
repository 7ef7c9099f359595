<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Plain text to HTML. WHMCS prints what a module returns as it is, so this is the one place of escaping.
 */
final class Html
{
    /** Bootstrap keeps cells on one line where it is narrow: a long name would leave no room for values. */
    public const NAME = 'white-space: normal';

    public static function escape(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
    }

    /**
     * A sentence that WHMCS prints in pages and also writes to logs, queue and mails, where entities are not
     * decoded: outside attributes quotes are harmless and stay as they are.
     */
    public static function sentence(string $text): string
    {
        return htmlspecialchars($text, ENT_NOQUOTES | ENT_SUBSTITUTE, 'UTF-8');
    }

    /**
     * A table that scrolls by itself on narrow screens, also in a cell of one of WHMCS's tables, which would otherwise
     * become as wide as this one. The first cell of a row names it.
     *
     * @param array<string|Markup> $head
     * @param array<int, array<string|Markup>> $rows
     * @param int[] $marked positions of the rows that deserve attention
     */
    public static function table(array $head, array $rows, array $marked = []): Markup
    {
        $body = [];
        foreach ($rows as $position => $cells) {
            $row = [];
            foreach (array_values($cells) as $column => $cell) {
                $row[] = $column === 0
                    ? Markup::tag('th', ['scope' => 'row', 'style' => self::NAME], $cell)
                    : Markup::tag('td', [], $cell);
            }
            $class = in_array($position, $marked, true) ? 'warning' : null;
            $body[] = Markup::tag('tr', ['class' => $class], $row);
        }
        $names = array_map(static function ($name): Markup {
            return $name === '' ? Markup::tag('td') : Markup::tag('th', ['scope' => 'col', 'style' => self::NAME], $name);
        }, $head);
        $table = Markup::tag(
            'table',
            ['class' => 'table table-condensed'],
            Markup::tag('thead', [], Markup::tag('tr', [], $names)),
            Markup::tag('tbody', [], $body)
        );

        $box = Markup::tag('div', ['class' => 'table-responsive'], $table);

        return Markup::tag('div', ['style' => 'display: table; table-layout: fixed; width: 100%'], $box);
    }

    /**
     * A key ID or secret that is seen as a whole, however narrow the screen.
     */
    public static function key(string $text): Markup
    {
        return Markup::tag('code', ['style' => 'white-space: normal; word-break: break-all'], $text);
    }

    /**
     * @param string[] $items plain text
     */
    public static function bullets(array $items): Markup
    {
        return Markup::tag('ul', [], array_map(static function (string $item): Markup {
            return Markup::tag('li', [], $item);
        }, array_values($items)));
    }
}

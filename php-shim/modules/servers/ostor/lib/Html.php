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
     * @param string[] $head plain text
     * @param string[][] $rows cells of plain text
     */
    public static function table(array $head, array $rows): string
    {
        $html = '<table class="table table-condensed"><thead>' . self::row('th', $head) . '</thead><tbody>';
        foreach ($rows as $cells) {
            $html .= self::row('td', $cells);
        }

        return $html . '</tbody></table>';
    }

    /**
     * @param string[] $items plain text
     */
    public static function bullets(array $items): string
    {
        return '<ul><li>' . implode('</li><li>', array_map([self::class, 'escape'], $items)) . '</li></ul>';
    }

    /**
     * @param string[] $cells
     */
    private static function row(string $tag, array $cells): string
    {
        $html = '';
        foreach ($cells as $cell) {
            $html .= '<' . $tag . '>' . self::escape($cell) . '</' . $tag . '>';
        }

        return '<tr>' . $html . '</tr>';
    }
}

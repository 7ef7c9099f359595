<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The bridge's charts, which stand in the page as they are. Only drawing gets through: an answer that holds anything
 * else is no chart, and the page shows the table alone.
 */
final class Svg
{
    private const ELEMENTS = 'svg|g|rect|path|line|polyline|polygon|circle|text|tspan';

    /** An attribute of a drawing: no handler, style, id or reference. */
    private const ATTRIBUTE = '\s+(?!on|href|style|id\b)[a-zA-Z][a-zA-Z0-9-]*(?:="(?:(?!url|javascript)[^"<>&])*")';

    private const LONGEST = 200000;

    /**
     * The chart, or '' when it is not known to be harmless.
     *
     * @param mixed $svg
     */
    public static function harmless($svg): string
    {
        if (!is_string($svg) || strlen($svg) > self::LONGEST) {
            return '';
        }
        $svg = trim($svg);
        if (preg_match('#^<svg\b.*</svg>$#Ds', $svg) !== 1) {
            return '';
        }
        $opening = '<(?:' . self::ELEMENTS . ')(?:' . self::ATTRIBUTE . ')*\s*/?>';
        $tag = '#^(?:' . $opening . '|</(?:' . self::ELEMENTS . ')\s*>)$#Di';
        foreach (preg_split('#(<[^>]*>)#', $svg, -1, PREG_SPLIT_DELIM_CAPTURE) as $position => $piece) {
            // Between the tags stands text: figures, units and dates.
            $isTag = $position % 2 === 1;
            if ($isTag ? preg_match($tag, $piece) !== 1 : preg_match('/[<>]/', $piece) === 1) {
                return '';
            }
        }

        return $svg;
    }
}

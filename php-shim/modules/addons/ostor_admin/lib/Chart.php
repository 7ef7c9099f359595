<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Markup;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A bar for every step of time, as a picture that can be read out.
 */
final class Chart
{
    private const WIDTH = 600;

    private const HEIGHT = 120;

    /** @var int number of the last picture, for its ids */
    private static $pictures = 0;

    /**
     * A null is not known: it has no bar, while 0 has one of a line's height.
     *
     * @param string[] $labels
     * @param array<int, mixed> $values bytes
     */
    public static function bytes(string $title, array $labels, array $values): Markup
    {
        $known = array_filter($values, 'is_int');
        if ($known === []) {
            return Markup::tag('p', [], Texts::text('chart_empty', $title));
        }
        $most = max($known);
        $last = (int) max(array_keys($known));
        $text = Texts::text(
            'chart_text',
            $labels[(int) min(array_keys($known))],
            $labels[$last],
            Units::bytes($most),
            $labels[(int) array_search($most, $known, true)],
            Units::bytes($values[$last])
        );
        $id = 'ostor-chart-' . ++self::$pictures;
        $picture = Markup::tag(
            'svg',
            [
                'role' => 'img',
                'aria-labelledby' => $id . '-title ' . $id . '-text',
                'viewBox' => '0 0 ' . self::WIDTH . ' ' . self::HEIGHT,
                'width' => '100%',
                'height' => self::HEIGHT,
                'preserveAspectRatio' => 'none',
            ],
            Markup::tag('title', ['id' => $id . '-title'], $title),
            Markup::tag('desc', ['id' => $id . '-text'], $text),
            self::bars($labels, $values, $most)
        );

        return Markup::tag(
            'figure',
            [],
            Markup::tag('figcaption', [], Markup::tag('strong', [], $title), ' ', $text),
            $picture
        );
    }

    /**
     * @param string[] $labels
     * @param array<int, mixed> $values
     * @return Markup[]
     */
    private static function bars(array $labels, array $values, int $most): array
    {
        $bars = [];
        $width = self::WIDTH / count($values);
        foreach ($values as $position => $value) {
            if (is_int($value)) {
                $height = max(1, $most === 0 ? 1 : self::HEIGHT * $value / $most);
                $bars[] = Markup::tag('rect', [
                    'x' => self::coordinate($position * $width),
                    'y' => self::coordinate(self::HEIGHT - $height),
                    'width' => self::coordinate(max(0.5, $width - 1)),
                    'height' => self::coordinate($height),
                    'fill' => '#286090',
                ], Markup::tag('title', [], $labels[$position] . ': ' . Units::bytes($value)));
            }
        }

        return $bars;
    }

    private static function coordinate(float $value): string
    {
        return number_format($value, 2, '.', '');
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Figures as customers read them. What is not a figure is not known, which is said and never becomes zero.
 */
final class Figures
{
    private const UNITS = [
        'binary' => [1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']],
        'decimal' => [1000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB']],
    ];

    /** @var Wording */
    private $wording;

    /** @var string */
    private $base;

    /**
     * @param mixed $base what the bridge takes for a gigabyte: binary or decimal; anything else counts as binary
     */
    public function __construct(Wording $wording, $base)
    {
        $this->wording = $wording;
        $this->base = $base === 'decimal' ? 'decimal' : 'binary';
    }

    /**
     * A gigabyte in bytes.
     */
    public function gigabyte(): int
    {
        return self::UNITS[$this->base][0] ** 3;
    }

    /**
     * What a gigabyte is called: GiB or GB.
     */
    public function unit(): string
    {
        return self::UNITS[$this->base][1][3];
    }

    /**
     * @param mixed $bytes
     */
    public function bytes($bytes): string
    {
        if (!is_int($bytes) || $bytes < 0) {
            return $this->unknown();
        }
        [$step, $units] = self::UNITS[$this->base];
        $value = $bytes;
        $power = 0;
        while ($value >= $step && $power < count($units) - 1) {
            $value /= $step;
            $power++;
        }

        return $this->wording->text('figure', [
            'value' => $this->number($value, $power === 0 ? 0 : 2),
            'unit' => $units[$power],
        ]);
    }

    /**
     * @param mixed $count
     */
    public function count($count): string
    {
        return is_int($count) && $count >= 0 ? $this->number($count, 0) : $this->unknown();
    }

    /**
     * A number that need not be whole, without zeros at its end.
     *
     * @param mixed $value
     */
    public function decimal($value, int $places): string
    {
        if ((!is_int($value) && !is_float($value)) || $value < 0) {
            return $this->unknown();
        }
        $point = $this->wording->text('decimal_point');
        $text = $this->number($value, $places);

        return strpos($text, $point) === false ? $text : rtrim(rtrim($text, '0'), $point);
    }

    /**
     * The sum of some figures; null when any of them is not known.
     *
     * @param array<int, mixed> $figures
     */
    public static function sum(array $figures): ?int
    {
        $sum = 0;
        foreach ($figures as $figure) {
            if (!is_int($figure) || $figure < 0) {
                return null;
            }
            $sum += $figure;
        }

        return is_int($sum) ? $sum : null;
    }

    /**
     * A time in the zone of PHP, to the minute.
     *
     * @param mixed $time RFC 3339
     */
    public function moment($time): string
    {
        $seconds = is_string($time) ? strtotime($time) : false;

        return $seconds === false ? $this->unknown() : date('Y-m-d H:i', $seconds);
    }

    /**
     * The date in a time, in the time's own zone.
     *
     * @param mixed $time RFC 3339
     * @param int $length 10 for days, 7 for months
     */
    public function date($time, int $length = 10): string
    {
        return is_string($time) && preg_match('/^\d{4}-\d\d-\d\dT/', $time) === 1
            ? substr($time, 0, $length)
            : $this->unknown();
    }

    public function unknown(): string
    {
        return $this->wording->text('not_known');
    }

    /**
     * @param int|float $value
     */
    private function number($value, int $places): string
    {
        return number_format(
            $value,
            $places,
            $this->wording->text('decimal_point'),
            $this->wording->text('thousands_separator')
        );
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Web\Admin;

/** A setting of a module or an addon as a field of a form. */
final class FormField
{
    /**
     * @param array<int|string, string> $options value => label of a dropdown or radio
     * @param string $description HTML
     */
    private function __construct(
        public readonly string $name,
        public readonly string $label,
        public readonly string $type,
        public readonly string $value,
        public readonly array $options,
        public readonly string $description
    ) {
    }

    /**
     * @param string $name of the form's field
     * @param string $key of the setting; its label unless it has a FriendlyName
     * @param array<string, mixed> $setting as ConfigOptions or an addon's fields describe it
     */
    public static function of(string $name, string $key, array $setting, string $value): self
    {
        return new self(
            $name,
            (string) ($setting['FriendlyName'] ?? $key),
            (string) ($setting['Type'] ?? 'text'),
            $value,
            self::options($setting['Options'] ?? []),
            (string) ($setting['Description'] ?? '')
        );
    }

    /** @return array<int|string, string> of a map, or of a comma list whose entries may be `value|Label` */
    private static function options(array|string $options): array
    {
        if (is_array($options)) {
            return array_is_list($options) ? array_combine($options, $options) : $options;
        }
        $map = [];
        foreach (array_filter(explode(',', $options), static fn (string $entry): bool => $entry !== '') as $entry) {
            [$value, $label] = array_pad(explode('|', trim($entry), 2), 2, null);
            $map[$value] = $label ?? $value;
        }
        return $map;
    }
}

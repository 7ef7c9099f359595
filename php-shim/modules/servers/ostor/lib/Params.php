<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Typed view of the $params array WHMCS hands to every function.
 *
 * Any entry may be missing and numbers may be strings. Texts people typed into WHMCS may be stored
 * HTML-entity encoded; they are decoded here, once.
 */
final class Params
{
    /** @var array<string, mixed> */
    private $values;

    /**
     * @param array<string, mixed> $values
     */
    public function __construct(array $values)
    {
        $this->values = $values;
    }

    /**
     * The WHMCS service the command is about.
     *
     * @throws Failure for a product addon: it would act on the parent service's S3 user
     */
    public function serviceId(): int
    {
        if ((int) $this->text('addonId') !== 0) {
            throw new Failure(Lang::text('addon_refused'));
        }

        return $this->id('serviceid');
    }

    /**
     * The owner (tblclients.id).
     */
    public function clientId(): int
    {
        return $this->id('userid');
    }

    /**
     * The server record (tblservers.id).
     */
    public function serverId(): int
    {
        return $this->id('serverid');
    }

    public function email(): string
    {
        $details = $this->values['clientsdetails'] ?? null;

        return is_array($details) ? self::decode(self::scalar($details['email'] ?? '')) : '';
    }

    public function suspendReason(): string
    {
        return self::decode($this->text('suspendreason'));
    }

    /**
     * The S3 user id WHMCS has stored, or null.
     *
     * Before the first CreateAccount the field holds a name WHMCS made up from the domain; S3 user ids
     * are 16 lower-case hex digits.
     */
    public function userId(): ?string
    {
        $username = $this->text('username');

        return self::isUserId($username) ? $username : null;
    }

    /**
     * @param mixed $value
     */
    public static function isUserId($value): bool
    {
        return is_string($value) && preg_match('/^[0-9a-f]{16}$/D', $value) === 1;
    }

    /**
     * The service's status in WHMCS's words, '' when not told.
     */
    public function status(): string
    {
        return $this->text('status');
    }

    /**
     * Value of a setting: the configurable option of that name if the client has a value for it, else
     * the product's own, trimmed.
     */
    public function setting(string $name): string
    {
        $options = $this->values['configoptions'] ?? null;
        foreach (is_array($options) ? $options : [] as $option => $value) {
            $chosen = trim(self::decode(self::scalar($value)));
            if ($chosen !== '' && self::sameName((string) $option, $name)) {
                return $chosen;
            }
        }

        return trim(self::decode($this->text('configoption' . array_search($name, Settings::ORDER, true))));
    }

    /**
     * Like setting(), for settings with a fixed list of values.
     *
     * @param string[] $allowed
     * @throws Failure when the value is not on the list
     */
    public function choice(string $name, array $allowed, string $default): string
    {
        $value = strtolower($this->setting($name));
        if ($value === '') {
            return $default;
        }
        if (!in_array($value, $allowed, true)) {
            throw new Failure(Lang::text('setting_not_allowed', $name, $value, implode(', ', $allowed)));
        }

        return $value;
    }

    /**
     * Like setting(), for a whole number from 0 up.
     *
     * @param int $most what the number may be at most, and what "unlimited" stands for
     * @throws Failure when the value is not such a number
     */
    public function amount(string $name, int $most): int
    {
        $value = $this->setting($name);
        if (strcasecmp($value, 'unlimited') === 0) {
            return $most;
        }
        if ($value !== '' && preg_match('/^[0-9]{1,9}$/D', $value) !== 1) {
            throw new Failure(Lang::text('setting_not_an_amount', $name, $value));
        }

        return min((int) $value, $most);
    }

    /**
     * The access key id WHMCS has stored, null when there is none.
     *
     * @throws \Throwable when WHMCS cannot read it
     */
    public function accessKeyId(): ?string
    {
        $properties = $this->serviceProperties();
        $key = $properties === null ? null : $properties->get('Access Key ID');

        return is_string($key) && $key !== '' ? $key : null;
    }

    /**
     * Where WHMCS keeps what belongs to the service, or null (its object has save() and get()).
     */
    public function serviceProperties(): ?object
    {
        $model = $this->values['model'] ?? null;
        if (!is_object($model)) {
            return null;
        }
        // Database models answer through __get; on plain objects a missing property would be a warning.
        $properties = isset($model->serviceProperties) || method_exists($model, '__get')
            ? $model->serviceProperties
            : null;

        return is_object($properties) ? $properties : null;
    }

    /**
     * Values that must not appear in any log or message.
     *
     * @return string[]
     */
    public function secrets(): array
    {
        return [$this->text('serverpassword'), $this->text('password')];
    }

    /**
     * A server or service entry as text, '' when missing.
     */
    public function text(string $key): string
    {
        return self::scalar($this->values[$key] ?? '');
    }

    private function id(string $key): int
    {
        $text = $this->text($key);
        if (preg_match('/^[1-9][0-9]{0,17}$/D', $text) !== 1) {
            throw new Failure(Lang::text('id_missing', $key));
        }

        return (int) $text;
    }

    /**
     * @param mixed $value
     */
    private static function scalar($value): string
    {
        return is_scalar($value) ? (string) $value : '';
    }

    /**
     * What was typed, whether WHMCS encoded it or not.
     */
    public static function decode(string $text): string
    {
        return html_entity_decode($text, ENT_QUOTES | ENT_HTML5, 'UTF-8');
    }

    /**
     * Option names are compared without case, outer blanks and a "|Shown name" part.
     */
    private static function sameName(string $option, string $name): bool
    {
        $bare = trim(explode('|', self::decode($option), 2)[0]);

        return strcasecmp($bare, $name) === 0;
    }
}

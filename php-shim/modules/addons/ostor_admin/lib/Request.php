<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Params;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What the browser sent. The address names page and subject, a form's fields say what to do with it.
 *
 * WHMCS may hand fields over HTML-entity encoded; they are decoded here, once.
 */
final class Request
{
    /** Fields people fill in => the key of their name. */
    private const NAMES = [
        'search' => 'field_search',
        'email' => 'email',
        'account' => 'account_name',
        'key' => 'key_id',
        'quota' => 'field_quota',
        'limit_default' => 'field_limit',
        'limit_get' => 'field_limit',
        'limit_put' => 'field_limit',
        'limit_list' => 'field_limit',
        'limit_delete' => 'field_limit',
        'limit_bandwidth' => 'field_limit',
        'name' => 'object',
        'service' => 'audit_service',
        'service_id' => 'audit_service',
        'user_id' => 'user_id',
        'job_id' => 'job',
        'note' => 'note',
        'identity' => 'email',
    ];

    /** @var array<string, mixed> */
    private $address;

    /** @var array<string, mixed> */
    private $fields;

    /** @var bool */
    private $isPost;

    /**
     * @param array<string, mixed> $address of the URL's query
     * @param array<string, mixed> $fields of the form sent
     */
    public function __construct(array $address, array $fields, bool $isPost)
    {
        $this->address = $address;
        $this->fields = $fields;
        $this->isPost = $isPost;
    }

    /**
     * Whether a form was sent that may change something.
     */
    public function isPost(): bool
    {
        return $this->isPost;
    }

    /**
     * The page asked for, '' when none that could be one.
     */
    public function page(): string
    {
        $page = $this->address['page'] ?? '';

        return is_string($page) ? $page : '';
    }

    /**
     * Id of the server record in the address, null for none.
     *
     * @throws Failure
     */
    public function server(): ?int
    {
        $text = $this->query('server', 18);
        if ($text === '') {
            return null;
        }
        if (preg_match('/^[1-9][0-9]{0,9}$/D', $text) !== 1) {
            throw new Failure(Texts::text('server_unknown', $text));
        }

        return (int) $text;
    }

    /**
     * A value of the address, '' when it is not there.
     *
     * @param int $longest bytes
     * @throws Failure
     */
    public function query(string $name, int $longest): string
    {
        return self::read($this->address, $name, $longest);
    }

    /**
     * A field of the form, '' when it is not there.
     *
     * @param int $longest bytes
     * @throws Failure
     */
    public function field(string $name, int $longest): string
    {
        return self::read($this->fields, $name, $longest);
    }

    /**
     * A field that must be filled in.
     *
     * @throws Failure
     */
    public function filled(string $name, int $longest): string
    {
        $value = $this->field($name, $longest);
        if ($value === '') {
            throw new Failure(Texts::text('field_missing', self::label($name)));
        }

        return $value;
    }

    /**
     * Whether the question that comes before was answered.
     */
    public function isConfirmed(): bool
    {
        return $this->field('confirmed', 1) === '1';
    }

    /**
     * Whether the address asks for what a page does not do by itself, because it takes a while. A form that was refused
     * does not do it again.
     */
    public function wantsRun(): bool
    {
        return !$this->isPost && $this->query('run', 1) === '1';
    }

    public function has(string $name): bool
    {
        return isset($this->fields[$name]);
    }

    /**
     * The S3 user of the address.
     *
     * @throws Failure
     */
    public function userId(): string
    {
        $user = $this->query('user', 64);
        if (!Params::isUserId($user)) {
            throw new Failure(Texts::text('user_id_wrong', $user));
        }

        return $user;
    }

    /**
     * The bucket of the address.
     *
     * @throws Failure
     */
    public function bucket(): string
    {
        $bucket = $this->query('bucket', 255);
        if ($bucket === '') {
            throw new Failure(Texts::text('bucket_missing'));
        }

        return $bucket;
    }

    /**
     * Every field of the form that can be sent again, for a form that asks once more.
     *
     * @return array<string, string>
     */
    public function fields(): array
    {
        $fields = [];
        foreach ($this->fields as $name => $value) {
            if (is_string($value) && !in_array($name, ['token', 'action', 'confirmed'], true)) {
                $fields[(string) $name] = Params::decode($value);
            }
        }

        return $fields;
    }

    /**
     * @param array<string, mixed> $from
     */
    private static function read(array $from, string $name, int $longest): string
    {
        $value = $from[$name] ?? '';
        if (!is_string($value)) {
            throw new Failure(Texts::text('field_wrong', self::label($name)));
        }
        $value = trim(Params::decode($value));
        if (strlen($value) > $longest) {
            throw new Failure(Texts::text('field_too_long', self::label($name), $longest));
        }
        if (preg_match('/^\P{Cc}*$/Du', $value) !== 1) {
            throw new Failure(Texts::text('field_wrong', self::label($name)));
        }

        return $value;
    }

    private static function label(string $name): string
    {
        return isset(self::NAMES[$name]) ? Texts::text(self::NAMES[$name]) : $name;
    }
}

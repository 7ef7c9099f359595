<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

/**
 * encrypt() and decrypt() as modules know them: salted, so equal texts differ, and
 * never failing, so text that was not encrypted decrypts to garbage.
 */
final class Encryption
{
    private const CIPHER = 'aes-256-ctr';
    private const SALT_BYTES = 16;

    public function __construct(private readonly Settings $settings)
    {
    }

    public function encrypt(string $text): string
    {
        if ($text === '') {
            return '';
        }
        $salt = random_bytes(self::SALT_BYTES);
        return base64_encode($salt . openssl_encrypt($text, self::CIPHER, $this->key(), OPENSSL_RAW_DATA, $salt));
    }

    public function decrypt(string $text): string
    {
        $raw = (string) base64_decode($text);
        if (strlen($raw) <= self::SALT_BYTES) {
            return '';
        }
        $salt = substr($raw, 0, self::SALT_BYTES);
        return openssl_decrypt(substr($raw, self::SALT_BYTES), self::CIPHER, $this->key(), OPENSSL_RAW_DATA, $salt);
    }

    private function key(): string
    {
        return hash('sha256', $this->settings->get('SandboxEncryptionKey'), true);
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Settings to paste into S3 clients: the files of templates/connect/ with a customer's endpoint, region and key id.
 *
 * The secret key is never among them; its place says so.
 */
final class Snippets
{
    /** File => what the client is called. */
    public const CLIENTS = [
        'aws-cli.sh' => 'AWS CLI',
        'rclone.conf' => 'rclone',
        's3cmd.cfg' => 's3cmd',
        'cyberduck.cyberduckprofile' => 'Cyberduck',
        'storage.py' => 'boto3 (Python)',
        'terraform.tf' => 'Terraform',
        'restic.sh' => 'restic',
        'veeam.txt' => 'Veeam',
    ];

    /** What stands in the place of the secret key. */
    public const SECRET = 'YOUR_SECRET_KEY';

    /**
     * Every client's settings; none when endpoint, region or key are not plain enough to be pasted into a shell.
     *
     * @param mixed $endpoint URL
     * @param mixed $region
     * @param mixed $key access key id
     * @return array<int, array{file: string, name: string, text: string}>
     */
    public static function all($endpoint, $region, $key): array
    {
        $places = self::places($endpoint, $region, $key);
        if ($places === null) {
            return [];
        }
        $snippets = [];
        foreach (self::CLIENTS as $file => $name) {
            $text = (string) file_get_contents(dirname(__DIR__) . '/templates/connect/' . $file);
            $snippets[] = ['file' => $file, 'name' => $name, 'text' => strtr($text, $places)];
        }

        return $snippets;
    }

    /**
     * @param mixed $endpoint
     * @param mixed $region
     * @param mixed $key
     * @return array<string, string>|null
     */
    private static function places($endpoint, $region, $key): ?array
    {
        if (!is_string($endpoint) || !is_string($region) || !is_string($key)) {
            return null;
        }
        $host = '([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])';
        if (
            preg_match('#^(https?)://' . $host . '(?::([0-9]{1,5}))?/?$#D', $endpoint, $part) !== 1
            || preg_match('/^[A-Za-z0-9-]+$/D', $region) !== 1
            || preg_match('/^[A-Za-z0-9]+$/D', $key) !== 1
        ) {
            return null;
        }
        $isSecure = $part[1] === 'https';
        $port = $part[3] ?? '';

        return [
            '{{endpoint}}' => rtrim($endpoint, '/'),
            '{{scheme}}' => $part[1],
            '{{hostname}}' => $part[2],
            '{{host}}' => $port === '' ? $part[2] : $part[2] . ':' . $port,
            '{{port}}' => $port !== '' ? $port : ($isSecure ? '443' : '80'),
            '{{https}}' => $isSecure ? 'True' : 'False',
            '{{region}}' => $region,
            '{{key}}' => $key,
            '{{secret}}' => self::SECRET,
        ];
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * WHMCS's module log and activity log, with secrets taken out by value before anything is handed over.
 *
 * WHMCS masks too, with the literal strings it is given; it gets the same list, so neither side has to
 * be trusted alone.
 */
final class ModuleLog
{
    /** Anything shorter is no secret, and masking it would make every text unreadable. */
    private const SHORTEST_SECRET = 4;

    /** Characters of one log field; answers with long lists are cut. */
    private const LONGEST_TEXT = 20000;

    /** Characters of an activity log line. */
    private const LONGEST_LINE = 2000;

    private const MASK = '***';

    /** @var string[] longest first, so that no form hides part of a longer one */
    private $forms = [];

    /**
     * @param string[] $secrets
     */
    public function __construct(array $secrets)
    {
        $this->hide($secrets);
    }

    /**
     * Adds values that became known later, such as the secret key in an answer.
     *
     * @param string[] $secrets
     */
    public function hide(array $secrets): void
    {
        foreach ($secrets as $secret) {
            if (strlen($secret) >= self::SHORTEST_SECRET) {
                $this->forms = array_merge($this->forms, self::forms($secret));
            }
        }
        $this->forms = array_values(array_unique($this->forms));
        usort($this->forms, static function (string $a, string $b): int {
            return strlen($b) <=> strlen($a);
        });
    }

    public function mask(string $text): string
    {
        return str_replace($this->forms, self::MASK, $text);
    }

    /**
     * One exchange with the bridge, for Configuration > System Logs > Module Log.
     */
    public function record(string $action, string $request, string $response, string $outcome): void
    {
        if (function_exists('logModuleCall')) {
            $texts = array_map([$this, 'shorten'], [$request, $response, $outcome]);
            self::attempt(function () use ($action, $texts): void {
                \logModuleCall('ostor', $action, $texts[0], $texts[1], $texts[2], $this->forms);
            });
        }
    }

    /**
     * A line in the activity log, for what must not fail a command but must be seen.
     */
    public function activity(string $message, int $clientId = 0): void
    {
        if (function_exists('logActivity')) {
            $line = $this->mask('ostor: ' . $message);
            // A failed SQL statement is repeated in its message, after the reason.
            if (preg_match('/^.{' . self::LONGEST_LINE . '}/us', $line, $start) === 1) {
                $line = $start[0] . '…';
            }
            self::attempt(static function () use ($line, $clientId): void {
                \logActivity($line, $clientId);
            });
        }
    }

    /**
     * Logs are tables of WHMCS. That one cannot be written must not undo or hide what a command did.
     */
    private static function attempt(callable $write): void
    {
        try {
            $write();
        } catch (\Throwable $problem) {
            return;
        }
    }

    private function shorten(string $text): string
    {
        $masked = $this->mask($text);

        return strlen($masked) > self::LONGEST_TEXT ? substr($masked, 0, self::LONGEST_TEXT) . ' [cut]' : $masked;
    }

    /**
     * The ways a value can be spelled inside a request, an answer or a page.
     *
     * @return string[]
     */
    private static function forms(string $secret): array
    {
        $base64 = rtrim(base64_encode($secret), '=');
        $forms = [
            $secret,
            urlencode($secret),
            rawurlencode($secret),
            $base64,
            strtr($base64, '+/', '-_'),
            htmlspecialchars($secret, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8'),
            htmlspecialchars($secret, ENT_COMPAT | ENT_SUBSTITUTE, 'UTF-8'),
            htmlspecialchars($secret, ENT_NOQUOTES | ENT_SUBSTITUTE, 'UTF-8'),
            htmlentities($secret, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8'),
            htmlentities($secret, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8'),
            html_entity_decode($secret, ENT_QUOTES | ENT_HTML5, 'UTF-8'),
        ];
        foreach ([0, JSON_UNESCAPED_SLASHES, JSON_UNESCAPED_UNICODE] as $a) {
            foreach ([0, JSON_UNESCAPED_SLASHES, JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT] as $b) {
                $forms[] = substr((string) json_encode($secret, $a | $b | JSON_INVALID_UTF8_SUBSTITUTE), 1, -1);
            }
        }

        return array_filter($forms, 'strlen');
    }
}

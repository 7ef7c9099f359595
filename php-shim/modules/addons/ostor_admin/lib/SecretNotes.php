<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Ostor\ClientNote;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Client notes that hold S3 secrets in the open, as the scripts of the Integration Guide write them, or as the cluster's
 * tools print them and somebody pasted. The notes of the module itself are the product's choice and not among them.
 *
 * WHMCS has no command to look for or change notes, so table tblnotes is read and written directly.
 */
final class SecretNotes
{
    /** What stands in the place of a secret. */
    public const REPLACEMENT = '[removed by ostor-bridge]';

    private const QUOTE = '(?:["\']|&quot;|&#0?39;)?';

    /** Name and value; an ID is no secret. */
    private const SECRET = '/((?:AWS|S3)?_?Secret_?(?:Access_?)?Key\s*[:=]\s*' . self::QUOTE . ')'
        . '([A-Za-z0-9\/+]{16,128}=*)/i';

    private const KEY_ID = '/Access_?Key_?Id\s*[:=]\s*' . self::QUOTE . '([A-Za-z0-9]{16,128})/i';

    /**
     * The notes that hold secrets, oldest first.
     *
     * @return array<int, array<string, mixed>> by id: client, created, keys, secrets, and the text old and new
     */
    public static function find(): array
    {
        $found = [];
        foreach (self::notes('%secret%key%') as $note) {
            $old = (string) $note->note;
            $new = (string) preg_replace(self::SECRET, '${1}' . self::REPLACEMENT, $old);
            if ($new === $old || $new === '') {
                continue;
            }
            preg_match_all(self::SECRET, $old, $secrets);
            $found[(int) $note->id] = [
                'client' => (int) $note->userid,
                'created' => (string) $note->created,
                'keys' => self::ids($old),
                'secrets' => $secrets[2],
                'old' => $old,
                'new' => $new,
            ];
        }

        return $found;
    }

    /**
     * The lines of a note that change, as they read afterwards.
     *
     * @param array{old: string, new: string} $note
     * @return string[]
     */
    public static function changedLines(array $note): array
    {
        return array_values(array_diff(
            preg_split('/\R/', $note['new']) ?: [],
            preg_split('/\R/', $note['old']) ?: []
        ));
    }

    /**
     * Replaces the secrets of a note. A note that was changed since it was found stays as it is.
     *
     * @param array{old: string, new: string} $note
     * @return bool whether it was changed
     */
    public static function scrub(int $id, array $note): bool
    {
        $same = Capsule::table('tblnotes')->where('id', $id)->where('note', $note['old']);

        return $same->update(['note' => $note['new']]) > 0;
    }

    /**
     * The access key ids in clients' notes.
     *
     * @return array<int, string[]> by client
     */
    public static function keyIds(): array
    {
        $ids = [];
        foreach (self::notes('%key%id%') as $note) {
            foreach (self::ids((string) $note->note) as $id) {
                $ids[(int) $note->userid][] = $id;
            }
        }

        return array_map(static function (array $ids): array {
            return array_values(array_unique($ids));
        }, $ids);
    }

    /**
     * @return object[] those of the module left out
     */
    private static function notes(string $pattern): array
    {
        $notes = [];
        foreach (Capsule::table('tblnotes')->where('note', 'like', $pattern)->orderBy('id')->get() as $note) {
            if (strpos((string) $note->note, ClientNote::BEGINNING) !== 0) {
                $notes[] = $note;
            }
        }

        return $notes;
    }

    /**
     * @return string[]
     */
    private static function ids(string $text): array
    {
        preg_match_all(self::KEY_ID, $text, $ids);

        return $ids[1];
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Links;
use WHMCS\Module\Server\Ostor\Markup;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Client notes with S3 secrets in the open: which there are, and taking the secrets out.
 */
final class NotesPage
{
    /** Notes listed, and changed by one form. */
    private const AT_ONCE = 500;

    /** Notes of which a question shows the lines that change. */
    private const SHOWN = 20;

    public static function show(View $view): Markup
    {
        return $view->section(Texts::text('notes_title'), static function () use ($view): array {
            $notes = SecretNotes::find();
            $rows = [];
            foreach (array_slice($notes, 0, self::AT_ONCE, true) as $id => $note) {
                $rows[] = [
                    (string) $id,
                    Markup::tag('a', ['href' => Links::notes($note['client'])], Texts::text('client', $note['client'])),
                    $note['created'],
                    implode(', ', $note['keys']),
                    Forms::action($view->address('notes'), 'scrub_notes', Texts::text('note_scrub_button'), [
                        'note' => (string) $id,
                    ]),
                ];
            }

            return [
                Markup::tag('p', [], Texts::text('notes_help')),
                Markup::tag('p', [], Texts::text('notes_total', count($notes))),
                $notes === [] ? null : Forms::action(
                    $view->address('notes'),
                    'scrub_notes',
                    Texts::text('notes_scrub_button'),
                    [],
                    [],
                    'primary'
                ),
                $notes === [] ? null : View::list(array_map([Texts::class, 'text'], [
                    'note', 'note_client', 'created', 'key_id', 'note_action',
                ]), $rows),
            ];
        });
    }

    /**
     * Takes the secrets out of one note, or of all.
     */
    public static function scrub(View $view): Outcome
    {
        $notes = SecretNotes::find();
        $one = $view->request->field('note', 18);
        if ($one !== '') {
            $notes = array_intersect_key($notes, [$one => true]);
        }
        $notes = array_slice($notes, 0, self::AT_ONCE, true);
        if ($notes === []) {
            throw new Failure(Texts::text('notes_none'));
        }
        foreach ($notes as $note) {
            $view->log->hide($note['secrets']);
        }
        if (!$view->request->isConfirmed()) {
            return Outcome::question(Texts::text('confirm_scrub', count($notes)), self::preview($notes));
        }
        $done = [];
        foreach ($notes as $id => $note) {
            if (SecretNotes::scrub($id, $note)) {
                $done[] = $id;
            }
        }

        $left = count($notes) - count($done);

        return Outcome::done(Texts::text('done_scrub', count($done), implode(', ', $done), $left));
    }

    /**
     * @param array<int, array<string, mixed>> $notes
     * @return string[]
     */
    private static function preview(array $notes): array
    {
        $lines = [];
        foreach (array_slice($notes, 0, self::SHOWN, true) as $id => $note) {
            $changed = implode(' / ', SecretNotes::changedLines($note));
            $lines[] = Texts::text('note_preview', $id, $note['client'], $changed);
        }
        if (count($notes) > self::SHOWN) {
            $lines[] = Texts::text('note_preview_more', count($notes) - self::SHOWN);
        }

        return $lines;
    }
}

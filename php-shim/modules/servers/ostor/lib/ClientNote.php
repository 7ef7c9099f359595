<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The note about a service on its client's Notes page: one while the service lives, none afterwards.
 *
 * Notes begin with a marker naming the service, by which they are found again. WHMCS has a command to
 * add notes but none to look for or delete them, so table tblnotes is read and deleted from directly.
 * A note is a convenience: trouble with it goes to the activity log and never fails a command.
 */
final class ClientNote
{
    /** What every note of the module begins with. */
    public const BEGINNING = 'Object storage service #';

    /** @var int */
    private $clientId;

    /** @var int */
    private $serviceId;

    /** @var ModuleLog */
    private $log;

    public function __construct(int $clientId, int $serviceId, ModuleLog $log)
    {
        $this->clientId = $clientId;
        $this->serviceId = $serviceId;
        $this->log = $log;
    }

    /**
     * Sees to it that one note stands there, about the current access key. An admin's edits are kept.
     *
     * @param string $mode one of Settings::NOTE_MODES
     * @param array<string, mixed> $account result of CreateAccount
     */
    public function write(string $mode, array $account): void
    {
        if ($mode === 'off') {
            return;
        }
        $this->attempt('note_not_written', function () use ($mode, $account): void {
            $current = $this->ours()->where('note', 'like', '%' . $account['access_key_id'] . '%');
            if ($current->exists()) {
                return;
            }
            $this->ours()->delete();
            $answer = \localAPI('AddClientNote', [
                'userid' => $this->clientId,
                'notes' => $this->text($mode, $account),
                'sticky' => false,
            ]);
            if (($answer['result'] ?? '') !== 'success') {
                $reason = $answer['message'] ?? '';
                throw new Failure('AddClientNote: ' . (is_string($reason) ? $reason : ''));
            }
        });
    }

    /**
     * Puts new values in the place of old ones in this service's notes; all other text stays.
     *
     * @param array<string, string> $values old => new
     */
    public function replace(array $values): void
    {
        unset($values['']);
        $this->attempt('note_not_written', function () use ($values): void {
            foreach ($this->ours()->get() as $note) {
                Capsule::table('tblnotes')->where('id', $note->id)->update(['note' => strtr($note->note, $values)]);
            }
        });
    }

    /**
     * Removes the notes of this service, whatever the note mode is by now.
     */
    public function remove(): void
    {
        $this->attempt('note_not_removed', function (): void {
            $this->ours()->delete();
        });
    }

    /**
     * Query for this service's notes. The colon ends the number: #4 must not match #42.
     */
    private function ours(): object
    {
        return Capsule::table('tblnotes')
            ->where('userid', $this->clientId)
            ->where('note', 'like', $this->marker() . '%');
    }

    private function marker(): string
    {
        return self::BEGINNING . $this->serviceId . ':';
    }

    /**
     * @param array<string, mixed> $account
     */
    private function text(string $mode, array $account): string
    {
        $lines = [
            $this->marker(),
            Lang::text('note_user', $account['user_id']),
            Lang::text('note_key', $account['access_key_id']),
        ];
        if ($mode === 'full') {
            $lines[] = Lang::text('note_secret', $account['secret_access_key']);
        }
        $lines[] = Lang::text('note_endpoint', $account['endpoint']);

        return implode("\n", $lines);
    }

    private function attempt(string $complaint, callable $work): void
    {
        try {
            if (!class_exists(Capsule::class)) {
                throw new Failure(Lang::text('database_missing'));
            }
            $work();
        } catch (\Throwable $problem) {
            $this->log->activity(Lang::text($complaint, $this->serviceId, $problem->getMessage()), $this->clientId);
        }
    }
}

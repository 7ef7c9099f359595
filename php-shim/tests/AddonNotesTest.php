<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Addon\OstorAdmin\SecretNotes;
use WHMCS\Module\Server\Ostor\Tests\Support\AddonTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;

/**
 * Client notes that hold secret keys are found and scrubbed, and nothing else in them changes.
 */
final class AddonNotesTest extends AddonTestCase
{
    private const NOTES = ['page' => 'notes', 'server' => '3'];
    private const SECRET = 'dbwTnQTW602aAAdq8DQVFzB6yrTCFTNiGB8C8RFA';
    private const OTHER_SECRET = 'tVYF3kZD9zcTt16q6QDTHaZKM2nuq4xVc18ikJpd';
    private const GONE = SecretNotes::REPLACEMENT;

    /**
     * A note, and what it becomes: null when there is nothing to scrub.
     *
     * @return array<string, array{0: string, 1: string|null}>
     */
    public static function texts(): array
    {
        $key = 'a14040e0b2ef8b28FZZ8';

        return [
            'of the guide\'s scripts' => [
                "UserId: a14040e0b2ef8b28\nAWSAccessKeyId: $key\nAWSSecretAccessKey: " . self::SECRET,
                "UserId: a14040e0b2ef8b28\nAWSAccessKeyId: $key\nAWSSecretAccessKey: " . self::GONE,
            ],
            'edited since' => [
                "Called <b>him</b>.\r\nAWSSecretAccessKey: " . self::SECRET . "\r\n\r\nPays on Mondays; 50 % off",
                "Called <b>him</b>.\r\nAWSSecretAccessKey: " . self::GONE . "\r\n\r\nPays on Mondays; 50 % off",
            ],
            'two pairs' => [
                'AWSSecretAccessKey: ' . self::SECRET . ', AWSSecretAccessKey: ' . self::OTHER_SECRET . '.',
                'AWSSecretAccessKey: ' . self::GONE . ', AWSSecretAccessKey: ' . self::GONE . '.',
            ],
            'as the cluster prints it' => [
                "KeyPair[0]:S3AccessKeyId:$key\nKeyPair[0]:S3SecretAccessKey:" . self::SECRET . "\nFlags:system",
                "KeyPair[0]:S3AccessKeyId:$key\nKeyPair[0]:S3SecretAccessKey:" . self::GONE . "\nFlags:system",
            ],
            'of a configuration' => [
                "aws_access_key_id=$key\naws_secret_access_key = " . self::SECRET . "\nregion=eu",
                "aws_access_key_id=$key\naws_secret_access_key = " . self::GONE . "\nregion=eu",
            ],
            'in quotes, encoded' => ['secret_key=&quot;ab/cd+' . self::SECRET . '==&quot;', 'secret_key=&quot;' . self::GONE . '&quot;'],
            'ids alone' => ["UserId: a14040e0b2ef8b28\nAWSAccessKeyId: $key", null],
            'scrubbed already' => ['AWSSecretAccessKey: ' . self::GONE, null],
            'talk' => ['Asked for his secret key: he has none. The secret key ' . self::SECRET . ' of the house.', null],
            'of the module' => ["Object storage service #4:\nSecret access key: " . self::SECRET . "\nSecretKey: " . self::SECRET, null],
        ];
    }

    /**
     * @dataProvider texts
     */
    public function testTheSecretGoesAndTheRestStays(string $text, ?string $expected): void
    {
        Host::$notes = [self::note(3, 7, $text)];
        self::$bridge->script([]);
        self::submit(self::NOTES, ['action' => 'scrub_notes', 'confirmed' => '1']);
        self::assertSame([$expected ?? $text], Host::notesOf(7));
        self::assertSame([], SecretNotes::find());
    }

    public function testNotesAreListedWithoutTheirSecrets(): void
    {
        Host::$notes = [self::guide(3, 7), self::note(4, 7, 'Pays late'), self::guide(5, 8)];
        self::$bridge->script([]);
        $html = self::visit(self::NOTES);
        self::assertStringContainsString('Notes with secret keys: 2.', self::text($html));
        self::assertSame('3 | 5', self::text($html, '//tbody/tr/th'));
        self::assertStringContainsString(self::KEY, self::text($html));
        self::assertStringContainsString('clientsnotes.php?userid=8', $html);
        self::assertStringNotContainsString(self::SECRET, $html);
        self::assertSame([], self::calls());
    }

    public function testNothingIsChangedBeforeTheQuestionIsAnswered(): void
    {
        Host::$notes = $before = [self::guide(3, 7), self::guide(5, 8)];
        self::$bridge->script([]);
        [$next, $html] = self::submit(self::NOTES, ['action' => 'scrub_notes']);
        self::assertNull($next);
        self::assertSame($before, Host::$notes);
        self::assertStringContainsString('Notes whose secret keys will be replaced: 2.', self::text($html));
        self::assertStringContainsString(
            'Note 5 of client #8 will read: AWSSecretAccessKey: ' . self::GONE,
            self::text($html)
        );
        self::assertStringNotContainsString(self::SECRET, $html);

        [$next] = self::submit(self::NOTES, ['action' => 'scrub_notes', 'confirmed' => '1']);
        self::assertStringEndsWith('page=notes', (string) $next);
        self::assertSame([], SecretNotes::find());
        self::assertSame(
            'ostor: admin ' . self::ADMIN . ': Notes whose secret keys were removed: 2 (3, 5). Notes that had changed meanwhile'
            . ' and stayed as they are: 0.',
            Host::$activityLog[0][0]
        );
    }

    public function testOneNoteAlone(): void
    {
        Host::$notes = [self::guide(3, 7), self::guide(5, 8)];
        self::$bridge->script([]);
        [, $html] = self::submit(self::NOTES, ['action' => 'scrub_notes', 'note' => '5']);
        self::assertStringContainsString('will be replaced: 1.', self::text($html));
        self::submit(self::NOTES, ['action' => 'scrub_notes', 'note' => '5', 'confirmed' => '1']);
        self::assertSame([3], array_keys(SecretNotes::find()));
        [, $html] = self::submit(self::NOTES, ['action' => 'scrub_notes', 'note' => '5', 'confirmed' => '1']);
        self::assertStringContainsString('There is no such note with a secret key any more.', self::text($html));
        self::assertSame([3], array_keys(SecretNotes::find()));
    }

    public function testANoteThatChangedMeanwhileStays(): void
    {
        Host::$notes = [self::guide(3, 7)];
        $found = SecretNotes::find()[3];
        Host::$notes[0]['note'] .= "\nLeft us.";
        self::assertFalse(SecretNotes::scrub(3, $found));
        self::assertStringContainsString(self::SECRET, Host::$notes[0]['note']);
    }

    public function testManyNotesArePreviewedInPart(): void
    {
        Host::$notes = array_map(static function (int $id): array {
            return self::guide($id, 7);
        }, range(1, 25));
        self::$bridge->script([]);
        [, $html] = self::submit(self::NOTES, ['action' => 'scrub_notes']);
        self::assertStringContainsString('And 5 notes more.', self::text($html));
    }

    /**
     * @return array{id: int, userid: int, created: string, note: string}
     */
    private static function guide(int $id, int $client): array
    {
        return self::note($id, $client, 'UserId: ' . self::USER . "\nAWSAccessKeyId: " . self::KEY
            . "\nAWSSecretAccessKey: " . self::SECRET);
    }

    /**
     * @return array{id: int, userid: int, created: string, note: string}
     */
    private static function note(int $id, int $client, string $text): array
    {
        return ['id' => $id, 'userid' => $client, 'created' => '2026-11-22 10:00:00', 'note' => $text];
    }
}

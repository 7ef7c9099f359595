<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use WHMCS\Module\Server\Ostor\Tests\Support\BridgeTestCase;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;

/**
 * Where results are kept: service properties and the client's note.
 */
final class StoringTest extends BridgeTestCase
{
    private const NOTE = "Object storage service #42:\nS3 user ID: 0123456789abcdef\n"
        . "Access key ID: 0123456789abcdefXY7Z\nEndpoint: https://s3.example.com";

    public function testCredentialsAreStoredInOrder(): void
    {
        $params = self::serviceParams();
        self::assertSame('success', self::create($params));
        self::assertSame([
            'Username' => self::USER,
            'Password' => self::SECRET_KEY,
            'Access Key ID' => self::KEY,
        ], $params['model']->serviceProperties->saved);
    }

    public function testModelThatAnswersThroughMagicProperties(): void
    {
        $inner = self::serviceParams()['model'];
        $model = new class ($inner) {
            /** @var object */
            private $inner;

            public function __construct(object $inner)
            {
                $this->inner = $inner;
            }

            public function __get(string $name)
            {
                return $this->inner->$name;
            }
        };
        self::assertSame('success', self::create(self::serviceParams(['model' => $model])));
        self::assertSame(self::USER, $inner->serviceProperties->saved['Username']);
    }

    public function testFailureToStoreIsNoSuccessAndCanBeRepeated(): void
    {
        $params = self::serviceParams();
        $params['model']->serviceProperties->failure = new \RuntimeException('update set x = ' . self::SECRET_KEY);
        $text = self::create($params);
        self::assertStringContainsString('S3 user 0123456789abcdef exists, but WHMCS could not store', $text);
        self::assertStringNotContainsString(self::SECRET_KEY, html_entity_decode($text, ENT_QUOTES));
        self::assertSame([], Host::$notes);

        $params['model']->serviceProperties->failure = null;
        self::assertSame('success', self::create($params));
        self::assertSame([self::NOTE], Host::notesOf(7));
    }

    /**
     * @return array<string, array{0: string, 1: string[]}>
     */
    public static function noteModes(): array
    {
        $full = str_replace("\nEndpoint", "\nSecret access key: " . self::SECRET_KEY . "\nEndpoint", self::NOTE);

        return [
            'off' => ['off', []],
            'ids' => ['ids', [self::NOTE]],
            'full' => ['full', [$full]],
            'not set' => ['', [self::NOTE]],
        ];
    }

    /**
     * @dataProvider noteModes
     */
    public function testNoteMode(string $mode, array $notes): void
    {
        self::assertSame('success', self::create(self::serviceParams(['configoption9' => $mode])));
        self::assertSame($notes, Host::notesOf(7));
        self::assertSame([], Host::$activityLog);
    }

    /**
     * Custom fields belong to a product, so an upgrade to another one loses the property.
     */
    public function testChangePackageStoresTheAccessKeyIdAgainAndNothingElse(): void
    {
        $params = self::serviceParams();
        self::$bridge->script([self::result(['plan' => (object) [], 'access_key_id' => self::KEY])]);
        self::assertSame('success', ostor_ChangePackage($params));
        self::assertSame(['Access Key ID' => self::KEY], $params['model']->serviceProperties->saved);
    }

    /**
     * After a rotation the bridge's record may name the pair before, whose secret WHMCS no longer has.
     */
    public function testChangePackageLeavesAnAccessKeyIdThatIsStored(): void
    {
        $params = self::serviceParams();
        $params['model']->serviceProperties->saved = ['Access Key ID' => 'ROTATED'];
        self::$bridge->script([self::result(['plan' => (object) [], 'access_key_id' => self::KEY])]);
        self::assertSame('success', ostor_ChangePackage($params));
        self::assertSame(['Access Key ID' => 'ROTATED'], $params['model']->serviceProperties->saved);
    }

    public function testChangePackageTellsWhenThePropertyCannotBeRead(): void
    {
        $params = self::serviceParams();
        $params['model']->serviceProperties->failure = new \RuntimeException('no database');
        self::$bridge->script([self::result(['plan' => (object) [], 'access_key_id' => self::KEY])]);
        self::assertStringContainsString('could not store its credentials: no database', ostor_ChangePackage($params));
    }

    public function testRepeatedCreateKeepsOneNoteAndAnAdminsEdit(): void
    {
        self::create(self::serviceParams());
        Host::$notes[0]['note'] .= "\nCalled him about the invoice.";
        self::create(self::serviceParams());
        self::assertSame([self::NOTE . "\nCalled him about the invoice."], Host::notesOf(7));
    }

    public function testNoteAboutAnOldKeyIsReplaced(): void
    {
        self::create(self::serviceParams());
        self::create(self::serviceParams(), ['access_key_id' => '0123456789abcdefNEW1']);
        self::assertSame([str_replace('XY7Z', 'NEW1', self::NOTE)], Host::notesOf(7));
    }

    public function testTerminateRemovesTheNoteOfThisServiceOnly(): void
    {
        $others = [
            ['userid' => 7, 'note' => 'Object storage service #4: other'],
            ['userid' => 7, 'note' => 'Object storage service #421: other'],
            ['userid' => 7, 'note' => 'About Object storage service #42: called'],
            ['userid' => 8, 'note' => 'Object storage service #42: other client'],
        ];
        Host::$notes = $others;
        self::create(self::serviceParams());
        self::assertCount(5, Host::$notes);

        self::$bridge->script([self::result(['state' => 'deleted'])]);
        self::assertSame('success', ostor_TerminateAccount(self::serviceParams(['configoption9' => 'off'])));
        self::assertSame($others, Host::$notes);
    }

    public function testFailedTerminateKeepsTheNote(): void
    {
        self::create(self::serviceParams());
        self::$bridge->script([self::error('There are buckets.', ['reason' => 'not_empty'])]);
        self::assertNotSame('success', ostor_TerminateAccount(self::serviceParams()));
        self::assertSame([self::NOTE], Host::notesOf(7));
    }

    public function testNoteThatCannotBeWrittenIsLoggedOnly(): void
    {
        Host::$noteAnswer = ['result' => 'error', 'message' => 'Client ID not found ' . self::SECRET_KEY];
        self::assertSame('success', self::create(self::serviceParams()));
        self::assertSame([[
            'ostor: the client note of service 42 was not written: AddClientNote: Client ID not found ***',
            7,
        ]], Host::$activityLog);
    }

    public function testNoteThatCannotBeRemovedIsLoggedOnly(): void
    {
        Host::$databaseFailure = new \PDOException('server has gone away');
        self::$bridge->script([self::result(['state' => 'deleted'])]);
        self::assertSame('success', ostor_TerminateAccount(self::serviceParams()));
        self::assertSame([[
            'ostor: the client note of service 42 was not removed: server has gone away',
            7,
        ]], Host::$activityLog);
    }

    /**
     * @param array<string, mixed> $params
     * @param array<string, mixed> $answer
     */
    private static function create(array $params, array $answer = []): string
    {
        self::$bridge->script([self::result($answer + self::ACCOUNT)]);

        return ostor_CreateAccount($params);
    }
}

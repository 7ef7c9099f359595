<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests\Support;

/**
 * What the stand-in host has recorded and holds; emptied before every test.
 */
final class Host
{
    private const EMPTY_TABLES = [
        'tblservers' => [], 'tblproducts' => [], 'tblclients' => [], 'tbladmins' => [], 'tbladdonmodules' => [],
        'tblconfiguration' => [], 'tblservergroupsrel' => [], 'tblcustomfields' => [], 'tblcustomfieldsvalues' => [],
        'tblactivitylog' => [], 'tblusers' => [], 'tblusers_clients' => [],
    ];

    /** @var array<int, array<int, mixed>> arguments of every logModuleCall */
    public static $moduleLog = [];

    /** @var array<int, array{0: string, 1: int}> */
    public static $activityLog = [];

    /** @var array<int, array{id: int, userid: int, note: string}> rows of tblnotes */
    public static $notes = [];

    /** @var array<string, mixed> answer of localAPI; 'success' adds the note */
    public static $noteAnswer = ['result' => 'success'];

    /** @var array<int, array<string, mixed>> what SendEmail got, and how many updates there had been by then */
    public static $mails = [];

    /** @var array<string, mixed> answer of SendEmail */
    public static $mailAnswer = ['result' => 'success'];

    /** @var array<int, array{0: string, 1: array<string, mixed>}> commands of localAPI about services */
    public static $commands = [];

    /** @var array<string, mixed> their answer */
    public static $commandAnswer = ['result' => 'success'];

    /** @var array<int, ServiceProperties> what is stored for services, by number */
    public static $properties = [];

    /** @var int|null the client in whose name somebody is logged in */
    public static $visitor = null;

    /** @var array<int, array{id: int, server: int, username: string}> rows of tblhosting */
    public static $services = [];

    /** @var array<string, array<int, array<string, mixed>>> rows of the other tables the module may look into */
    public static $tables = self::EMPTY_TABLES;

    /** @var array<string, callable[]> what hook files registered; they are loaded once, so this stays */
    public static $hooks = [];

    /** @var string the CSRF token that is good */
    public static $token = 'good-token';

    /** @var array<int, array{0: string, 1: array<int, mixed>}> SQL and bindings of every update, the failed included */
    public static $updates = [];

    /** @var \Throwable|null thrown by every database query */
    public static $databaseFailure = null;

    /** @var \Throwable|null thrown by both logs */
    public static $logFailure = null;

    public static function reset(): void
    {
        self::$moduleLog = [];
        self::$activityLog = [];
        self::$notes = [];
        self::$noteAnswer = ['result' => 'success'];
        self::$mails = [];
        self::$mailAnswer = ['result' => 'success'];
        self::$commands = [];
        self::$commandAnswer = ['result' => 'success'];
        self::$properties = [];
        self::$visitor = null;
        self::$services = [];
        self::$tables = self::EMPTY_TABLES;
        self::$updates = [];
        self::$databaseFailure = null;
        self::$logFailure = null;
    }

    /**
     * The notes' texts of one client.
     *
     * @return string[]
     */
    public static function notesOf(int $clientId): array
    {
        return array_values(array_column(array_filter(self::$notes, static function (array $row) use ($clientId): bool {
            return $row['userid'] === $clientId;
        }), 'note'));
    }
}

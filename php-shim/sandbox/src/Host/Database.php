<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use PDO;
use PDOException;
use WHMCS\Database\Capsule;
use WhmcsSandbox\Refusal;

/** Connects the genuine Capsule to a MariaDB reached through a unix socket. */
final class Database
{
    public function __construct(private readonly string $socket, private readonly string $name)
    {
        if (!preg_match('/^[A-Za-z][A-Za-z0-9_]{0,62}$/', $name)) {
            throw new Refusal("The database name '$name' may hold letters, digits and underscores only.");
        }
    }

    /** Makes this database the one behind Capsule and Eloquent. */
    public function connect(): void
    {
        $capsule = new Capsule();
        $capsule->addConnection([
            'driver' => 'mysql',
            'unix_socket' => $this->socket,
            'host' => 'localhost',
            'database' => $this->name,
            'username' => 'root',
            'password' => '',
            'charset' => 'utf8mb4',
            'collation' => 'utf8mb4_unicode_ci',
            'modes' => [],
        ]);
        $capsule->setAsGlobal();
        $capsule->bootEloquent();
    }

    /** Refuses with a sentence unless the schema is there. */
    public function requireInstalled(): void
    {
        $found = $this->server()->query(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '{$this->name}' AND table_name = 'tblhosting'"
        );
        if ((int) $found->fetchColumn() === 0) {
            throw new Refusal("The database {$this->name} holds no sandbox yet; run `whmcs install` first.");
        }
    }

    /** Drops the database when it exists and creates it anew with the schema. */
    public function recreate(): void
    {
        $server = $this->server();
        $server->exec("DROP DATABASE IF EXISTS `{$this->name}`");
        $server->exec("CREATE DATABASE `{$this->name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
        $server->exec("USE `{$this->name}`");
        foreach (explode(";\n", file_get_contents(__DIR__ . '/../../schema.sql')) as $statement) {
            if (trim($statement) !== '') {
                $server->exec($statement);
            }
        }
    }

    private function server(): PDO
    {
        try {
            return new PDO("mysql:unix_socket={$this->socket};charset=utf8mb4", 'root', '', [
                PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            ]);
        } catch (PDOException $e) {
            throw new Refusal(
                "No MariaDB answers on the socket {$this->socket} ({$e->getMessage()}); start one with `mariadb start DIR`."
            );
        }
    }
}

<?php

declare(strict_types=1);

namespace WhmcsSandbox\Cli;

use WhmcsSandbox\Host\Host;
use WhmcsSandbox\Refusal;

/** `whmcs edit`: a client's profile, or a log-in, gets another e-mail address. */
final class EditCommand
{
    public function __construct(private readonly Host $host)
    {
    }

    public function run(Arguments $arguments): Report
    {
        if ($arguments->has('client') === $arguments->has('user') || !$arguments->has('email')) {
            throw new UsageError('Say whose address is to change, --client N or --user N, and --email to what.');
        }
        $email = $arguments->text('email');
        $answer = $arguments->has('client')
            ? $this->host->api->call('UpdateClient', ['clientid' => $arguments->id('client'), 'email' => $email])
            : $this->host->api->call('UpdateUser', ['user_id' => $arguments->id('user'), 'email' => $email]);
        if ($answer['result'] !== 'success') {
            throw new Refusal($answer['message']);
        }
        return new Report(['email' => $email], ["The address is $email now."]);
    }
}

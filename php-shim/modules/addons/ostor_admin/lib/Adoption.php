<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Command;
use WHMCS\Module\Server\Ostor\Credentials;
use WHMCS\Module\Server\Ostor\Failure;
use WHMCS\Module\Server\Ostor\Params;
use WHMCS\Service\Service;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Takes users over: the bridge records whose they are, and WHMCS stores what Create would have stored. Nothing changes
 * at the gateway, and no key is made.
 */
final class Adoption
{
    /** Services and seconds of one form: no request runs for minutes. */
    private const AT_ONCE = 100;
    private const SECONDS = 15;

    /** Failures after which a form stops: then it is hardly the services' fault. */
    private const MOST_PROBLEMS = 5;

    /** What an answer must hold. A user without a key pair comes without one. */
    private const ANSWER = ['user_id' => 'string', 'state' => 'string'];

    /**
     * One service and the user that the form names.
     */
    public static function one(View $view): Outcome
    {
        $number = Services::number($view->request->filled('service', 18));
        $userId = $view->request->filled('user_id', 64);
        if (!Params::isUserId($userId)) {
            throw new Failure(Texts::text('user_id_wrong', $userId));
        }
        $service = Services::adoptableOne($view->cluster, $number);
        $former = $view->request->field('from', 18);
        $former = $former === '' ? null : Services::number($former);
        $members = ['user_id' => 'string', 'email' => 'string'];
        $user = $view->cluster->ask('users.get', ['user_id' => $userId], $members)();
        $seen = $view->request->field('identity', Actions::LONGEST_EMAIL);
        if ($seen !== '' && $seen !== $user['email']) {
            throw new Failure(Texts::text('identity_other', $userId, $user['email'], $seen));
        }
        if (!$view->request->isConfirmed()) {
            return Outcome::question(Texts::text('confirm_adopt', $userId, $user['email'], $number), [
                Texts::text('adopt_client', $service['client'], $service['evidence']['email']),
                Texts::text('adopt_stores'),
                Texts::text('adopt_leaves'),
                ...$former === null ? [] : [Texts::text('adopt_former', $former)],
            ]);
        }
        self::adopt($view, $service, $userId, $user['email'], $former);

        return Outcome::done(Texts::text('done_adopt', $userId, $user['email'], $number));
    }

    /**
     * All services with a match, as many as one form may take.
     */
    public static function all(View $view): Outcome
    {
        $plan = new AdoptionPlan($view->cluster);
        if (!$view->request->isConfirmed()) {
            return Outcome::question(
                Texts::text('confirm_adopt_all', count($plan->open())),
                [Texts::text('adopt_stores'), Texts::text('adopt_leaves')]
            );
        }
        $last = (int) $view->request->field('after', 18);
        $deadline = time() + self::SECONDS;
        $done = 0;
        $problems = [];
        foreach (array_slice($plan->openAfter($last), 0, self::AT_ONCE, true) as $number => $match) {
            try {
                $user = View::name($match['user_id'] ?? null);
                $former = is_int($match['from_service_id'] ?? null) ? $match['from_service_id'] : null;
                self::adopt($view, $plan->service($number), $user, View::name($match['identity'] ?? null), $former);
                $done++;
            } catch (\Throwable $problem) {
                $problems[] = Texts::text('adopt_failed', $number, Command::sentence($problem, $view->log));
            }
            $last = $number;
            if (time() >= $deadline || count($problems) >= self::MOST_PROBLEMS) {
                break;
            }
        }
        $left = count($plan->openAfter($last));
        $sentence = Texts::text('done_adopt_all', $done, $left, count($problems));

        return Outcome::done(
            implode(' ', array_merge([$sentence], $problems)),
            $view->address('adopt', ['run' => 1, 'after' => $left > 0 ? $last : null])
        );
    }

    /**
     * @param array<string, mixed> $service of Services::adoptable()
     * @param string $identity the user's address at the gateway, which must still be its own
     * @param int|null $former the service whose it is by the bridge's records, where WHMCS has that no more
     */
    private static function adopt(View $view, array $service, string $userId, string $identity, ?int $former): void
    {
        if ($former !== null && Services::isThere($former)) {
            throw new Failure(Texts::text('former_service_there', $former));
        }
        $model = class_exists(Service::class) ? Service::find($service['id']) : null;
        if ($model === null) {
            throw new Failure(Texts::text('service_gone', $service['id']));
        }
        $account = $view->cluster->change('adoption.apply', [
            'service_id' => $service['id'],
            'client_id' => $service['client'],
            'user_id' => $userId,
            'identity' => $identity,
            'email' => $service['evidence']['email'],
        ] + ($former === null ? [] : ['from_service_id' => $former]), self::ANSWER);
        if ($service['server'] === 0) {
            self::assignServer($view, $service['id']);
        }
        if (!is_string($account['access_key_id'] ?? null) || !is_string($account['secret_access_key'] ?? null)) {
            Credentials::save($model->serviceProperties, ['Username' => $account['user_id']], $account['user_id']);
            throw new Failure(Texts::text('adopted_without_key', $account['user_id']));
        }
        Credentials::store($model->serviceProperties, $account);
    }

    /**
     * A service of a product that had another module has no server; without one WHMCS cannot run its commands.
     */
    private static function assignServer(View $view, int $service): void
    {
        $answer = \localAPI('UpdateClientProduct', [
            'serviceid' => $service,
            'serverid' => $view->cluster->serverId(),
        ]);
        if (($answer['result'] ?? '') !== 'success') {
            $reason = $answer['message'] ?? '';
            throw new Failure(Texts::text('server_not_stored', is_string($reason) ? Params::decode($reason) : ''));
        }
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor;

use WHMCS\Module\Server\CustomAction;
use WHMCS\Module\Server\CustomActionCollection;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The ways WHMCS offers to the customer's pages: the sidebar of the service, and its action on the home page.
 */
final class ClientMenu
{
    /** WHMCS's own panel of the service's page. */
    private const PANEL = 'Service Details Overview';

    /** Icons of Font Awesome, which all themes have. */
    private const ICONS = [
        ClientPages::KEYS => 'fa-key',
        ClientPages::CONNECT => 'fa-plug',
        ClientPages::USAGE => 'fa-chart-bar',
    ];

    /**
     * Adds the pages to the sidebar of a service of this module.
     *
     * @param mixed $sidebar as WHMCS hands it over
     */
    public static function sidebar($sidebar): void
    {
        try {
            // The forms of the pages name the service in their fields.
            $sent = $_GET + $_POST;
            $id = ClientPages::text($sent, 'id');
            $isDetails = ClientPages::text($sent, 'action') === 'productdetails';
            $panel = is_object($sidebar) && $isDetails ? $sidebar->getChild(self::PANEL) : null;
            if ($panel === null || preg_match('/^[1-9][0-9]{0,9}$/D', $id) !== 1) {
                return;
            }
            $service = Whmcs::service((int) $id);
            if ($service === null || $service['client'] !== Whmcs::visitor() || !Whmcs::sells($service['product'])) {
                return;
            }
            // Before there is an S3 user the pages have nothing to show.
            if (!Params::isUserId($service['username'])) {
                return;
            }
            $wording = Wording::ofVisitor();
            $order = 50;
            foreach (self::ICONS as $page => $icon) {
                $panel->addChild('ostor ' . $page, [
                    'label' => Html::escape($wording->text('page_' . $page)),
                    'uri' => ClientPages::address((int) $id, $page),
                    'icon' => $icon,
                    'order' => $order++,
                ]);
            }
        } catch (\Throwable $problem) {
            // WHMCS's page must not break; the pages have a menu of their own.
            return;
        }
    }

    /**
     * @param array<string, mixed> $params
     * @return object|array<int, mixed> what WHMCS 8.5 and later take; empty before
     */
    public static function actions(array $params)
    {
        if (!class_exists(CustomActionCollection::class)) {
            return [];
        }
        $actions = new CustomActionCollection();
        $view = new Params($params);
        try {
            if ($view->userId() !== null) {
                $label = Wording::ofVisitor()->text('action_keys');
                $go = [self::class, 'goToKeys'];
                $actions->add(CustomAction::factory('ostorKeys', $label, $go, [$view->serviceId()]));
            }
        } catch (Failure $failure) {
            // Without a service there is nowhere to go.
            return $actions;
        }

        return $actions;
    }

    /**
     * @param int $serviceId of the action's own parameters
     * @return array{success: bool, redirectTo?: string, errorMsg?: string}
     */
    public static function goToKeys(int $serviceId): array
    {
        try {
            return [
                'success' => true,
                'redirectTo' => Whmcs::address() . ClientPages::address($serviceId, ClientPages::KEYS),
            ];
        } catch (\Throwable $problem) {
            return ['success' => false, 'errorMsg' => Command::sentence($problem, new ModuleLog([]))];
        }
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\OstorAdmin;

use WHMCS\Module\Server\Ostor\Command;
use WHMCS\Module\Server\Ostor\Html;
use WHMCS\Module\Server\Ostor\Links;
use WHMCS\Module\Server\Ostor\Markup;
use WHMCS\Module\Server\Ostor\ModuleLog;
use WHMCS\Module\Server\Ostor\Whmcs;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What every page is made of: the request, the cluster it is about, and the pieces pages have in common.
 */
final class View
{
    /** Lines of a list on one page. */
    public const LINES = 100;

    /** Bytes of a list's cursor. */
    private const LONGEST_CURSOR = 1000;

    /** @var Request */
    public $request;

    /** @var Cluster */
    public $cluster;

    /** @var ModuleLog */
    public $log;

    public function __construct(Request $request, Cluster $cluster, ModuleLog $log)
    {
        $this->request = $request;
        $this->cluster = $cluster;
        $this->log = $log;
    }

    /**
     * Address of a page of this cluster.
     *
     * @param array<string, string|int|null> $arguments
     */
    public function address(string $page, array $arguments = []): string
    {
        return Links::addon($this->cluster->serverId(), $page, $arguments);
    }

    /**
     * @param array<string, string|int|null> $arguments
     * @param string|Markup $text
     */
    public function link(string $page, array $arguments, $text): Markup
    {
        return Markup::tag('a', ['href' => $this->address($page, $arguments)], $text);
    }

    /**
     * A part of a page with its heading. When it cannot be had, a sentence stands in its place and the rest is shown.
     *
     * @param callable(): mixed $content returns what Markup::join() takes
     */
    public function section(string $title, callable $content): Markup
    {
        return Markup::tag(
            'div',
            ['class' => 'panel panel-default'],
            Markup::tag('div', ['class' => 'panel-heading'], Markup::tag('h2', ['class' => 'panel-title'], $title)),
            Markup::tag('div', ['class' => 'panel-body'], $this->attempt($content))
        );
    }

    /**
     * A piece of a page, or the sentence why it cannot be had.
     *
     * @param callable(): mixed $content returns what Markup::join() takes
     */
    public function attempt(callable $content): Markup
    {
        try {
            return Markup::join($content());
        } catch (\Throwable $problem) {
            return self::alert('danger', Command::sentence($problem, $this->log));
        }
    }

    /**
     * @param string $kind Bootstrap's: success, info, warning, danger
     */
    public static function alert(string $kind, string $sentence): Markup
    {
        return Markup::tag('div', [
            'class' => 'alert alert-' . $kind,
            'role' => $kind === 'danger' ? 'alert' : 'status',
        ], $sentence);
    }

    /**
     * Names and values below each other.
     *
     * @param array<string, string|Markup> $values
     */
    public static function facts(array $values): Markup
    {
        $rows = [];
        foreach ($values as $name => $value) {
            $rows[] = Markup::tag(
                'tr',
                [],
                Markup::tag('th', ['scope' => 'row', 'style' => Html::NAME], $name),
                // As wide as an ID or a date: only what is longer is broken, where there is no room.
                Markup::tag('td', [
                    'style' => 'white-space: normal; overflow-wrap: anywhere; min-width: 12em',
                ], $value)
            );
        }
        $body = Markup::tag('tbody', [], $rows);

        return Markup::tag(
            'div',
            ['class' => 'table-responsive'],
            Markup::tag('table', ['class' => 'table table-condensed'], $body)
        );
    }

    /**
     * A list, or a sentence when it is empty.
     *
     * @param array<string|Markup> $head
     * @param array<int, array<string|Markup>> $rows
     */
    public static function list(array $head, array $rows): Markup
    {
        return $rows === [] ? Markup::tag('p', [], Texts::text('list_empty')) : Html::table($head, $rows);
    }

    /**
     * Which part of a list the address asks for, as the bridge takes it.
     *
     * @return array<string, string|int>
     */
    public function paging(): array
    {
        $cursor = $this->request->query('cursor', self::LONGEST_CURSOR);

        return ['limit' => self::LINES] + ($cursor === '' ? [] : ['cursor' => $cursor]);
    }

    /**
     * The way to the next and the first part of a list.
     *
     * @param array<string, string|int|null> $arguments of this list's address, without the cursor
     * @param array<string, mixed> $result of the list
     */
    public function pager(string $page, array $arguments, array $result): Markup
    {
        $cursor = $result['next_cursor'] ?? null;
        $items = [];
        if ($this->request->query('cursor', self::LONGEST_CURSOR) !== '') {
            $items[] = Markup::tag('li', [], $this->link($page, $arguments, Texts::text('page_first')));
        }
        if (is_string($cursor) && $cursor !== '') {
            $next = $this->link($page, $arguments + ['cursor' => $cursor], Texts::text('page_next'));
            $items[] = Markup::tag('li', [], ' ', $next);
        }
        if ($items === []) {
            return Markup::join();
        }
        $list = Markup::tag('ul', ['class' => 'pager'], $items);

        return Markup::tag('nav', ['aria-label' => Texts::text('pages')], $list);
    }

    /**
     * The WHMCS service a user or bucket belongs to, linked when it is one of this WHMCS.
     *
     * @param mixed $service
     * @return string|Markup
     */
    public function service($service)
    {
        $id = is_array($service) ? $service['service_id'] ?? null : null;
        if (!is_int($id)) {
            return Texts::text('service_none');
        }
        $client = self::name($service['client'] ?? null);
        $state = Units::text($service['state'] ?? null);
        if ($client !== $this->cluster->client()) {
            return Texts::text('service_elsewhere', $id, $client, $state);
        }
        $text = Texts::text('service_here', $id, $state);
        $owner = is_int($service['client_id'] ?? null) ? $service['client_id'] : Whmcs::clientOf($id);

        return $owner === null ? $text : Markup::tag('a', ['href' => Links::service($owner, $id)], $text);
    }

    /**
     * A service of this WHMCS by its number, linked where it is there.
     *
     * @return string|Markup
     */
    public function serviceLink(int $service)
    {
        $owner = Whmcs::clientOf($service);
        $text = Texts::text('service_number', $service);

        return $owner === null ? $text : Markup::tag('a', ['href' => Links::service($owner, $service)], $text);
    }

    /**
     * @param mixed $userId
     * @return string|Markup
     */
    public function user($userId, string $text)
    {
        return is_string($userId) && $userId !== '' ? $this->link('user', ['user' => $userId], $text) : $text;
    }

    /**
     * The members of an answer's list that are what they should be.
     *
     * @param mixed $list
     * @return array<int, array<string, mixed>>
     */
    public static function items($list): array
    {
        return array_values(array_filter(is_array($list) ? $list : [], 'is_array'));
    }

    /**
     * A name the bridge sent, '' when it is none.
     *
     * @param mixed $name
     */
    public static function name($name): string
    {
        return is_string($name) ? $name : '';
    }
}

<?php

declare(strict_types=1);

namespace WHMCS\View\Menu;

/** A menu, a panel of a sidebar, or an entry in one. A child that is not there is null. */
class Item
{
    /** @var array<string, self> */
    private array $children = [];

    /** @param array<string, mixed> $attributes label, uri, icon, order */
    public function __construct(private readonly string $name, private array $attributes = [])
    {
    }

    public function getName(): string
    {
        return $this->name;
    }

    public function getChild(string $name): ?self
    {
        return $this->children[$name] ?? null;
    }

    /** @param array<string, mixed> $attributes */
    public function addChild(string $name, array $attributes = []): self
    {
        return $this->children[$name] = new self($name, $attributes);
    }

    public function removeChild(string $name): self
    {
        unset($this->children[$name]);
        return $this;
    }

    /** @return list<self> by their order, those of equal order as they were added */
    public function getChildren(): array
    {
        $children = array_values($this->children);
        usort($children, static fn (self $a, self $b): int => $a->getOrder() <=> $b->getOrder());
        return $children;
    }

    public function hasChildren(): bool
    {
        return $this->children !== [];
    }

    public function getLabel(): string
    {
        return (string) ($this->attributes['label'] ?? $this->name);
    }

    public function setLabel(string $label): self
    {
        $this->attributes['label'] = $label;
        return $this;
    }

    public function getUri(): string
    {
        return (string) ($this->attributes['uri'] ?? '');
    }

    public function setUri(string $uri): self
    {
        $this->attributes['uri'] = $uri;
        return $this;
    }

    public function getIcon(): string
    {
        return (string) ($this->attributes['icon'] ?? '');
    }

    public function setIcon(string $icon): self
    {
        $this->attributes['icon'] = $icon;
        return $this;
    }

    public function getOrder(): int
    {
        return (int) ($this->attributes['order'] ?? 0);
    }

    public function setOrder(int $order): self
    {
        $this->attributes['order'] = $order;
        return $this;
    }
}

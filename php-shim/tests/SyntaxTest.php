<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use PHPUnit\Framework\TestCase;

/**
 * The module must load on PHP 7.4, whatever PHP the tests run on: nothing newer may be used.
 */
final class SyntaxTest extends TestCase
{
    private const NEWER_TOKENS = [
        'T_MATCH', 'T_ENUM', 'T_READONLY', 'T_NULLSAFE_OBJECT_OPERATOR', 'T_ATTRIBUTE',
    ];

    private const NEWER_FUNCTIONS = [
        'array_is_list', 'fdiv', 'fsync', 'get_debug_type', 'get_resource_id', 'json_validate', 'mb_str_pad',
        'preg_last_error_msg', 'str_contains', 'str_ends_with', 'str_starts_with', 'array_find', 'array_any',
        'array_all', 'curl_upkeep',
    ];

    private const NEWER_TYPES = ['mixed', 'never', 'static', 'false', 'true', 'null'];

    /**
     * @return array<string, array{0: string}>
     */
    public static function files(): array
    {
        return ContractTest::files();
    }

    /**
     * @dataProvider files
     */
    public function testFileUsesNoNewerSyntax(string $file): void
    {
        self::assertSame([], self::findings((string) file_get_contents($file)));
    }

    /**
     * @return array<string, array{0: string}>
     */
    public static function newerCode(): array
    {
        return [
            'match' => ['<?php $a = match (1) { default => 2 };'],
            'enum' => ['<?php enum Suit { case Hearts; }'],
            'readonly' => ['<?php class A { public readonly int $b; }'],
            'nullsafe' => ['<?php $a?->b;'],
            'attribute' => ['<?php #[A] function b() {}'],
            'promotion' => ['<?php class A { public function __construct(private int $b) {} }'],
            'named argument' => ['<?php f(1, limit: 2);'],
            'catch without variable' => ['<?php try { f(); } catch (E) { }'],
            'comma after last parameter' => ['<?php function f(int $a, ) { }'],
            'union type' => ['<?php function f(int|string $a) { }'],
            'throw expression' => ['<?php $a = $b ?? throw new E();'],
            'first-class callable' => ['<?php $f = strlen(...);'],
            'newer function' => ['<?php str_contains("a", "b");'],
        ];
    }

    /**
     * @dataProvider newerCode
     */
    public function testNewerSyntaxWouldBeFound(string $code): void
    {
        self::assertNotSame([], self::findings($code));
    }

    public function testSignaturesUseNoNewerTypes(): void
    {
        $checked = 0;
        ostor_MetricProvider([]);
        $modules = dirname(__DIR__) . '/modules';
        $files = array_merge(glob($modules . '/servers/ostor/lib/*.php'), glob($modules . '/addons/ostor_admin/lib/*.php'));
        foreach ($files as $file) {
            $space = strpos($file, '/addons/') === false ? 'Server\Ostor\\' : 'Addon\OstorAdmin\\';
            $class = new \ReflectionClass('WHMCS\Module\\' . $space . basename($file, '.php'));
            foreach ($class->getMethods() as $method) {
                if ($method->getDeclaringClass()->getName() !== $class->getName()) {
                    continue;
                }
                $types = [$method->getReturnType()];
                foreach ($method->getParameters() as $parameter) {
                    $types[] = $parameter->getType();
                }
                foreach (array_filter($types) as $type) {
                    self::assertInstanceOf(\ReflectionNamedType::class, $type, $method->getName());
                    self::assertNotContains($type->getName(), self::NEWER_TYPES, $method->getName());
                    $checked++;
                }
            }
        }
        self::assertGreaterThan(300, $checked);
    }

    /**
     * @return string[]
     */
    private static function findings(string $code): array
    {
        $tokens = array_values(array_filter(\PhpToken::tokenize($code), static function (\PhpToken $token): bool {
            return !$token->isIgnorable();
        }));
        $findings = [];
        $parents = [];
        foreach ($tokens as $i => $token) {
            $next = $tokens[$i + 1]->text ?? '';
            $previous = $tokens[$i - 1]->text ?? '';
            $line = ' in line ' . $token->line;
            if (in_array($token->getTokenName(), self::NEWER_TOKENS, true)) {
                $findings[] = $token->text . $line;
            }
            if ($token->is(T_STRING) && $next === '(' && in_array($token->text, self::NEWER_FUNCTIONS, true)) {
                $findings[] = $token->text . '()' . $line;
            }
            if ($token->is(T_STRING) && $next === ':' && in_array($previous, ['(', ','], true)) {
                $findings[] = 'named argument' . $line;
            }
            if ($token->is([T_PUBLIC, T_PROTECTED, T_PRIVATE]) && $parents !== []) {
                $findings[] = 'promoted parameter' . $line;
            }
            if ($token->is(T_THROW) && !in_array($previous, [';', '{', '}', ')', ':'], true)) {
                $findings[] = 'throw expression' . $line;
            }
            if ($token->text === '|' && end($parents) === 'function') {
                $findings[] = 'union type' . $line;
            }
            if ($token->text === '...' && $previous === '(' && $next === ')') {
                $findings[] = 'first-class callable' . $line;
            }
            if ($token->text === '(') {
                $before = $tokens[$i - 2] ?? null;
                $isFunction = in_array($previous, ['function', 'fn'], true)
                    || ($before !== null && $before->is([T_FUNCTION, T_FN]));
                $parents[] = $isFunction ? 'function' : strtolower($previous);
            }
            if ($token->text === ')') {
                $parent = array_pop($parents);
                if ($parent === 'function' && $previous === ',') {
                    $findings[] = 'comma after last parameter' . $line;
                }
                if ($parent === 'catch' && !$tokens[$i - 1]->is(T_VARIABLE)) {
                    $findings[] = 'catch without variable' . $line;
                }
            }
        }

        return $findings;
    }
}

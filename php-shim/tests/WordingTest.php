<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Ostor\Tests;

use PHPUnit\Framework\TestCase;
use WHMCS\Module\Server\Ostor\ClientPages;
use WHMCS\Module\Server\Ostor\Figures;
use WHMCS\Module\Server\Ostor\Snippets;
use WHMCS\Module\Server\Ostor\Svg;
use WHMCS\Module\Server\Ostor\Tests\Support\Host;
use WHMCS\Module\Server\Ostor\Wording;

/**
 * Texts of customers: every one used, none missing, in the customer's language; templates that escape; drawings and
 * settings of apps that are what they claim to be.
 */
final class WordingTest extends TestCase
{
    private const DIR = __DIR__ . '/../modules/servers/ostor';

    /** What templates print as it is: files of the module itself, and charts that went through Svg. */
    private const RAW = ['ostor.style', 'ostor.script', 'chart.svg'];

    /** Keys put together: beginning => ends. */
    private const COMPOSED = [
        'page' => ClientPages::MENU,
        'state' => [
            'active', 'pending', 'suspended', 'deleting', 'retained', 'ended', 'active_text', 'pending_text',
            'suspended_text', 'suspended_reason_text', 'deleting_text', 'retained_text', 'ended_text',
        ],
        'requests' => ['put', 'get', 'list', 'other'],
        'chart' => ['days_stored', 'days_downloaded', 'months_stored', 'months_downloaded'],
        'column' => ['stored', 'downloaded'],
        'ask' => ['revoke', 'delete', 'revoke_consequence', 'delete_consequence'],
        'button' => ['revoke', 'delete'],
        'error' => [
            'account_suspended', 'key_limit', 'key_in_use', 'sub_account_limit', 'sub_account_exists',
            'sub_account_unknown', 'invalid_params', 'busy',
        ],
    ];

    /** @var string[] language files made by a test */
    private $made = [];

    protected function tearDown(): void
    {
        array_map('unlink', $this->made);
        if ($this->made !== []) {
            @rmdir(self::DIR . '/lang/overrides');
        }
        $_SESSION = [];
        Host::reset();
    }

    public function testEveryTextIsUsedAndEveryUsedTextExists(): void
    {
        $code = implode('', array_map('file_get_contents', glob(self::DIR . '/lib/*.php')));
        $templates = implode('', array_map('file_get_contents', glob(self::DIR . '/templates/*.tpl')));
        preg_match_all("/wording->text\(\s*'(\w+)'|wording->text\([^'?]*\?\s*'(\w+)'\s*:\s*'(\w+)'/", $code, $found);
        preg_match_all("/ClientRefusal\('(\w+)'|'done' => '(\w+)'/", $code, $thrown);
        preg_match_all('/ostor\.t\.(\w+)/', $templates, $shown);
        $used = array_merge($found[1], $found[2], $found[3], $thrown[1], $thrown[2], $shown[1]);
        preg_match_all("/Wording::ofVisitor\([^;]*?\)->text\('(\w+)'/", $code, $others);
        $used = array_merge($used, $others[1]);
        foreach (self::COMPOSED as $stem => $ends) {
            self::assertStringContainsString("'" . $stem . "_' . ", $code, $stem);
            foreach ($ends as $end) {
                $used[] = $stem . '_' . $end;
            }
        }
        $used = array_filter($used, static function (string $key): bool {
            return $key !== '' && substr($key, -1) !== '_';
        });
        $known = array_keys((new Wording('english'))->all());
        self::assertGreaterThan(110, count($known));
        self::assertSame([], array_values(array_diff($used, $known)), 'missing');
        self::assertSame([], array_values(array_diff($known, $used)), 'unused');
    }

    /**
     * @return array<string, array{0: string}>
     */
    public static function languages(): array
    {
        $cases = [];
        foreach (glob(self::DIR . '/lang/*.php') as $file) {
            $cases[basename($file, '.php')] = [$file];
        }

        return $cases;
    }

    /**
     * @dataProvider languages
     */
    public function testLanguageHasTheTextsOfEnglishAndTheirPlaces(string $file): void
    {
        $english = self::customers(require self::DIR . '/lang/english.php');
        $texts = self::customers(require $file);
        self::assertSame([], array_keys(array_diff_key($english, $texts)), 'missing');
        self::assertSame([], array_keys(array_diff_key($texts, $english)), 'unknown');
        // Of a key written twice PHP keeps the last without a word.
        preg_match_all("/^    '(client_\w+)' =>/m", (string) file_get_contents($file), $written);
        self::assertSame([], array_keys(array_diff(array_count_values($written[1]), [1])), 'twice');
        self::assertNotSame($texts['client_decimal_point'], $texts['client_thousands_separator']);
        foreach ($texts as $key => $text) {
            self::assertEqualsCanonicalizing(self::placesIn($english[$key]), self::placesIn($text), $key);
            self::assertNotSame('', $text);
            self::assertSame(strip_tags($text), $text);
            self::assertStringNotContainsString('%s', $text);
            self::assertSame(0, preg_match('/ %(?!\{)/', $text), $key . ' would break before %');
        }
        self::assertNotSame(' ', $texts['client_thousands_separator']);
        self::assertMatchesRegularExpression('/^[a-z]{2}(-[A-Z]{2})?$/D', $texts['client_language_code']);
        $sentences = preg_grep('/\.$/D', $texts);
        self::assertSame([], array_keys(array_diff(array_count_values($sentences), [1])), 'one sentence under two keys');
    }

    public function testLanguagesHaveCodesOfTheirOwn(): void
    {
        $codes = [];
        foreach (self::languages() as $name => [$file]) {
            $codes[(require $file)['client_language_code']][] = $name;
        }
        self::assertSame(['ukrainian', 'ukranian'], $codes['uk']);
        unset($codes['uk']);
        self::assertSame([], array_filter($codes, static function (array $names): bool {
            return count($names) > 1;
        }));
        self::assertSame(['german'], $codes['de']);
    }

    /**
     * @dataProvider languages
     */
    public function testTranslationLeavesStaffTextsAlone(string $file): void
    {
        $texts = require $file;
        $isSource = basename($file) === 'english.php';
        self::assertSame($isSource, array_diff_key($texts, self::customers($texts)) !== []);
    }

    public function testFrenchSignsStayWithTheirWord(): void
    {
        foreach (require self::DIR . '/lang/french.php' as $key => $text) {
            self::assertSame(0, preg_match('/ [:;?!%]/', $text), $key . ' would break before a sign');
        }
    }

    public function testOverridesWinAndMissingKeysAreEnglish(): void
    {
        $this->make('klingon', "['client_region' => 'Yoq', 'client_title' => 'x', 'tab_label' => 'staff']");
        $this->make('overrides/klingon', "['client_title' => 'Qap {time}']");
        $this->make('overrides/english', "['client_endpoint' => 'Address']");
        $wording = new Wording('klingon');
        self::assertSame('klingon', $wording->language());
        self::assertSame(
            ['Yoq', 'Qap now', 'Address', 'Buckets'],
            [
                $wording->text('region'), $wording->text('title', ['time' => 'now']), $wording->text('endpoint'),
                $wording->text('buckets'),
            ]
        );
        self::assertArrayNotHasKey('', $wording->all());
        self::assertSame('Address', (new Wording('english'))->text('endpoint'));
        self::assertSame('Object storage', (new Wording('english'))->text('title'));
    }

    public function testBrokenFileCostsNobodyThePage(): void
    {
        foreach (["['client_title' => 'x'", "'text'", "['client_title' => 5]", '$x->y()'] as $content) {
            $this->make('overrides/english', $content);
            self::assertSame('Object storage', (new Wording('english'))->text('title'), $content);
        }
    }

    public function testValuesKeepTheirDirectionInTextsFromRightToLeft(): void
    {
        foreach (['hebrew' => "\u{2068}2031-01-10 09:00\u{2069}", 'klingon' => '2031-01-10 09:00'] as $language => $shown) {
            $this->make('overrides/' . $language, "['client_storage_at' => 'at {time}!']");
            $told = (new Wording($language))->text('storage_at', ['time' => '2031-01-10 09:00']);
            self::assertSame('at ' . $shown . '!', $told);
        }
    }

    public function testLanguageIsTheOneChosenElseTheClients(): void
    {
        $this->make('klingon', '[]');
        $this->make('romulan', '[]');
        Host::$visitor = 7;
        Host::$tables['tblclients'] = [['id' => 7, 'language' => 'Romulan'], ['id' => 8, 'language' => 'klingon']];
        self::assertSame('romulan', Wording::ofVisitor()->language());
        $_SESSION['Language'] = 'klingon';
        self::assertSame('klingon', Wording::ofVisitor()->language());
        foreach (['../../secret', 'Klingon', "klingon\0", 'vulcan', ['klingon']] as $odd) {
            $_SESSION['Language'] = $odd;
            self::assertSame('romulan', Wording::ofVisitor()->language());
        }
        self::assertSame('english', (new Wording('../overrides/klingon'))->language());
        $_SESSION = [];
        Host::$visitor = null;
        self::assertSame('english', Wording::ofVisitor()->language());
        Host::$visitor = 7;
        Host::$databaseFailure = new \RuntimeException('gone');
        self::assertSame('english', Wording::ofVisitor()->language());
    }

    public function testWhoHasChosenNoLanguageReadsThatOfWhmcs(): void
    {
        $this->make('klingon', '[]');
        Host::$tables['tblconfiguration'] = [['setting' => 'Language', 'value' => 'Klingon']];
        self::assertSame('klingon', (new Wording(''))->language());
        self::assertSame('english', (new Wording('vulcan'))->language());
        Host::$databaseFailure = new \RuntimeException('gone');
        self::assertSame('english', (new Wording(''))->language());
    }

    public function testUkrainianGoesByBothItsNames(): void
    {
        self::assertSame((new Wording('ukranian'))->all(), (new Wording('ukrainian'))->all());
        self::assertSame('Бакети', (new Wording('ukrainian'))->text('buckets'));
    }

    public function testPagesRunTheWayOfTheirTexts(): void
    {
        self::assertSame('rtl', (new Wording('arabic'))->direction());
        self::assertSame('ltr', (new Wording('turkish'))->direction());
        // Nobody has translated it, so the texts are English.
        self::assertSame('ltr', (new Wording('hebrew'))->direction());
        foreach (glob(self::DIR . '/templates/*.tpl') as $file) {
            self::assertStringStartsWith(
                '<div class="ostor" dir="{$ostor.direction|escape:\'html\'}"'
                    . ' lang="{$ostor.t.language_code|escape:\'html\'}"',
                (string) file_get_contents($file)
            );
        }
    }

    /**
     * @dataProvider languages
     */
    public function testValuesKeepTheirOwnDirection(string $file): void
    {
        $wording = new Wording(basename($file, '.php'));
        foreach ($wording->all() as $key => $text) {
            self::assertSame(1, preg_match('//u', $text), $key);
            self::assertSame(0, preg_match('/[\x{2066}-\x{2069}]/u', $text), $key);
        }
        $isRightToLeft = $wording->direction() === 'rtl';
        $text = $wording->text('done_created', ['name' => 'app']);
        self::assertSame($isRightToLeft, strpos($text, "\u{2068}app\u{2069}") !== false);
    }

    public function testFiguresAreWrittenTheLanguagesWay(): void
    {
        $this->make('klingon', "['client_decimal_point' => ',', 'client_thousands_separator' => '.']");
        $figures = new Figures(new Wording('klingon'), 'binary');
        self::assertSame(['1,50 KiB', '1.234.567', '0,5', '2'], [
            $figures->bytes(1536), $figures->count(1234567), $figures->decimal(0.5, 3), $figures->decimal(2.0, 3),
        ]);
        foreach ([-1, '5', null, 1.5] as $odd) {
            self::assertSame('not known', $figures->bytes($odd));
            self::assertSame('not known', $figures->count($odd));
        }
        self::assertSame('1.023 B', $figures->bytes(1023));
        self::assertSame('1,00 PiB', $figures->bytes(1024 ** 5));
        self::assertNull(Figures::sum([1, null]));
        self::assertNull(Figures::sum([PHP_INT_MAX, 1]));
        self::assertSame(0, Figures::sum([]));
    }

    /**
     * @return array<string, array{0: string}>
     */
    public static function templates(): array
    {
        $cases = [];
        foreach (glob(self::DIR . '/templates/*.tpl') as $file) {
            $cases[basename($file)] = [$file];
        }

        return $cases;
    }

    /**
     * @dataProvider templates
     */
    public function testTemplateEscapesWhateverItPrints(string $file): void
    {
        $template = (string) file_get_contents($file);
        preg_match_all('/\{\$([^}=]+)\}/', $template, $printed);
        self::assertNotSame([], $printed[1]);
        foreach ($printed[1] as $expression) {
            if (!in_array($expression, self::RAW, true)) {
                self::assertStringEndsWith("|escape:'html'", $expression);
            }
        }
        // No scripts or styles of others, nothing that Smarty 3 and 4 do not share, forms with their token.
        self::assertSame(0, preg_match('/\{(php|include|literal)|::|\bsrc=|https?:|on[a-z]+=/', $template));
        self::assertSame(
            substr_count($template, 'method="post"'),
            substr_count($template, 'name="token" value="{$token|escape:\'html\'}"')
        );
        self::assertSame(0, preg_match('/<t(?:able|r|d|h)[^>]*(?:align|width)=|<th(?![^>]*scope=)(?:>| )/', $template));
    }

    public function testStyleIsSafeForRightToLeft(): void
    {
        $style = (string) file_get_contents(self::DIR . '/templates/client.css');
        self::assertSame(0, preg_match('/(margin|padding|border)-(left|right)|float:|[^-]\b(left|right):/', $style));
        self::assertStringContainsString('prefers-reduced-motion', $style);
        self::assertSame(0, preg_match('/url\(|@import|<\//', $style));
        $script = (string) file_get_contents(self::DIR . '/templates/client.js');
        self::assertSame(0, preg_match('/innerHTML|eval|<\/|https?:|localStorage/', $script));
        self::assertLessThan(3000, strlen($script));
    }

    /**
     * @return array<string, array{0: mixed, 1: bool}>
     */
    public static function drawings(): array
    {
        $svg = static function (string $inside): string {
            return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">' . $inside . '</svg>';
        };

        return [
            'bars' => [$svg('<g><rect x="1" x1="2" stroke-width="0.5" fill="#abcdef"/></g><text x="1">1 &lt; GiB</text>'), true],
            'script' => [$svg('<script>alert(1)</script>'), false],
            'handler' => [$svg('<rect onload="x()"/>'), false],
            'handler in capitals' => [$svg('<rect ONCLICK="x()"/>'), false],
            'handler without quotes' => [$svg('<rect onclick=x()>'), false],
            'reference' => [$svg('<a href="javascript:x"><rect/></a>'), false],
            'xlink' => [$svg('<rect xlink:href="#a"/>'), false],
            'style' => [$svg('<rect style="fill:url(http://x)"/>'), false],
            'fill by url' => [$svg('<rect fill="url(http://x)"/>'), false],
            'id' => [$svg('<rect id="a"/>'), false],
            'HTML inside' => [$svg('<foreignObject><p>x</p></foreignObject>'), false],
            'comment' => [$svg('<!-- <script> -->'), false],
            'half a tag' => [$svg('<rect x="1'), false],
            'angle in an attribute' => [$svg('<rect x=">"/>'), false],
            'something behind it' => [$svg('') . '<script>x</script>', false],
            'two' => [$svg('') . '<img src="x"/>' . $svg(''), false],
            'prolog' => ['<?xml version="1.0"?>' . $svg(''), false],
            'no drawing' => ['<p>x</p>', false],
            'not text' => [['<svg></svg>'], false],
            'too long' => [$svg(str_repeat('x', 200000)), false],
        ];
    }

    /**
     * @dataProvider drawings
     * @param mixed $svg
     */
    public function testOnlyDrawingsGetIntoThePage($svg, bool $harmless): void
    {
        self::assertSame($harmless ? $svg : '', Svg::harmless($svg));
    }

    public function testSettingsOfEveryAppHoldEndpointRegionAndKey(): void
    {
        $snippets = Snippets::all('https://s3.example.com:8443/', 'us-east-1', '0123456789abcdefXY7Z');
        self::assertSame(array_keys(Snippets::CLIENTS), array_column($snippets, 'file'));
        self::assertEqualsCanonicalizing(
            array_keys(Snippets::CLIENTS),
            array_map('basename', glob(self::DIR . '/templates/connect/*'))
        );
        foreach ($snippets as $snippet) {
            $text = $snippet['text'];
            self::assertStringNotContainsString('{{', $text, $snippet['name']);
            self::assertStringContainsString('0123456789abcdefXY7Z', $text, $snippet['name']);
            self::assertStringContainsString('us-east-1', $text, $snippet['name']);
            self::assertStringContainsString('s3.example.com', $text, $snippet['name']);
            self::assertStringContainsString('8443', $text, $snippet['name']);
            self::assertStringNotContainsString('8443/"', $text, $snippet['name']);
            if ($snippet['file'] !== 'cyberduck.cyberduckprofile') {
                self::assertStringContainsString(Snippets::SECRET, $text, $snippet['name']);
            }
        }
        $texts = array_column($snippets, 'text', 'file');
        self::assertStringContainsString("use_https = True\n", $texts['s3cmd.cfg']);
        self::assertStringContainsString("host_bucket = s3.example.com:8443\n", $texts['s3cmd.cfg']);
        self::assertNotFalse(simplexml_load_string($texts['cyberduck.cyberduckprofile']));
        self::assertSame('8443', parse_ini_string($texts['rclone.conf'], true)['storage']['endpoint'] === 'https://s3.example.com:8443' ? '8443' : '');
        $plain = array_column(Snippets::all('http://192.0.2.1', 'r', 'K'), 'text', 'file');
        self::assertStringContainsString("use_https = False\n", $plain['s3cmd.cfg']);
        self::assertStringContainsString('<string>80</string>', $plain['cyberduck.cyberduckprofile']);
    }

    public function testNothingThatAShellWouldRunGetsIntoSettings(): void
    {
        foreach (
            [
                ["https://s3.example.com'; rm -rf /", 'r', 'K'], ['ftp://x', 'r', 'K'], ['https://x/path', 'r', 'K'],
                ['https://x', 'r$(id)', 'K'], ['https://x', "r\n", 'K'], ['https://x', 'r', 'K"'], [null, 'r', 'K'],
                ['https://x', 'r', null], ['https://user@x', 'r', 'K'],
            ] as $given
        ) {
            self::assertSame([], Snippets::all(...$given));
        }
    }

    private function make(string $name, string $content): void
    {
        $file = self::DIR . '/lang/' . $name . '.php';
        if (!is_dir(dirname($file))) {
            mkdir(dirname($file));
        }
        file_put_contents($file, '<?php return ' . $content . ';');
        $this->made[$name] = $file;
    }

    /**
     * @return string[]
     */
    private static function placesIn(string $text): array
    {
        preg_match_all('/\{\w+\}/', $text, $found);

        return array_values(array_unique($found[0]));
    }

    /**
     * @param array<string, string> $texts
     * @return array<string, string>
     */
    private static function customers(array $texts): array
    {
        return array_filter($texts, static function (string $key): bool {
            return strpos($key, 'client_') === 0;
        }, ARRAY_FILTER_USE_KEY);
    }
}

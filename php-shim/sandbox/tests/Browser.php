<?php

declare(strict_types=1);

/** A browser without scripts: cookies, forms with their hidden fields, no redirect followed unless asked. */
final class Browser
{
    /** Of the last answer. */
    public int $status = 0;
    public string $body = '';
    /** @var array<string, string> headers of the last answer, names in lower case, a repeated one with its last value */
    public array $headers = [];
    /** @var array<string, string> */
    private array $cookies = [];

    public function __construct(private readonly string $address)
    {
    }

    public function get(string $path): self
    {
        return $this->request($path, null);
    }

    /** @param array<string, mixed> $fields */
    public function post(string $path, array $fields): self
    {
        return $this->request($path, http_build_query($fields));
    }

    /** Posts with the token of the page that was read last. */
    public function submit(string $path, array $fields): self
    {
        return $this->post($path, $fields + ['token' => $this->token()]);
    }

    public function logInAdmin(string $username, string $password = 'sandbox'): self
    {
        return $this->get('/admin/login.php')->submit('/admin/login.php', ['username' => $username, 'password' => $password]);
    }

    public function logInClient(string $email, string $password = 'sandbox'): self
    {
        return $this->get('/login')->submit('/login', ['username' => $email, 'password' => $password]);
    }

    /** The token of a form of the last page. */
    public function token(): string
    {
        return preg_match('/name="token" value="([0-9a-f]+)"/', $this->body, $m) ? $m[1] : '';
    }

    /** The parsed last page. */
    public function find(string $xpath): DOMNodeList
    {
        $page = new DOMDocument();
        // The parser of libxml does not know the elements of HTML 5.
        @$page->loadHTML('<?xml encoding="utf-8"?>' . $this->body);
        return (new DOMXPath($page))->query($xpath);
    }

    /** The text of the first match with its white space folded, null without a match. */
    public function text(string $xpath): ?string
    {
        $node = $this->find($xpath)->item(0);
        return $node === null ? null : trim(preg_replace('/\s+/', ' ', $node->textContent));
    }

    public function cookie(): string
    {
        return $this->headers['set-cookie'] ?? '';
    }

    private function request(string $path, ?string $body): self
    {
        $curl = curl_init("http://$this->address$path");
        $this->headers = [];
        curl_setopt_array($curl, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 60,
            CURLOPT_PROXY => '',
            CURLOPT_COOKIE => http_build_query($this->cookies, '', '; '),
            CURLOPT_HEADERFUNCTION => function ($curl, string $line): int {
                [$name, $value] = array_pad(explode(':', $line, 2), 2, '');
                $this->headers[strtolower($name)] = trim($value);
                if (preg_match('/^set-cookie: *([^=]+)=([^;]*)/i', $line, $m)) {
                    $this->cookies[$m[1]] = $m[2];
                }
                return strlen($line);
            },
        ]);
        if ($body !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
        }
        $answer = curl_exec($curl);
        if ($answer === false) {
            throw new RuntimeException("$path: " . curl_error($curl));
        }
        $this->status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        $this->body = $answer;
        return $this;
    }
}

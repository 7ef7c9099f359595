<?php

declare(strict_types=1);

/** Customers of a portal who have an object each and read it all the time, with the key they got when they began. */
final class AtWork
{
    private ?BackgroundProcess $process = null;

    /** @param array<int, array{gateway: string, key: string, secret: string, path: string, text: string}> $customers */
    public function __construct(private readonly array $customers, private readonly string $directory)
    {
    }

    /** Makes everybody's bucket and object. */
    public function begin(): void
    {
        foreach ($this->customers as $customer) {
            foreach ([dirname($customer['path']) => '', $customer['path'] => $customer['text']] as $path => $text) {
                $answer = $this->storage($customer)->request('PUT', $path, $text);
                if ($answer[0] !== 200) {
                    throw new RuntimeException("$path cannot be written: $answer[0] $answer[1]");
                }
            }
        }
        file_put_contents("$this->directory/at-work.json", json_encode(array_values($this->customers), JSON_THROW_ON_ERROR));
        $script = [PHP_BINARY, __DIR__ . '/customers-at-work.php', "$this->directory/at-work.json"];
        $this->process = new BackgroundProcess($script, "$this->directory/at-work.log", []);
    }

    /** @return list<string> the trouble of those who cannot read now */
    public function everybodyReads(): array
    {
        $troubles = [];
        foreach ($this->customers as $customer) {
            $answer = $this->storage($customer)->request('GET', $customer['path']);
            if ($answer !== [200, $customer['text']]) {
                $troubles[] = "$customer[path]: $answer[0] $answer[1]";
            }
        }
        return $troubles;
    }

    /** @return array{reads: int, troubles: list<string>} of all the time since begin() */
    public function end(): array
    {
        $this->process->stop();
        $lines = explode("\n", trim($this->process->log()));
        return json_decode(end($lines), true, 8, JSON_THROW_ON_ERROR);
    }

    private function storage(array $customer): Storage
    {
        return new Storage($customer['gateway'], $customer['key'], $customer['secret']);
    }
}

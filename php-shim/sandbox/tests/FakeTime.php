<?php

declare(strict_types=1);

/**
 * A time of their own for all programs that run with its environment. It runs on at normal speed, the same in each
 * of them, and can be set while they run; what they measure as a span stays real.
 */
final class FakeTime
{
    /** @param string $file to keep the distance from the real time in */
    public function __construct(private readonly string $file)
    {
    }

    public function set(DateTimeInterface $moment): void
    {
        // Programs read the file at any moment: it must never be half written.
        file_put_contents("$this->file.new", sprintf("+%d\n", $moment->getTimestamp() - time()));
        rename("$this->file.new", $this->file);
    }

    /** @return array<string, string> what a program's environment needs in addition */
    public function environment(): array
    {
        $library = glob('/usr/lib/*/faketime/libfaketime.so.1')[0]
            ?? throw new RuntimeException('libfaketime is not installed; on Debian: apt-get install faketime');
        return ['LD_PRELOAD' => $library, 'FAKETIME_TIMESTAMP_FILE' => $this->file, 'FAKETIME_NO_CACHE' => '1',
            'FAKETIME_DONT_FAKE_MONOTONIC' => '1'];
    }
}

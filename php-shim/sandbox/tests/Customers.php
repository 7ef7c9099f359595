<?php

declare(strict_types=1);

/** What customers do on the simulated cluster: irregular, and the same in every run. */
final class Customers
{
    public const GIB = 1 << 30;
    private const MIB = 1 << 20;

    /** @param Closure(string, string, array<string, mixed>): mixed $simulator its admin route: verb, path, body */
    public function __construct(private readonly Closure $simulator)
    {
    }

    /**
     * The first customer works most of the time, the second one archives now and then, the third one sleeps. Around
     * midnight both others are awake.
     *
     * @param array<int, string> $users their S3 users, from 1
     */
    public function act(string $moment, array $users): void
    {
        $aroundMidnight = in_array(substr($moment, -5), ['23:58', '00:01'], true);
        if ($aroundMidnight || self::draw("$moment works", 5) > 0) {
            $this->traffic($users[1], 'worker', $moment, 3 * self::GIB);
        }
        if (self::draw("$moment writes", 3) === 0) {
            $this->object($users[1], 'worker', 'part-' . self::draw("$moment part", 6), self::draw("$moment size", 3 * self::GIB));
        }
        if ($aroundMidnight || self::draw("$moment archives", 3) === 0) {
            $this->traffic($users[2], 'archive', $moment, self::GIB);
            $this->traffic($users[2], 'attic', "$moment attic", 10 * self::MIB);
            $this->object($users[2], 'archive', $moment, self::draw("$moment box", 200 * self::MIB));
        }
        match ($moment) {
            '2031-01-03 03:00' => $this->object($users[2], 'attic', 'trunk', self::GIB),
            '2031-01-10 15:00' => $this->replaceTheAttic($users[2]),
            '2031-01-21 15:00' => $this->removeTheAttic(),
            '2031-01-23 03:00' => $this->object($users[2], 'attic', 'trunk', 3 * self::GIB + 1),
            default => null,
        };
    }

    /** Requests to a bucket, with at most so many bytes in each direction. */
    public function traffic(string $user, string $bucket, string $what, int $bytes): void
    {
        ($this->simulator)('POST', 'traffic', [
            'user_id' => $user, 'bucket' => $bucket, 'put' => self::draw("$what put", 60), 'get' => self::draw("$what get", 300),
            'list' => self::draw("$what list", 9), 'other' => self::draw("$what other", 30),
            'uploaded' => self::draw("$what up", $bytes), 'downloaded' => self::draw("$what down", $bytes),
        ]);
    }

    /** An object that is there from now on, in place of an older one of that name. */
    public function object(string $user, string $bucket, string $key, int $bytes): void
    {
        ($this->simulator)('POST', 'object', ['owner_id' => $user, 'bucket' => $bucket, 'key' => $key, 'bytes' => $bytes]);
    }

    /** Within one clock hour: the new bucket begins where the old one ends. */
    private function replaceTheAttic(string $user): void
    {
        $this->removeTheAttic();
        $this->object($user, 'attic', 'trunk', 2 * self::GIB - 1);
    }

    private function removeTheAttic(): void
    {
        ($this->simulator)('DELETE', 'bucket', ['bucket' => 'attic']);
    }

    private static function draw(string $what, int $below): int
    {
        return hexdec(substr(hash('sha256', $what), 0, 12)) % $below;
    }
}

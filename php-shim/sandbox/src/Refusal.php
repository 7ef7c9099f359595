<?php

declare(strict_types=1);

namespace WhmcsSandbox;

/** The sandbox cannot do what was asked; the message is a sentence for its user. */
final class Refusal extends \RuntimeException
{
}

"""Time that went by before a test: storage and traffic of days ago, counted by the bridge on each of them."""

import datetime
from pathlib import Path

from chain import run

GIGABYTE = 1024 ** 3


def live_through(chain, user_id):
    """Forty days of storage and traffic of a user, up to now, counted by the bridge on each of the days."""
    for day in range(40, -1, -1):
        day_ago(chain, day, lambda: use(chain, user_id, day))


def day_ago(chain, day, happens):
    """Some days ago something happens, and the bridge counts it five hours later; 0 days ago that is now."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    now = datetime.datetime.now(datetime.timezone.utc)
    # What was written may change for some hours and is counted then.
    for hours, step in ((day * 24 + 5, happens), (day * 24, None)):
        then = now - datetime.timedelta(hours=hours)
        chain.simulator("POST", "clock", {"set": then.strftime("%Y-%m-%dT%H:%M:%SZ")})
        if step:
            step()
            chain.simulator("POST", "restart", {"gateway": 0, "flush": True})
    run([chain.binary, "usage", "collect", "--config", chain.config], {
        "LD_PRELOAD": str(library), "FAKETIME": f"-{day * 86400}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"})


def use(chain, user_id, day):
    """What happens on one of the days before today."""
    if day == 20:
        chain.create_bucket(user_id, "backups", 12 * GIGABYTE)
    chain.simulator("POST", "object", {"owner_id": user_id, "bucket": "photos", "key": f"day-{day}",
                                       "bytes": (1 + day % 7) * GIGABYTE // 2})
    chain.simulator("POST", "traffic", {"user_id": user_id, "bucket": "photos", "put": 3, "get": 40 + day % 5,
                                        "downloaded": (5 + day * 7 % 11) * GIGABYTE})

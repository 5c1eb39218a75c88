"""Another release counts in the same Redis during an upgrade: both read and write the same keys."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import redis as redis_py
from django.utils.crypto import salted_hmac

from inglenook.limits import policy
from inglenook.limits.quota_store import QuotaStore
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.rate_limiter import take_with
from inglenook.limits.redis_counter import RedisCounter
from inglenook.limits.token_bucket import Allowance
from tests.testkit import services

PATIENT_MS = 10_000
NAMES = {
    "visitor",
    "address",
    "room",
    "site",
    "deletions",
    "names",
    "sessions",
    "newcomers",
    "page-rooms.address",
    "page-rooms.site",
    "repeats",
    "reports",
    "uploads",
    "own-copies",
    "own-erasures.address",
    "own-erasures.site",
    "previews",
    "set_up.address",
    "set_up.all",
    "api-key",
    "login.pair",
    "login.browser",
    "login.address",
    "login.account",
}


def key(kind: str, what: str) -> str:
    digest = salted_hmac("inglenook.shared_counts", what).hexdigest()[:24]
    return f"inglenook.count.{kind}.{digest}"


@pytest.fixture
def client(redis: services.Redis) -> Iterator[redis_py.Redis]:
    with redis_py.Redis.from_url(redis.url) as client:
        for found in client.scan_iter("inglenook.count.*"):
            client.delete(found)
        yield client


def test_the_shared_limits_keep_their_names() -> None:
    limits = [limit for limit in vars(policy).values() if isinstance(limit, RateLimit)]
    assert {limit.name for limit in limits if limit.name} == NAMES


def test_a_bucket_that_the_other_emptied_is_empty(
    client: redis_py.Redis, redis: services.Redis
) -> None:
    limit = RateLimit(Allowance(0.001, 5), name="visitor")
    client.hset(key("rate.visitor", "v_amber"), mapping={"level": "0.5", "at": str(time.time())})
    counter = RedisCounter(redis.url, PATIENT_MS)
    assert take_with(counter, [limit.of("v_amber")]) is not None
    assert take_with(counter, [limit.of("v_olive")]) is None
    written = client.hgetall(key("rate.visitor", "v_olive"))
    assert float(written[b"level"]) == pytest.approx(4, abs=0.1)
    assert float(written[b"at"]) == pytest.approx(time.time(), abs=60)


def test_slots_that_the_other_holds_count(client: redis_py.Redis, redis: services.Redis) -> None:
    site = "site 1"
    client.zadd("inglenook.count.processes", {"other": time.time() * 1000 + 60_000})
    client.hset(key("places", site), "other", 2)
    store = QuotaStore(RedisCounter(redis.url, PATIENT_MS))
    assert [store.take([(site, 3)]) for _ in range(2)] == [None, site]
    assert set(client.hvals(key("places", site))) == {b"2", b"1"}

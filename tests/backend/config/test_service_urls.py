"""`DATABASE_URL` and `REDIS_URL`: what cannot work is said at the start, and no refusal shows a
password.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.utils import load_backend

from inglenook.config import postgres_session, service_urls
from inglenook.config.env import BadSetting
from tests.testkit import services

WORD = "hunter2"
NAMES = (
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "statement_timeout",
    "deadlock_timeout",
)


def refusal_of(reader: Any, *arguments: Any) -> str:
    with pytest.raises(BadSetting) as refused:
        reader(*arguments)
    return str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        # a sign of the password that ends the host too early
        f"redis://:{WORD}#x@127.0.0.1:6379/0",
        f"redis://:{WORD}/x@127.0.0.1:6379/0",
        f"redis://:{WORD}?x@127.0.0.1:6379/0",
        f"redis://name:123/{WORD}@127.0.0.1:6379/0",
        f"redis://:{WORD}[x@127.0.0.1:6379/0",
        f"redis://:{WORD} x@127.0.0.1:6379/0",
        f"redis://:{WORD}\tx@127.0.0.1:6379/0",
        f"redis://:x@127.0.0.1:6379/0#{WORD}",
        # no number of a database
        f"redis://:{WORD}@127.0.0.1:6379/first",
        f"redis://:{WORD}@127.0.0.1:6379/-1",
        f"redis://:{WORD}@127.0.0.1:6379/0/1",
        f"redis://:{WORD}@127.0.0.1:6379/?db=first",
        # no host, or none that could be
        "redis://",
        "redis:///0",
        f"redis://:{WORD}@/0",
        f"redis://:{WORD}@:6379/0",
        f"redis://:{WORD}@sh$op/0",
        f"redis://:{WORD}@256.1.1.1/0",
        # ports
        f"redis://:{WORD}@127.0.0.1:0/0",
        f"redis://:{WORD}@127.0.0.1:65536/0",
        f"redis://:{WORD}@127.0.0.1:redis/0",
        # sockets
        "unix://",
        f"unix://:{WORD}@/",
        f"unix://{WORD}/redis.sock",
        # options
        f"redis://:{WORD}@127.0.0.1/0?no_such_option=1",
        f"redis://:{WORD}@127.0.0.1/0?socket_timeout=5",
        f"redis://:{WORD}@127.0.0.1/0?decode_responses=true",
        # another thing altogether
        f"http://:{WORD}@127.0.0.1",
        f"Redis://:{WORD}@127.0.0.1",
        f"{WORD}@127.0.0.1:6379",
    ],
)
@pytest.mark.parametrize("before", ["", "redis://:a@127.0.0.1:6379/0,"])
def test_it_refuses_a_redis_that_cannot_be_meant(
    monkeypatch: pytest.MonkeyPatch, url: str, before: str
) -> None:
    monkeypatch.setenv("REDIS_URL", before + url)
    said = refusal_of(service_urls.redis_urls, "REDIS_URL")
    assert said.startswith("REDIS_URL cannot be used: ")
    assert "percent-encoded" in said
    assert WORD not in said


def test_it_says_which_of_several_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://one/0, redis://two/b, redis://three/0")
    assert "address 2 of 3: " in refusal_of(service_urls.redis_urls, "REDIS_URL")


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1",
        "redis://redis_1:6379/",
        "redis://cache.svc.cluster.local.:6379/15",
        "redis://[::1]:6379/0",
        f"redis://:{WORD}%23%2F%40@127.0.0.1:6379/0",
        "redis://name:a@b@127.0.0.1:6379/0",
        "rediss://name:word@redis.example:6380/1?ssl_cert_reqs=required",
        "redis://127.0.0.1?db=3",
        "unix:///run/redis.sock?db=2",
        "unix://:word@/run/redis.sock",
    ],
)
def test_it_takes_every_form_that_the_client_knows(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    assert service_urls.redis_urls("REDIS_URL") == [url]


def test_a_comma_in_a_password_divides_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:a,b@one:6379/0, rediss://two:6379/0,unix:///run/r")
    expected = ["redis://:a,b@one:6379/0", "rediss://two:6379/0", "unix:///run/r"]
    assert service_urls.redis_urls("REDIS_URL") == expected
    monkeypatch.setenv("REDIS_URL", "")
    assert service_urls.redis_urls("REDIS_URL") == []


@pytest.mark.parametrize(
    "url",
    [
        f"postgres://name:{WORD}#x@127.0.0.1/chat",
        f"postgres://name:{WORD}/x@127.0.0.1/chat",
        f"postgres://name:{WORD}?x@127.0.0.1/chat",
        f"postgres://name:123/{WORD}@127.0.0.1/chat",
        f"postgres://name:{WORD}[x@127.0.0.1/chat",
        f"postgres://name:{WORD}@127.0.0.1:65536/chat",
        f"postgres://name:{WORD}@127.0.0.1",
        f"postgres://name:{WORD}@127.0.0.1/",
        f"mysql://name:{WORD}@127.0.0.1/chat",
        f"name:{WORD}@127.0.0.1/chat",
        f":{WORD}",
        "sqlite://:memory:",
        "sqlite:///",
    ],
)
def test_it_refuses_a_database_without_showing_the_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    said = refusal_of(service_urls.database, "DATABASE_URL", tmp_path)
    assert said.startswith("DATABASE_URL cannot be used: ")
    assert WORD not in said


@pytest.mark.parametrize(
    "url",
    [
        f"postgres://name:{WORD}@one,two:5433/chat",
        "postgres:///chat?host=/var/run/postgresql",
        "postgres:////var/run/postgresql/chat",
        "postgresql://127.0.0.1/chat?sslmode=require",
    ],
)
def test_it_takes_every_form_of_a_postgresql(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert service_urls.database("DATABASE_URL", tmp_path)["NAME"] == "chat"


def test_what_the_operator_says_of_the_connection_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://one/chat?connect_timeout=9&conn_max_age=60")
    found = service_urls.database("DATABASE_URL", tmp_path)
    assert (found["OPTIONS"]["connect_timeout"], found["CONN_MAX_AGE"]) == (9, 60)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", ("2s", "10s", "0", "1s")),
        ("-c statement_timeout=7s", ("2s", "10s", "7s", "1s")),
        ("-c deadlock_timeout=3s", ("2s", "10s", "0", "3s")),
        ("-c lock_timeout=5s", ("5s", "10s", "0", "1s")),
        ("-c statement_timeout=7s&options=-c lock_timeout=4s", ("4s", "10s", "7s", "1s")),
    ],
)
def test_options_of_the_address_are_kept_beside_ours(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    django_db_blocker: Any,
    options: str,
    expected: tuple[str, ...],
) -> None:
    url = services.postgres().url
    monkeypatch.setenv("DATABASE_URL", f"{url}?options={options.replace(' ', '%20')}")
    opened = _opened(service_urls.database("DATABASE_URL", tmp_path))
    try:
        with django_db_blocker.unblock(), opened.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in NAMES))
            assert cursor.fetchone() == expected
    finally:
        opened.close()


def _opened(config: dict[str, Any]) -> Any:
    """A connection as Django opens it, with this configuration."""
    defaults = {key: value for key, value in connection.settings_dict.items() if key != "TEST"}
    backend = load_backend(config["ENGINE"])
    postgres_session.connect()
    return backend.DatabaseWrapper({**defaults, **config}, alias="operator")


def test_no_error_of_the_server_shows_the_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, django_db_blocker: Any
) -> None:
    """Not ours to word: what the client library says of a wrong name, database or option."""
    url = services.postgres().url
    address = url.partition("@")[2].partition("/")[0]
    for broken in (
        f"{address}/nothing",
        f"{address}/postgres?no_such_option=1",
        "nowhere.invalid/x",
    ):
        monkeypatch.setenv("DATABASE_URL", f"postgres://nobody:{WORD}@{broken}")
        config = service_urls.database("DATABASE_URL", tmp_path)
        with django_db_blocker.unblock(), pytest.raises(DatabaseError) as refused:
            _opened(config).ensure_connection()
        assert WORD not in str(refused.value)

"""The servers that tests get are real, empty and ours to break."""

from __future__ import annotations

import psycopg
import pytest
import redis as redis_client

from tests.testkit import services
from tests.testkit.process import wait_until


def test_each_database_is_new_and_empty(postgres: services.Postgres) -> None:
    urls = {postgres.new_database() for _ in range(2)}
    assert len(urls) == 2
    for url in urls:
        with psycopg.connect(url) as connection:
            count = connection.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            ).fetchone()
            assert count == (0,)
            encoding = connection.execute("SHOW server_encoding").fetchone()
            assert encoding == ("UTF8",)


def test_postgresql_comes_back_with_its_data_after_a_restart(postgres: services.Postgres) -> None:
    url = postgres.new_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
    postgres.restart()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_postgresql_comes_back_after_a_crash(postgres: services.Postgres) -> None:
    process = postgres.owned()
    process.kill()
    assert not postgres.answers()
    process.start(postgres.answers)
    assert postgres.answers()


def test_a_frozen_redis_does_not_answer_and_a_thawed_one_does(redis: services.Redis) -> None:
    assert redis.answers()
    redis.owned().freeze()
    try:
        assert not redis.answers()
    finally:
        redis.owned().thaw()
    wait_until(redis.answers, 5, "Redis does not answer")


def test_redis_keeps_nothing_over_a_restart(redis: services.Redis) -> None:
    with redis_client.Redis.from_url(redis.url) as client:
        client.set("word", "kept")
    redis.restart()
    with redis_client.Redis.from_url(redis.url) as client:
        assert client.get("word") is None


def test_a_missing_server_is_a_failure_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(services, "POSTGRES_PLACES", ())
    monkeypatch.setattr(services, "POSTGRES_WHEELS", ())
    with pytest.raises(services.ServiceMissing, match="Debian: postgresql, macOS: brew install"):
        services._postgres_programs()


def test_a_server_of_somebody_else_is_never_broken() -> None:
    with pytest.raises(AssertionError, match="without TEST_DATABASE_URL"):
        services.Postgres("postgres://elsewhere", None).owned()
    with pytest.raises(AssertionError, match="without TEST_REDIS_URL"):
        services.Redis("redis://elsewhere", None).owned()


def test_all_who_ask_for_a_postgres_get_the_same_one() -> None:
    assert services.postgres() is services.postgres(is_durable=False)

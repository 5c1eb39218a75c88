"""Lists go page by page, and each asks the same queries at 10 rows and at 10,000."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inglenook.api.owner.lists import LIST_QUERY
from inglenook.api.owner.operations import OPERATIONS
from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.moderation.models import Sanction, WordRule
from inglenook.sites.models import (
    Account,
    AllowedOrigin,
    ApiKey,
    AuditEntry,
    Member,
    OriginSighting,
    Site,
    SiteKey,
)
from inglenook.visitors.models import Visitor
from tests.backend.api.owner.conftest import Program, program_with
from tests.backend.api.owner.examples import name_of


def _keys(site: Site, count: int) -> None:
    ApiKey.objects.bulk_create(
        ApiKey(site=site, name="Many", digest=f"{count}.{n}", prefix="sk_", scopes=["audit"])
        for n in range(count)
    )


def _origins(site: Site, count: int) -> None:
    AllowedOrigin.objects.bulk_create(
        AllowedOrigin(site=site, entry=f"https://{count}-{n}.shop.example") for n in range(count)
    )


def _sightings(site: Site, count: int) -> None:
    OriginSighting.objects.bulk_create(
        OriginSighting(site=site, origin=f"https://{count}-{n}.example", was_refused=True)
        for n in range(count)
    )


def _site_keys(site: Site, count: int) -> None:
    SiteKey.objects.bulk_create(SiteKey(site=site, key=f"pk_{count}_{n}") for n in range(count))


def _rooms(site: Site, count: int) -> None:
    Room.objects.bulk_create(
        Room(site=site, slug=f"r-{count}-{n}", name="R", position=n // 3) for n in range(count)
    )


def _word_rules(site: Site, count: int) -> None:
    WordRule.objects.bulk_create(
        WordRule(site=site if n % 2 else None, pattern=f"w{n}") for n in range(count)
    )


def _members(site: Site, count: int) -> None:
    accounts = Account.objects.bulk_create(
        Account(email=f"{count}-{n}@shop.example", password="!") for n in range(count)
    )
    Member.objects.bulk_create(Member(site=site, account=each, name="M") for each in accounts)


def _messages(site: Site, count: int) -> None:
    room, _ = Room.objects.get_or_create(site=site, slug="many", name="Many")
    first = room.head + 1
    room.head += count
    room.save()
    Message.objects.bulk_create(
        Message(room=room, seq=n, rev=n, at=timezone.now(), author_id="v_1", body=str(n))
        for n in range(first, room.head + 1)
    )


def _sanctions(site: Site, count: int) -> None:
    Sanction.objects.bulk_create(
        Sanction(site=site, visitor_id=f"v_{n}", kind="mute") for n in range(count)
    )


def _reports(site: Site, count: int) -> None:
    room, _ = Room.objects.get_or_create(site=site, slug="many", name="Many")
    first = Report.objects.count()
    Report.objects.bulk_create(Report(room=room, seq=first + n, body="Hello") for n in range(count))


def _audit(site: Site, count: int) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(site=site, actor_kind="key", actor_id="k", actor_name="K", action=f"x.{n}")
        for n in range(count)
    )


def _visitors(site: Site, count: int) -> None:
    """Each is muted, and has written in a room of a page, of which there are many."""
    rows = Visitor.objects.bulk_create(Visitor(site=site, name=f"V {n}") for n in range(count))
    Sanction.objects.bulk_create(
        Sanction(site=site, visitor_id=row.public_id, kind="mute") for row in rows
    )
    pages = Room.objects.bulk_create(
        Room(site=site, slug=f"page-{count}-{n}", name="Page", kind="page")
        for n in range(count // 10)
    )
    Message.objects.bulk_create(
        Message(
            room=pages[n % len(pages)],
            seq=n + 1,
            rev=n + 1,
            at=timezone.now(),
            author_id=row.public_id,
            body="Hello",
        )
        for n, row in enumerate(rows)
    )


def _held(site: Site, count: int) -> None:
    room, _ = Room.objects.get_or_create(site=site, slug="many", name="Many")
    HeldMessage.objects.bulk_create(
        HeldMessage(room=room, author_id="v_1", cid=f"{count}-{n:08}", reason="approval")
        for n in range(count)
    )


FILL: dict[str, Callable[[Site, int], None]] = {
    "GET keys": _keys,
    "GET members": _members,
    "GET origins": _origins,
    "GET sightings": _sightings,
    "GET site-keys": _site_keys,
    "GET rooms": _rooms,
    "GET word-rules": _word_rules,
    "GET rooms/{slug}/messages": _messages,
    "GET sanctions": _sanctions,
    "GET reports": _reports,
    "GET audit": _audit,
    "GET visitors": _visitors,
    "GET held": _held,
}
# Where a list has another address than its name, or needs a filter to be one order throughout.
PATHS = {
    "GET rooms/{slug}/messages": "/rooms/many/messages?after=0&",
    "GET audit": "/audit?actor=k&",
}
# A value of each filter that a list declares.
FILTERS: dict[str, dict[str, tuple[str, ...]]] = {
    "GET rooms": {"kind": ("public", "page", "private"), "archived": ("true", "false")},
    "GET rooms/{slug}/messages": {"before": ("5",), "after": ("5",)},
    "GET sanctions": {"active": ("true", "false"), "visitor": ("v_5",)},
    "GET reports": {"state": ("open", "dismissed", "actioned")},
    "GET audit": {
        "actor": ("k",),
        "action": ("x.5",),
        "target": ("nobody",),
        "from": ("2020-01-01T00:00:00Z",),
        "to": ("2020-01-01T00:00:00Z",),
    },
    "GET visitors": {
        "query": ("V 5", "nobody-at-all"),
        "trust": ("new", "trusted"),
        "identity": ("me",),
    },
    "GET held": {"room": ("many",), "visitor": ("v_1", "v_2"), "shadow": ("true", "false")},
}
# Instructions of SQLite's machine. The lists take 1 to 160 for each row that there is; one that
# read all rows again for each would take 10,000.
MOST_STEPS_A_ROW = 200
STEPS_AT_ONCE = 100
each_list = pytest.mark.parametrize("name", FILL)


def path_of(name: str) -> str:
    return PATHS.get(name, f"/{name.removeprefix('GET ')}?")


def walk(program: Program, path: str, limit: int) -> list[Any]:
    found: list[Any] = []
    cursor = ""
    while True:
        answer = program.get(f"{path}limit={limit}{cursor}")
        assert answer.status_code == 200
        assert len(answer.json()["items"]) <= limit
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            return found
        cursor = f"&cursor={answer.json()['next']}"


def test_every_list_is_tried() -> None:
    lists = {name_of(each) for each in OPERATIONS if "cursor" in each.query}
    assert FILL.keys() == lists


def addresses_of(name: str) -> list[str]:
    """The list as it is, and by each of its filters."""
    path = path_of(name)
    bare = path.partition("?")[0] + "?"
    filters = FILTERS.get(name, {}).items()
    return [path, *(f"{bare}{each}={value}&" for each, values in filters for value in values)]


def cost_of(program: Program, path: str) -> tuple[int, int, int]:
    """How many queries it asks, the steps of SQLite (0 elsewhere), and how many items come."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += STEPS_AT_ONCE
        return 0

    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(count, STEPS_AT_ONCE)
    with CaptureQueriesContext(connection) as queries:
        answer = program.get(f"{path}limit=200")
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(None, 0)
    assert answer.status_code == 200, answer.content
    return len(queries), steps, len(answer.json()["items"])


def test_every_filter_of_a_list_is_tried() -> None:
    own = {
        name_of(it): set(it.query) - set(LIST_QUERY) for it in OPERATIONS if "cursor" in it.query
    }
    assert {name: set(filters) for name, filters in FILTERS.items()} == {
        name: filters for name, filters in own.items() if filters
    }


@pytest.mark.any_database
@each_list
def test_it_asks_as_many_queries_at_10_rows_as_at_10_000_and_reads_each_once(
    program: Program, site: Site, name: str
) -> None:
    program.get("/key")  # its use is noted once a minute
    FILL[name](site, 10)
    few = {path: cost_of(program, path)[0] for path in addresses_of(name)}
    FILL[name](site, 10_000)
    for path in addresses_of(name):
        queries, steps, found = cost_of(program, path)
        # Where nothing is found, nothing more is asked about it.
        assert queries == few[path] or not found, path
        assert steps < MOST_STEPS_A_ROW * 10_000, path
    assert cost_of(program, path_of(name))[2] == 200


@each_list
def test_every_row_comes_once_in_the_order_of_the_list(
    program: Program, site: Site, name: str
) -> None:
    FILL[name](site, 25)
    whole = program.get(f"{path_of(name)}limit=200").json()
    assert whole["next"] is None
    assert walk(program, path_of(name), 7) == whole["items"]


def test_what_is_written_meanwhile_hides_and_doubles_nothing(program: Program, site: Site) -> None:
    _origins(site, 20)
    first = program.get("/origins?limit=5").json()
    _origins(site, 3)
    AllowedOrigin.objects.filter(entry=first["items"][-1]["entry"]).delete()
    seen = [item["entry"] for item in first["items"]]
    rest = program.get(f"/origins?limit=200&cursor={first['next']}").json()["items"]
    entries = seen + [item["entry"] for item in rest]
    assert len(entries) == len(set(entries)) == 21


def test_a_limit_above_200_is_200_and_one_below_1_is_refused(program: Program, site: Site) -> None:
    _origins(site, 250)
    assert len(program.get("/origins?limit=100000").json()["items"]) == 200
    assert len(program.get("/origins").json()["items"]) == 50
    for wrong in ("0", "-1", "x", "", "1e3"):
        answer = program.get(f"/origins?limit={wrong}")
        assert (answer.status_code, answer.json()["field"]) == (400, "limit")


def test_a_cursor_fits_its_own_list_and_site(
    program: Program, site: Site, other_site: Site
) -> None:
    _origins(site, 5)
    cursor = program.get("/origins?limit=1").json()["next"]
    elsewhere = program_with(other_site, "site:read")
    for answer in (
        program.get(f"/site-keys?cursor={cursor}"),
        elsewhere.get(f"/origins?cursor={cursor}"),
        program.get(f"/origins?cursor={cursor[:-1]}"),
        program.get(f"/origins?cursor=0{cursor[1:]}z"),
        program.get("/origins?cursor="),
        program.get("/origins?cursor=%F0%9F%91%8D"),
        program.get("/origins?cursor=" + "a" * 200),
    ):
        assert (answer.status_code, answer.json()["field"]) == (400, "cursor")

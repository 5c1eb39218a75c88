"""Log: filters, before and after, the file."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.dashboard.csv_cells import cell
from inglenook.sites.models import AuditEntry, Member, Site
from inglenook.sites.site_settings import change_settings
from tests.backend.conftest import forget_record


def entry(site: Site, action: str, *, actor: str = "m_1", days: int = 0, of: str = "1") -> None:
    AuditEntry.objects.create(
        site=site, actor_kind="member", actor_id=actor, actor_name=f"Name {actor}", action=action,
        target_kind="site", target_id=of, at=timezone.now() - timedelta(days=days),
    )  # fmt: skip


def page_of(client: Client, site: Site, **query: str) -> str:
    answer = client.get(reverse("dashboard:log", args=[site.pk]), query)
    assert answer.status_code == 200
    page = answer.content.decode()
    return page[page.index('<main id="main"') : page.index("</main>")]


def acts_in(page: str) -> list[str]:
    return re.findall(r"<strong>[^<]+</strong> (?:<span.*?</span> )?([^<]+)</p>", page)


def test_it_filters_by_who_what_whom_and_when(
    as_owner: Client, site: Site, other_site: Site
) -> None:
    forget_record()
    entry(site, "room.create", days=3)
    entry(site, "room.delete", actor="m_2", of="den")
    entry(other_site, "room.clear")
    assert acts_in(page_of(as_owner, site)) == ["deleted a room", "opened a room"]
    assert acts_in(page_of(as_owner, site, who="m_2")) == ["deleted a room"]
    assert acts_in(page_of(as_owner, site, what="room.create")) == ["opened a room"]
    assert acts_in(page_of(as_owner, site, about="den")) == ["deleted a room"]
    today = str(timezone.now().date())
    assert acts_in(page_of(as_owner, site, since=today)) == ["deleted a room"]
    yesterday = str((timezone.now() - timedelta(days=1)).date())
    assert acts_in(page_of(as_owner, site, until=yesterday)) == ["opened a room"]
    assert "Nothing of this was done." in page_of(as_owner, site, what="room.clear")


@pytest.mark.parametrize("day", ["2026-02-31", "9999-12-31", "0001-01-01", "never", "\0"])
def test_a_day_that_there_is_not_is_not_asked_for(day: str, as_owner: Client, site: Site) -> None:
    entry(site, "room.create")
    page = page_of(as_owner, site, since=day, until=day, who="\0", about="\0")
    assert "Nothing of this" not in page


def test_it_shows_what_was_before_and_after(as_owner: Client, site: Site) -> None:
    forget_record()
    change_settings(site=site, changes={"name": "Candles"})
    page = page_of(as_owner, site)
    assert acts_in(page) == ["changed the settings"]
    cells = re.findall(r'<td data-label="(\w+)">([^<]+)</td>', page)
    assert cells == [("Before", "Candle Shop"), ("After", "Candles")]


def test_long_lists_go_on_with_as_many_queries(
    as_owner: Client, site: Site, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    forget_record()
    entry(site, "room.create")
    address = reverse("dashboard:log", args=[site.pk])
    as_owner.get(address)
    with django_assert_num_queries(10):
        as_owner.get(address)
    for number in range(119):
        entry(site, "room.update", of=f"room-{number}")
    with django_assert_num_queries(10):
        page = page_of(as_owner, site)
    seen = len(acts_in(page))
    while found := re.search(r"&amp;after=([^\"]+)", page):
        entry(site, "room.delete")
        page = page_of(as_owner, site, after=found[1])
        seen += len(acts_in(page))
    assert seen == 120


def test_the_file_has_what_the_filters_leave_and_no_formula(as_owner: Client, site: Site) -> None:
    forget_record()
    entry(site, "room.create", actor="=1+1")
    entry(site, "room.delete")
    answer = as_owner.get(reverse("dashboard:log_file", args=[site.pk]), {"what": "room.create"})
    assert answer["Content-Disposition"] == 'attachment; filename="log.csv"'
    text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]  # of this server it is not async
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["action"] for row in rows] == ["room.create"]
    assert rows[0]["actor_id"] == "'=1+1"
    assert rows[0]["before"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝", "＠"])
def test_a_formula_is_text(start: str) -> None:
    assert cell(f"{start}SUM(A1)") == f"'{start}SUM(A1)"
    assert cell(f"a{start}") == f"a{start}"


def test_a_moderator_does_not_read_it(as_moderator: Client, site: Site) -> None:
    assert as_moderator.get(reverse("dashboard:log", args=[site.pk])).status_code == 403
    Member.objects.filter(account__email="moderator@shop.example").update(role="manager")
    assert as_moderator.get(reverse("dashboard:log", args=[site.pk])).status_code == 200

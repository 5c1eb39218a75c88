"""What holds for every page of the workspace. The pages are those of the registry of addresses, so
that a new one is tried by being there.

Who may open which is in test_matrix.py; what is accessible, and fits, in test_browser.py.
"""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from django.utils import timezone

from inglenook.chat.models import Message, Room
from inglenook.dashboard import account_urls
from inglenook.dashboard.urls import SITE, urlpatterns
from inglenook.sites.models import Account, AuditEntry, OriginSighting, Site
from inglenook.visitors.models import Visitor
from scripts import account_scenes, workspace_scenes
from tests.backend.dashboard.test_audit import address
from tests.backend.dashboard.test_matrix import PARAMETERS

# Those before signing in that stand at the root.
WITH_A_TOKEN = ("login_link", "invitation")
AT_THE_ROOT = ("home", "login_link", "set_up", "invitation")
OWN = [each for each in urlpatterns if not str(each.pattern).startswith(SITE)]
# The page itself and our own files, behind a proxy that compresses; HTMX comes beside them.
MOST_BYTES = 60 * 1024
# Longer than any field takes.
TOO_LONG = 40_000
# The server takes no more than two and a half megabytes at once.
MOST_OF_A_FORM = 1_000_000
FEW, MANY = 10, 10_000
ASKED = re.compile(r'(?:stylesheet" href|<script[^>]* src|icon" href)="([^"]+)"')
each_page = pytest.mark.parametrize("page", urlpatterns, ids=lambda page: str(page.name))


def path_of(page: URLPattern, site: Site) -> str:
    name = str(page.name)
    is_plain = page in OWN and "<" not in str(page.pattern)
    return reverse(f"dashboard:{name}") if is_plain else address(name, site)


@cache
def compressed_bytes(content: bytes) -> int:
    return len(brotli.compress(content))


def opened(client: Client, page: URLPattern, site: Site) -> str | None:
    """The page; None where it has none to show: what only takes a form, a file, or no news."""
    answer = client.get(path_of(page, site), PARAMETERS.get(str(page.name)))
    if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
        assert answer.status_code in (200, 204, 302, 405)
        return None
    return answer.content.decode()


@pytest.mark.any_database
@each_page
def test_a_page_and_its_files_are_light(
    page: URLPattern, as_owner: Client, site: Site, case_file: None
) -> None:
    """As a browser that knows brotli gets them."""
    found = opened(as_owner, page, site)
    if found is None:
        return
    weight = compressed_bytes(found.encode())
    for path in ASKED.findall(found):
        if path.startswith("/widget/"):
            weight += (settings.EMBED_DIR / f"{path[1:]}.br").stat().st_size
        elif path.startswith("/static/inglenook/"):
            file = Path(settings.STATICFILES_DIRS[0]) / path.removeprefix("/static/")
            weight += compressed_bytes(file.read_bytes())
    assert weight <= MOST_BYTES, weight


@pytest.mark.parametrize("page", OWN, ids=lambda page: str(page.name))
def test_what_is_of_no_site_shows_a_stranger_nothing_of_it(
    page: URLPattern, site: Site, other_site: Site, case_file: None, stranger: Account
) -> None:
    client = Client()
    client.force_login(stranger)
    found = opened(client, page, site) or ""
    for secret in ("Candle Shop", "Olive", "Amber Otter", f"/sites/{site.pk}/"):
        assert secret not in found


@pytest.mark.any_database
@each_page
def test_a_page_has_its_picture(
    page: URLPattern, as_owner: Client, site: Site, case_file: None
) -> None:
    """`make screenshots` takes it. What is no whole page belongs to the page that asks for it."""
    found = opened(as_owner, page, site) or ""
    scenes = {**workspace_scenes.OWNER_SCENES, **workspace_scenes.NEWCOMER_SCENES}
    is_whole = found.startswith("<!doctype html>")
    assert is_whole == (str(page.name) in workspace_scenes.OF_PAGES)
    assert not is_whole or workspace_scenes.OF_PAGES[str(page.name)] in scenes


def test_every_page_of_accounts_has_its_picture() -> None:
    """Also those before signing in, which `OWN` does not have."""
    scenes = {name for _, cast in account_scenes.CASTS for name in cast}
    scenes |= {*account_scenes.SET_UP_SCENES, *workspace_scenes.OWNER_SCENES}
    scenes |= set(workspace_scenes.STRANGER_SCENES)
    names = {*AT_THE_ROOT, *(str(page.name) for page in account_urls.urlpatterns)}
    assert names == account_scenes.WITHOUT_A_PAGE | set(account_scenes.OF_PAGES)
    assert set(account_scenes.OF_PAGES.values()) <= scenes
    assert all(reverse(name, args=["x"] * (name in WITH_A_TOKEN)) for name in AT_THE_ROOT)


class Forms(HTMLParser):
    """The forms of a page that go to its own address, each with what one types into it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self.values: dict[str, list[str]] = {}
        self._form: dict[str, str] | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form" and has.get("method", "").lower() == "post" and "action" not in has:
            self._form = {}
            self.found.append(self._form)
        name = has.get("name", "")
        if tag == "textarea":
            self._area = name
            self._note(name, "")
        elif tag == "input" and has.get("type", "text") in ("text", "email", "url", "number"):
            self._note(name, has.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.values[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None

    def _note(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)
        if self._form is not None:
            self._form[name] = value


def forms_of(text: str) -> Forms:
    parser = Forms()
    parser.feed(text)
    return parser


@pytest.mark.any_database
@each_page
def test_a_form_that_is_refused_keeps_what_was_typed(
    page: URLPattern, as_owner: Client, site: Site, case_file: None
) -> None:
    found = opened(as_owner, page, site)
    for form in forms_of(found or "").found:
        if not form:
            continue
        each = min(TOO_LONG, MOST_OF_A_FORM // len(form))
        typed = {name: f"kept <{name}> " + "x" * each for name in form}
        answer = as_owner.post(path_of(page, site), typed)
        if answer.status_code == 302:
            continue  # nothing that one may type is wrong there
        assert answer.status_code == 422
        shown = forms_of(answer.content.decode()).values
        for name, value in typed.items():
            assert value in [each.lstrip("\n") for each in shown.get(name, [])], name


def fill(site: Site, room: Room, start: int, number: int) -> None:
    """So many people of whom each has said something, and as many lines of everything else."""
    now = timezone.now()
    numbers = range(start, start + number)
    Visitor.objects.bulk_create(
        Visitor(site=site, public_id=f"v_many{n}", name=f"Guest {n}") for n in numbers
    )
    Message.objects.bulk_create(
        Message(
            room=room,
            seq=n,
            rev=n,
            at=now,
            cid=f"many-{n}",
            author_id=f"v_many{n}",
            author_name=f"Guest {n}",
            body=f"Line {n}",
        )
        for n in numbers
    )
    Room.objects.filter(pk=room.pk).update(head=start + number - 1)
    Room.objects.bulk_create(
        Room(site=site, slug=f"room-{n}", name=f"Room {n}", position=n) for n in numbers
    )
    OriginSighting.objects.bulk_create(
        OriginSighting(site=site, origin=f"https://s{n}.example", was_refused=bool(n % 2))
        for n in numbers
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(
            site=site,
            actor_kind="member",
            actor_id="m_x",
            actor_name="Olive",
            action="room.update",
            target_kind="room",
            target_id="lobby",
        )
        for n in numbers
    )


def queries_of_pages(client: Client, site: Site) -> dict[str, int]:
    found = {}
    for page in urlpatterns:
        path = path_of(page, site)
        with CaptureQueriesContext(connection) as queries:
            client.get(path, PARAMETERS.get(str(page.name)))
        found[str(page.name)] = len(queries)
    return found


@pytest.mark.any_database
def test_a_page_asks_as_often_with_ten_rows_as_with_ten_thousand(
    as_owner: Client, site: Site, room: Room, case_file: None
) -> None:
    fill(site, room, 100, FEW)
    queries_of_pages(as_owner, site)  # what a process remembers is remembered now
    few = queries_of_pages(as_owner, site)
    fill(site, room, 100 + FEW, MANY)
    assert queries_of_pages(as_owner, site) == few

"""What stands around every page: sections by role, where one is, the sites, you."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

import inglenook
from inglenook.chat.models import Room
from inglenook.dashboard.access import LAST_SITE
from inglenook.dashboard.shell import facts, sections
from inglenook.dashboard.shell.icons import SHAPES
from inglenook.dashboard.shell.sections import SECTIONS, Section, section_of
from inglenook.dashboard.shell.toasts import toast
from inglenook.dashboard.shell.views import next_address
from inglenook.dashboard.urls import SITE, urlpatterns
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.roles import Action
from inglenook.sites.services import create_site

TEMPLATES = Path(inglenook.__file__).parent / "templates"
HOME = "/dashboard/"
# Pages of a site that belong to no section: one reaches them from the shell itself.
FROM_THE_SHELL = {"search"}


def in_rail(page: str) -> list[str]:
    rail = page[page.index('<nav class="rail"') : page.index('<main id="main"')]
    return re.findall(r'data-section="(\w+)"', rail)


def page_of(client: Client, name: str, *args: Any) -> str:
    return client.get(reverse(f"dashboard:{name}", args=args)).content.decode()


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("viewer", {"home", "rooms", "install"}),
        ("moderator", {"home", "rooms", "install"}),
        ("manager", {"home", "rooms", "settings", "install"}),
        ("owner", {"home", "rooms", "settings", "install"}),
    ],
)
def test_a_role_sees_the_sections_that_it_may_open(
    role: str, expected: set[str], as_moderator: Client, site: Site
) -> None:
    Member.objects.filter(account__email="moderator@shop.example").update(role=role)
    known = {"home", "rooms", "settings", "install"}
    assert set(in_rail(page_of(as_moderator, "rooms", site.pk))) & known == expected


def test_without_a_site_there_is_home_alone(client: Client, owner: Account) -> None:
    client.force_login(owner)
    page = page_of(client, "home")
    assert in_rail(page) == ["home"]
    assert "data-search" not in page


@pytest.mark.parametrize(
    ("name", "marked"),
    [("rooms", ("rooms", "page")), ("room", ("rooms", "true")), ("site", ("install", "page"))],
)
def test_the_rail_says_where_one_is(
    name: str, marked: tuple[str, str], as_owner: Client, site: Site, room: Room
) -> None:
    args = [site.pk, room.slug] if name == "room" else [site.pk]
    page = page_of(as_owner, name, *args)
    assert re.findall(r'class="rail-link".*?data-section="(\w+)" aria-current="(\w+)"', page) == [
        marked
    ]


def test_each_section_has_a_page_an_icon_and_a_key_of_its_own(site: Site) -> None:
    assert len({section.key for section in SECTIONS}) == len(SECTIONS)
    assert len({section.name for section in SECTIONS}) == len(SECTIONS)
    for section in SECTIONS:
        assert section.icon in SHAPES
        assert reverse(f"dashboard:{section.url}", args=[site.pk] if section.of_site else [])


def test_each_page_of_a_site_belongs_to_one_section() -> None:
    for page in urlpatterns:
        if str(page.pattern).startswith(SITE) and page.name not in FROM_THE_SHELL:
            holding = [section.name for section in SECTIONS if section.holds(str(page.name))]
            assert len(holding) == 1, f"{page.name}: {holding}"
    assert section_of("search") is None


def test_a_section_says_how_much_waits_there(
    as_owner: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Section(
        name="probe",
        label="Probe",
        icon="inbox",
        url="rooms",
        key="p",
        badge=lambda _: 123,  # type: ignore[arg-type]  # a word that needs no translation
    )
    monkeypatch.setattr(facts, "SECTIONS", (*SECTIONS, made))
    monkeypatch.setattr(sections, "SECTIONS", (*SECTIONS, made))
    page = page_of(as_owner, "home")
    assert '<span class="badge">99+<span class="visually-hidden"> waiting</span></span>' in page


def test_the_switcher_lists_own_sites_alone_and_the_last_open_one_stays(
    as_owner: Client, owner: Account, site: Site, other_site: Site
) -> None:
    second = create_site(name="Bakery", origins=["https://bakery.example"], owner=owner)
    page = page_of(as_owner, "rooms", site.pk)
    assert "Bakery" in page
    assert "Elsewhere" not in page
    assert 'data-section="rooms"' in page_of(as_owner, "home")
    assert f"/dashboard/sites/{site.pk}/settings/" in page_of(as_owner, "home")
    page_of(as_owner, "rooms", second.pk)
    assert f"/dashboard/sites/{second.pk}/settings/" in page_of(as_owner, "home")
    as_owner.cookies[LAST_SITE] = str(other_site.pk)
    assert f"/dashboard/sites/{other_site.pk}/" not in page_of(as_owner, "home")


def test_who_is_away_says_so_and_comes_back(as_owner: Client, owner: Account, site: Site) -> None:
    back = reverse("dashboard:rooms", args=[site.pk])
    answer = as_owner.post(reverse("dashboard:away"), {"is_away": "yes", "next": back})
    assert answer["Location"] == back
    assert "I am here" in page_of(as_owner, "home")
    as_owner.post(reverse("dashboard:away"), {"is_away": "no"})
    owner.refresh_from_db()
    assert not owner.is_away


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""],
)
def test_no_form_leads_to_another_host(wanted: str) -> None:
    request = RequestFactory().post("/", {"next": wanted})
    assert next_address(request) == HOME


def test_a_toast_can_be_taken_back_by_a_form(rf: RequestFactory) -> None:
    request = rf.get("/dashboard/here/")
    kept = CookieStorage(request)
    request._messages = kept  # type: ignore[attr-defined]  # as the middleware does
    toast(request, "Deleted.", undo="/dashboard/undo/1/")
    toast(request, "Saved.")
    drawn = render_to_string("dashboard/parts/_toasts.html", {"messages": kept}, request)
    deleted, saved = drawn.split("data-toast")[1:]
    assert "<p>Deleted.</p>" in deleted
    assert 'method="post" action="/dashboard/undo/1/"' in deleted
    assert 'name="next" value="/dashboard/here/"' in deleted
    assert "<p>Saved.</p>" in saved
    assert "<form" not in saved


def test_templates_ask_for_actions_and_icons_that_there_are() -> None:
    """Django's templates read a name that there is not as empty."""
    actions = {action.name.lower() for action in Action}
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        assert set(re.findall(r"\bmay\.(\w+)", text)) <= actions, path
        assert set(re.findall(r'{% icon "(\w+)"', text)) <= set(SHAPES), path

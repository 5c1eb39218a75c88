"""My sites, and a new one with the mistakes that people make."""

from __future__ import annotations

from html import unescape

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from inglenook.chat.models import Room
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.services import create_site, note_sighting
from inglenook.sites.site_settings import disable_site

CREATE = "/dashboard/sites/new/"
LIST = "/dashboard/"


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_an_empty_list_invites_to_begin(as_owner: Client) -> None:
    page = text(as_owner.get(LIST))
    assert CREATE in page
    assert "Light the first fire" in page


def test_the_list_says_where_the_chat_is_and_which_pages_were_refused(
    as_owner: Client, site: Site, room: Room
) -> None:
    install = reverse("dashboard:site", args=[site.pk])
    page = text(as_owner.get(LIST))
    assert "Candle Shop" in page
    assert "The chat is not on any page yet" in page
    assert f'href="{install}">Install' in page
    note_sighting(site_id=site.pk, origin="https://shop.example", refused=False)
    note_sighting(site_id=site.pk, origin="https://evil.example", refused=True)
    page = text(as_owner.get(LIST))
    assert "Nobody has said anything yet" in page
    assert f'href="{install}">Install<' not in page
    assert f'href="{install}#check">1 page was refused: look at it' in page


def test_the_install_page_shows_who_may_use_the_chat_and_when_it_was_seen(
    as_owner: Client, site: Site, room: Room, site_key: str
) -> None:
    address = reverse("dashboard:site", args=[site.pk])
    assert all(
        word in text(as_owner.get(address))
        for word in ("https://shop.example", site_key, "Not seen yet")
    )
    note_sighting(site_id=site.pk, origin="https://shop.example", refused=False)
    page = text(as_owner.get(address))
    assert "Last opened on <span" in page
    assert "just now</time>" in page


def test_the_list_holds_nobody_elses_sites(as_stranger: Client, site: Site) -> None:
    assert "Candle Shop" not in text(as_stranger.get(LIST))


def test_the_list_asks_the_database_as_often_for_many_sites(
    as_owner: Client, owner: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    create_site(name="One", origins=["https://one.example"], owner=owner)
    # Session, account; sites of the rail, badges (3), two of what is left to do; deleted sites;
    # memberships, sites, what waits (three), who else is here, rooms where somebody spoke, who
    # spoke last on each.
    with django_assert_num_queries(17):  # type: ignore[operator]  # pytest-django's fixture has no type
        as_owner.get(LIST)
    for number in range(5):
        create_site(name=f"More {number}", origins=["https://more.example"], owner=owner)
    with django_assert_num_queries(17):
        as_owner.get(LIST)


def test_a_new_site_has_its_owner_its_origins_and_a_lobby(as_owner: Client, owner: Account) -> None:
    sent = {
        "name": " My  shop ",
        "origins": "https://shop.example\r\n\r\nhttps://*.shop.example\r\n",
    }
    answer = as_owner.post(CREATE, sent)
    site = Site.objects.get()
    assert answer["Location"] == reverse("dashboard:site", args=[site.pk])
    assert site.name == "My shop"
    assert {row.entry for row in site.origins.all()} == {
        "https://shop.example",
        "https://*.shop.example",
    }
    assert Member.objects.get().role == Member.Role.OWNER
    assert [(room.slug, room.name) for room in Room.objects.all()] == [("lobby", "Lobby")]


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("https://shop.example/contact", "https://shop.example"),
        ("shop.example/contact", "https://shop.example"),
        ("me@shop.example", "https://shop.example"),
        (".shop.example", "https://*.shop.example"),
        ("http://*.shop.example/", "https://*.shop.example"),
        ("//shop.example", "https://shop.example"),
    ],
)
def test_a_mistake_is_explained_and_its_correction_is_one_click(
    as_owner: Client, line: str, suggestion: str
) -> None:
    sent = {"name": "Shop", "origins": f"https://good.example\n{line}"}
    answer = as_owner.post(CREATE, sent)
    page = text(answer)
    assert answer.status_code == 422
    assert f'Did you mean <strong class="origin">{suggestion}</strong>?' in page
    assert 'name="accept" value="2"' in page
    corrected = as_owner.post(CREATE, {**sent, "accept": "2"})
    assert corrected.status_code == 200
    assert f"https://good.example\n{suggestion}</textarea>" in text(corrected)
    assert 'value="Shop"' in text(corrected)
    assert not Site.objects.exists()


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("https://shop.example/", "https://shop.example"),
        ("shop.example", "https://shop.example"),
        ("Shop.Example/", "https://shop.example"),
        ("shop.example:8443", "https://shop.example:8443"),
        ("*.shop.example", "https://*.shop.example"),
        ("http://localhost:3000/", "http://localhost:3000"),
        ("localhost:3000", "http://localhost:3000"),
        ("localhost", "http://localhost:*"),
        ("127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_address_is_taken_as_browsers_show_and_copy_it(
    as_owner: Client, line: str, entry: str
) -> None:
    as_owner.post(CREATE, {"name": "Shop", "origins": f"https://good.example/\n{line}\n"})
    assert {row.entry for row in Site.objects.get().origins.all()} == {
        "https://good.example",
        entry,
    }


def test_all_corrections_can_be_taken_at_once(as_owner: Client) -> None:
    sent = {"name": "Shop", "origins": "shop.example/a\n.shop.example", "accept": "all"}
    page = text(as_owner.post(CREATE, sent))
    assert "https://shop.example\nhttps://*.shop.example</textarea>" in page


def test_what_cannot_be_corrected_is_kept_and_explained(as_owner: Client) -> None:
    sent = {"name": "Shop", "origins": "shop.example/a\n*\nhttps://*.com"}
    page = text(as_owner.post(CREATE, {**sent, "accept": "all"}))
    assert "https://shop.example\n*\nhttps://*.com</textarea>" in page
    assert "line 2, line 3" in page
    assert not Site.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "origins": "https://shop.example"}, "Give the site a name"),
        ({"name": "Shop", "origins": " \n "}, "Write at least one"),
        (
            {"name": "x" * 81, "origins": "https://shop.example"},
            "80 characters at most; this one has 81",
        ),
        ({"name": "a\x00b", "origins": "https://shop.example"}, "Null characters"),
        ({"name": "Shop", "origins": "https://shop.example/<script>"}, "&lt;script&gt;"),
        (
            {"name": "Shop", "origins": "\n".join(f"https://a{n}.example" for n in range(101))},
            "100 origins",
        ),
    ],
)
def test_what_is_wrong_is_said_and_the_input_kept(
    as_owner: Client, sent: dict[str, str], said: str
) -> None:
    answer = as_owner.post(CREATE, sent)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "<script>" not in text(answer)
    assert not Site.objects.exists()


def test_a_name_is_shown_and_never_becomes_markup(as_owner: Client) -> None:
    as_owner.post(
        CREATE, {"name": "<img src=x onerror=alert(1)>", "origins": "https://shop.example"}
    )
    page = text(as_owner.get(LIST))
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img src=x" not in page


def test_the_install_page_has_the_tag_its_link_and_the_lines_of_a_policy(
    as_owner: Client, site: Site, room: Room, site_key: str
) -> None:
    page = text(as_owner.get(reverse("dashboard:site", args=[site.pk])))
    base = settings.BASE_URL
    assert (
        f"&lt;script async src=&quot;{base}/embed.js&quot; data-site=&quot;{site_key}&quot;&gt;"
        in page
    )
    assert f"&lt;noscript&gt;&lt;a href=&quot;{base}/s/{site_key}/r/lobby/&quot;&gt;" in page
    assert f"connect-src {base} {base.replace('http', 'ws', 1)};" in page


def test_the_tag_of_an_inline_room_draws_no_launcher_and_carries_the_name_of_the_room(
    as_owner: Client, site: Site, room: Room, site_key: str
) -> None:
    Room.objects.filter(pk=room.pk).update(name='Tom & "Jerry"')
    page = unescape(text(as_owner.get(reverse("dashboard:site", args=[site.pk]))))
    assert (
        '<div data-inglenook-room="lobby" data-launcher-label="Tom &amp; &quot;Jerry&quot;"'
        ' style="height: 480px"></div>\n'
        f'<script async src="{settings.BASE_URL}/embed.js" data-site="{site_key}"'
        ' data-mode="inline"></script>'
    ) in page


def test_the_tag_names_the_chosen_room(as_owner: Client, site: Site, room: Room) -> None:
    Room.objects.create(site=site, slug="help", name="Help")
    address = reverse("dashboard:site_settings", args=[site.pk])
    assert as_owner.post(address, {"name": site.name, "default_room": "help"}).status_code == 302
    assert "/r/help/" in text(as_owner.get(reverse("dashboard:site", args=[site.pk])))
    assert as_owner.post(address, {"name": site.name, "default_room": "nowhere"}).status_code == 422


def test_the_check_tells_what_was_seen_and_what_was_refused(as_owner: Client, site: Site) -> None:
    address = reverse("dashboard:install_check", args=[site.pk])
    assert "Not seen yet" in text(as_owner.get(address))
    note_sighting(site_id=site.pk, origin="https://shop.example", refused=False)
    note_sighting(site_id=site.pk, origin="https://www.shop.example", refused=True)
    note_sighting(site_id=site.pk, origin="null", refused=True)
    answer = as_owner.get(address)
    page = text(answer)
    assert "Working" in page
    assert page.count("Allow this origin") == 1
    assert "without an address of its own" in page
    again = as_owner.get(address, {"mark": answer.context["check"].mark})
    assert again.status_code == 204


def test_a_refused_origin_is_allowed_by_one_click_and_is_then_no_news(
    as_owner: Client, site: Site
) -> None:
    note_sighting(site_id=site.pk, origin="https://www.shop.example", refused=True)
    sent = {"origin": "https://www.shop.example", "back": "install"}
    answer = as_owner.post(reverse("dashboard:origins", args=[site.pk]), sent)
    assert answer["Location"] == reverse("dashboard:site", args=[site.pk])
    assert "https://www.shop.example" in {row.entry for row in site.origins.all()}
    assert "Allow this origin" not in text(as_owner.get(answer["Location"]))


def test_a_moderator_sees_refusals_and_cannot_allow_them(as_moderator: Client, site: Site) -> None:
    note_sighting(site_id=site.pk, origin="https://www.shop.example", refused=True)
    page = text(as_moderator.get(reverse("dashboard:site", args=[site.pk])))
    assert "https://www.shop.example" in page
    assert "Allow this origin" not in page


def test_a_site_is_renamed(as_owner: Client, site: Site) -> None:
    address = reverse("dashboard:site_settings", args=[site.pk])
    as_owner.post(address, {"name": "Wax & Wick", "default_room": ""})
    site.refresh_from_db()
    assert site.name == "Wax & Wick"
    refused = as_owner.post(address, {"name": " ", "default_room": ""})
    assert refused.status_code == 422
    assert "· Wax &amp; Wick" in text(refused).partition("</title>")[0]


def test_a_site_that_is_switched_off_says_so_on_every_page(
    as_owner: Client, site: Site, room: Room
) -> None:
    disable_site(site=site)
    for name in ("site", "rooms", "origins", "site_settings"):
        assert "This site is switched off" in text(
            as_owner.get(reverse(f"dashboard:{name}", args=[site.pk]))
        )

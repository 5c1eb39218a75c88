"""People: the list, one person's page, and what is done there."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.chat.models import Message, Room
from inglenook.chat.person_copy import person_copy
from inglenook.dashboard.people.timeline import ROWS
from inglenook.moderation.services import impose, lift
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Account, AuditEntry, Member, Site
from inglenook.visitors.models import Visitor
from tests.backend.dashboard.conftest import Says
from tests.backend.dashboard.test_home import private_line


def address(name: str, site: Site, *args: Any) -> str:
    return reverse(f"dashboard:{name}", args=[site.pk, *args])


def text(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


def names_in(page: str) -> list[str]:
    return re.findall(r'person-name" href="[^"]+">([^<]+)<', page)


def crowd(site: Site, number: int, start: int = 0) -> None:
    Visitor.objects.bulk_create(
        Visitor(site=site, name=f"Guest {n}", name_folded=f"guest {n}", public_id=f"v_crowd{n}")
        for n in range(start, start + number)
    )


def test_the_list_finds_by_name_number_trust_and_sanction(
    as_owner: Client, site: Site, visitor: Visitor, other_site: Site
) -> None:
    teal = Visitor.objects.create(site=site, name="Teal Wren", trust_fixed="trusted")
    Visitor.objects.create(site=other_site, name="Amber Stranger")
    Visitor.objects.create(site=site, name="", erased_at=timezone.now())
    impose(site=site, visitor_id=visitor.public_id, kind="mute", seconds=3600, by=SYSTEM)
    people = address("people", site)
    assert names_in(text(as_owner, people)) == ["Teal Wren", "Amber Otter"]
    assert names_in(text(as_owner, people, q="AMBER")) == ["Amber Otter"]
    assert names_in(text(as_owner, people, q=teal.public_id)) == ["Teal Wren"]
    assert names_in(text(as_owner, people, show="trusted")) == ["Teal Wren"]
    assert names_in(text(as_owner, people, show="sanctioned")) == ["Amber Otter"]
    assert "muted" in text(as_owner, people)
    assert "Nobody here has this" in text(as_owner, people, q="nobody\0")


def test_everybody_comes_once_and_the_queries_stay_as_many(
    as_owner: Client, site: Site, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    crowd(site, 3)
    people = address("people", site)
    as_owner.get(people)
    with django_assert_num_queries(10):
        as_owner.get(people)
    crowd(site, 120, start=3)
    with django_assert_num_queries(10):
        page = text(as_owner, people)
    seen = names_in(page)
    while found := re.search(r"&amp;after=([^\"]+)", page):
        crowd(site, 1, start=1000 + len(seen))  # somebody comes meanwhile
        page = text(as_owner, people, after=found[1])
        seen += names_in(page)
    assert sorted(seen) == sorted(f"Guest {n}" for n in range(123))


def test_a_person_has_figures_and_one_timeline(
    as_owner: Client, site: Site, room: Room, case_file: None, visitor: Visitor
) -> None:
    made = impose(
        site=site, visitor_id=visitor.public_id, kind="ban", seconds=None, reason="Adverts",
        by=SYSTEM,
    )  # fmt: skip
    page = text(as_owner, address("person", site, visitor.public_id))
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["1", "0", "1", "0"]
    assert ">banned" in page
    for words in ("Reported in Lobby: advert", "banned them", "“Adverts”", "Hello"):
        assert words in page
    assert page.index("banned them") < page.index("Reported in") < page.index(">Hello<")
    lift(site=site, sanction_id=made.pk, by=SYSTEM)
    assert "lifted the ban" in text(as_owner, address("person", site, visitor.public_id))
    only = text(as_owner, address("person", site, visitor.public_id), show="messages")
    assert "Hello" in only
    assert "banned them" not in only


def test_the_timeline_goes_on_without_a_gap(
    as_owner: Client, site: Site, room: Room, visitor: Visitor
) -> None:
    then = timezone.now() - timedelta(days=1)
    Message.objects.bulk_create(
        Message(
            room=room, seq=n, rev=n, at=then, author_id=visitor.public_id, author_name="Amber",
            body=f"word-{n:03}", cid=str(n),
        )
        for n in range(1, 2 * ROWS + 6)
    )  # fmt: skip
    impose(site=site, visitor_id=visitor.public_id, kind="mute", seconds=60, by=SYSTEM)
    here = address("person", site, visitor.public_id)
    page = text(as_owner, here)
    pages = [page]
    while found := re.search(r"&amp;after=([^\"]+)", page):
        page = text(as_owner, here, after=found[1])
        pages.append(page)
    seen = re.findall(r"word-\d+", "".join(pages))
    assert seen == [f"word-{n:03}" for n in range(2 * ROWS + 5, 0, -1)]
    assert len(pages) == 3


def test_a_viewer_sees_no_private_room_no_report_and_no_decision(
    as_moderator: Client, site: Site, case_file: None, visitor: Visitor
) -> None:
    private = Room.objects.create(
        site=site, slug="p_1", name="Line", kind="private", visitor=visitor, head=1
    )
    Message.objects.create(
        room=private, seq=1, rev=1, at=timezone.now(), author_id=visitor.public_id,
        author_name="Amber Otter", body="my secret", cid="1",
    )  # fmt: skip
    impose(site=site, visitor_id=visitor.public_id, kind="mute", seconds=60, by=SYSTEM)
    here = address("person", site, visitor.public_id)
    assert "my secret" in text(as_moderator, here)
    Member.objects.filter(account__email="moderator@shop.example").update(role="viewer")
    page = text(as_moderator, here)
    assert "Hello" in page
    for hidden in ("my secret", "Reported in", "muted them", "<form method"):
        assert hidden not in page[page.index('class="columns person"') : page.index("</main>")]


def test_note_and_trust_are_kept_and_what_is_wrong_stays_in_the_form(
    as_owner: Client, site: Site, visitor: Visitor
) -> None:
    here = address("person", site, visitor.public_id)
    answer = as_owner.post(f"{here}note/", {"note": "Knows glass"})
    assert answer["Location"] == here
    as_owner.post(f"{here}trust/", {"trust": "trusted"})
    visitor.refresh_from_db()
    assert (visitor.note, visitor.trust_fixed) == ("Knows glass", "trusted")
    as_owner.post(f"{here}trust/", {"trust": ""})
    visitor.refresh_from_db()
    assert not visitor.trust_fixed
    answer = as_owner.post(f"{here}note/", {"note": "x" * 2001})
    assert answer.status_code == 422
    assert "x" * 2001 in answer.content.decode()


def test_all_that_somebody_wrote_goes_and_comes_back(
    as_owner: Client, site: Site, room: Room, visitor: Visitor, says: Says
) -> None:
    says("one")
    says("two")
    here = address("person", site, visitor.public_id)
    page = as_owner.post(f"{here}delete-messages/", follow=True).content.decode()
    assert "All that Amber Otter wrote is deleted." in page
    assert Message.objects.filter(deleted=None).count() == 0
    undo = re.search(r'action="(/dashboard/[^"]+undo[^"]+)"', page)
    assert undo
    as_owner.post(undo[1].replace("&amp;", "&"))
    assert Message.objects.filter(deleted=None).count() == 2


def test_before_anybody_came_there_is_nothing_to_look_for(as_owner: Client, site: Site) -> None:
    here = address("people", site)
    page = text(as_owner, here)
    assert "Install the chat" in page
    assert "find-people" not in page
    assert "?show=sanctioned" not in page
    assert "find-people" in text(as_owner, here, q="nobody")
    assert "?show=sanctioned" in text(as_owner, here, show="new")
    Visitor.objects.create(site=site, name="Teal Wren")
    page = text(as_owner, here)
    assert "find-people" in page
    assert "?show=sanctioned" in page


def test_an_export_is_a_file_and_on_record(
    as_owner: Client, site: Site, room: Room, visitor: Visitor, says: Says
) -> None:
    says("mine")
    here = address("person", site, visitor.public_id)
    answer = as_owner.post(f"{here}export/")
    assert answer["Content-Disposition"] == f'attachment; filename="{visitor.public_id}.json"'
    stored = json.loads(answer.content)
    assert stored["visitor"]["name"] == "Amber Otter"
    assert [message["body"] for message in stored["messages"]] == ["mine"]
    assert AuditEntry.objects.filter(action="visitor.export").count() == 1


def test_an_export_is_the_persons_own_copy_with_more_in_it(
    as_owner: Client, site: Site, visitor: Visitor, case_file: None
) -> None:
    Visitor.objects.filter(pk=visitor.pk).update(note="Asks for tall jars.", email="a@b.example")
    impose(site=site, visitor_id=visitor.public_id, kind="mute", seconds=60, by=SYSTEM)
    visitor.refresh_from_db()
    exported = as_owner.post(address("person", site, visitor.public_id) + "export/").content
    with person_copy(visitor) as file:
        own = json.loads(file.read())
    teams = json.loads(exported)
    assert set(teams) - set(own) == {"sanctions", "reports"}
    assert set(teams["visitor"]) - set(own["visitor"]) == {"trust", "note"}
    assert own["messages"]
    shared = set(own) - {"at", "visitor", "held"}
    assert {name: teams[name] for name in shared} == {name: own[name] for name in shared}
    assert own["visitor"].items() <= teams["visitor"].items()
    assert [row["kind"] for row in teams["sanctions"]] == ["mute"]
    assert len(teams["reports"]) == 1


def test_erasing_asks_for_the_name(as_owner: Client, site: Site, visitor: Visitor) -> None:
    erase = address("erase_person", site, visitor.public_id)
    answer = as_owner.post(erase, {"confirm": "Teal Wren"})
    assert answer.status_code == 422
    assert "Write “Amber Otter” to go on." in answer.content.decode()
    assert as_owner.post(erase, {"confirm": "Amber Otter"})["Location"] == address("people", site)
    visitor.refresh_from_db()
    assert visitor.erased_at
    assert as_owner.get(address("person", site, visitor.public_id)).status_code == 404


def test_a_ban_from_the_page_leads_back_to_it(
    as_owner: Client, site: Site, visitor: Visitor
) -> None:
    here = address("person", site, visitor.public_id)
    page = text(as_owner, here)
    links = re.findall(r'href="(/dashboard/[^"]+new/\?visitor[^"]+)"', page)
    assert [re.search(r"kind=(\w+)", link)[1] for link in links] == ["mute", "shadow", "ban"]  # type: ignore[index]  # it is there, or the test fails
    form = text(as_owner, links[-1].replace("&amp;", "&"))
    assert f'name="next" value="{here}"' in form
    assert re.search(r'value="ban"[^>]*checked', form)
    sent = {
        "visitor": visitor.public_id,
        "kind": "ban",
        "seconds": "",
        "scope": "person",
        "next": here,
    }
    assert as_owner.post(address("create_sanction", site), sent)["Location"] == here


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/"])
def test_a_form_of_a_sanction_leads_back_to_pages_of_ours_alone(
    back: str, as_owner: Client, site: Site
) -> None:
    form = text(as_owner, address("create_sanction", site), next=back)
    assert "evil.example" not in form[form.index('<main id="main"') : form.index("</main>")]


def test_a_person_with_a_private_line_leads_to_it(
    as_owner: Client, as_moderator: Client, site: Site, visitor: Visitor, moderator: Account
) -> None:
    here = reverse("dashboard:person", args=[site.pk, visitor.public_id])
    assert "Private line</a>" not in as_owner.get(here).content.decode()
    line = private_line(visitor, ("visitor", 5))
    there = reverse("dashboard:conversation", args=[site.pk, line.slug])
    assert there in as_moderator.get(here).content.decode()
    moderator.memberships.update(role="viewer")
    assert there not in as_moderator.get(here).content.decode()

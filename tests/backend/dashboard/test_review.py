"""Review: the queue in one order, each case in its place, the next by itself, everything undone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.dashboard.review import queue
from inglenook.moderation.models import Sanction
from inglenook.sites.models import Member, Site
from inglenook.visitors.models import Visitor

from .conftest import Says

pytestmark = pytest.mark.django_db


def address(name: str, site: Site, *args: object) -> str:
    return reverse(f"dashboard:{name}", args=[site.pk, *args])


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def hold(room: Room, number: int, *, minutes: int = 0) -> HeldMessage:
    return HeldMessage.objects.create(
        room=room,
        author_id="v_teal",
        author_name="Teal",
        cid=f"held {number}",
        body=f"held {number}",
        reason="approval",
        at=timezone.now() - timedelta(minutes=minutes),
    )


def report(room: Room, seq: int, *, minutes: int = 0) -> Report:
    return Report.objects.create(
        room=room,
        seq=seq,
        body=f"reported {seq}",
        author_id="v_amber",
        author_name="Amber",
        first_at=timezone.now() - timedelta(minutes=minutes),
    )


def named(client: Client, path: str) -> list[str]:
    return [case.name for case in client.get(path).context["queue"].cases]


def test_reports_and_what_waits_are_one_list_the_newest_first(
    as_moderator: Client, site: Site, room: Room
) -> None:
    held = [hold(room, n, minutes=2 * n) for n in range(3)]
    reports = [report(room, n, minutes=2 * n + 1) for n in range(3)]
    expected = [f"{kind}{row.pk}" for pair in zip(held, reports, strict=True)
                for kind, row in zip("hr", pair, strict=True)]  # fmt: skip
    assert named(as_moderator, address("review", site)) == expected
    assert named(as_moderator, address("review", site) + "?show=reported") == expected[1::2]
    assert named(as_moderator, address("review", site) + "?show=held") == expected[::2]
    assert named(as_moderator, address("review", site) + "?room=elsewhere") == []


def test_pieces_of_the_list_come_once_also_at_the_same_moment(
    as_moderator: Client, site: Site, room: Room
) -> None:
    for number in range(40):
        hold(room, number)
        report(room, number)
    now = timezone.now()
    HeldMessage.objects.update(at=now)
    Report.objects.update(first_at=now)
    seen: list[str] = []
    after = ""
    for _ in range(3):
        answer = as_moderator.get(address("review", site), {"after": after})
        seen += [case.name for case in answer.context["queue"].cases]
        after = answer.context["queue"].next
    assert after == ""
    assert len(seen) == len(set(seen)) == 80


def test_a_case_says_which_of_how_many_it_is(as_moderator: Client, site: Site, room: Room) -> None:
    held = [hold(room, n, minutes=2 * n) for n in range(3)]
    reports = [report(room, n, minutes=2 * n + 1) for n in range(3)]
    last, middle = (
        address("case", site, f"r{reports[2].pk}"),
        address("case", site, f"h{held[1].pk}"),
    )
    assert ">6 of 6 · " in page(as_moderator, last)
    assert ">3 of 6 · " in page(as_moderator, middle)
    assert ">2 of 3 · " in page(as_moderator, middle + "?show=held")
    assert ">1 of 6 · " in page(as_moderator, address("review", site))
    # A list that does not show the case says no place: of reports alone, of another room, when it
    # is decided.
    HeldMessage.objects.filter(pk=held[1].pk).update(state=HeldMessage.State.REJECTED)
    assert " of " not in case_head(as_moderator, middle)
    assert ">1 of 1 · " in page(as_moderator, middle + "?show=done")
    assert " of " not in case_head(as_moderator, last + "?show=held")
    assert " of " not in case_head(as_moderator, last + "?room=attic")


def test_a_place_in_a_long_list_is_not_counted(
    as_moderator: Client, site: Site, room: Room
) -> None:
    cases = [hold(room, n, minutes=n) for n in range(queue.MOST_COUNTED)]
    assert " of " not in case_head(as_moderator, address("case", site, f"h{cases[0].pk}"))


def case_head(client: Client, path: str) -> str:
    found = re.search(r'id="case-title".*?</header>', page(client, path), re.DOTALL)
    assert found
    return found[0]


@pytest.mark.parametrize("after", ["x", "a:b", "\x00", "9" * 500])
def test_a_place_that_is_none_shows_the_newest(
    as_moderator: Client, site: Site, room: Room, after: str
) -> None:
    held = hold(room, 1)
    found = as_moderator.get(address("review", site), {"after": after}).context["queue"].cases
    assert [case.name for case in found] == [f"h{held.pk}"]


def test_the_queue_asks_as_often_for_a_thousand_cases(
    as_moderator: Client,
    site: Site,
    room: Room,
    says: Says,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    seq = says("Hello").seq
    report(room, seq)
    hold(room, 0, minutes=1)

    def ask() -> None:
        # session, account, site, member; two sources of the list, of the case before and of the
        # one after, and of the case's place; entries; counts; the message in its place with its
        # author and the person; rail and badges
        with django_assert_num_queries(23):
            as_moderator.get(address("review", site))

    as_moderator.get(address("review", site))
    ask()
    held = [
        HeldMessage(room=room, author_id="v_x", cid=f"c{n}", body="x", reason="calm",
                    at=timezone.now() - timedelta(hours=1))
        for n in range(1000)
    ]  # fmt: skip
    HeldMessage.objects.bulk_create(held)
    ask()


def test_a_case_shows_its_place_who_reported_and_the_person(
    as_moderator: Client, site: Site, room: Room, says: Says, case_file: None
) -> None:
    says("After it")
    case = Report.objects.get()
    shown = page(as_moderator, address("case", site, f"r{case.pk}"))
    for words in ("In its place", "Hello", "After it", "Teal Wren", "advert", "Amber Otter"):
        assert words in shown
    assert shown.index("Hello") < shown.index("After it")


def test_a_text_that_was_changed_since_is_shown_as_it_was_reported(
    as_moderator: Client, site: Site, case_file: None
) -> None:
    Message.objects.update(body="Nothing to see")
    case = Report.objects.get()
    shown = page(as_moderator, address("case", site, f"r{case.pk}"))
    assert "As it was reported:" in shown
    assert "Nothing to see" in shown


@pytest.mark.parametrize("name", ["r999999", "h999999", "x1", "r", "rr1", "r1234567890123456"])
def test_a_case_that_is_not_there_is_not_found(as_moderator: Client, site: Site, name: str) -> None:
    assert as_moderator.get(address("case", site, name)).status_code == 404
    assert as_moderator.post(address("decide", site, name), {"act": "keep"}).status_code == 404


def test_cases_of_another_site_are_not_found(
    as_stranger: Client, as_moderator: Client, other_site: Site, site: Site, case_file: None
) -> None:
    for kind, pk in (("r", Report.objects.get().pk), ("h", HeldMessage.objects.get().pk)):
        theirs = address("decide", other_site, f"{kind}{pk}")
        assert as_stranger.post(theirs, {"act": "delete_all_ban"}).status_code == 404
    held = address("act_on_held", other_site, HeldMessage.objects.get().pk)
    assert as_stranger.post(held, {"act": "approve"}).status_code == 404
    assert Report.objects.get().state == "open"
    assert HeldMessage.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("act", "deleted", "state", "kinds"),
    [
        ("keep", None, "dismissed", []),
        ("delete", "moderator", "actioned", []),
        ("delete_mute", "moderator", "actioned", ["mute"]),
        ("delete_all_ban", "moderator", "actioned", ["ban"]),
    ],
)
def test_a_report_is_decided_and_taken_back(
    as_moderator: Client, site: Site, case_file: None, visitor: Visitor,
    act: str, deleted: str | None, state: str, kinds: list[str],
) -> None:  # fmt: skip
    case, held = Report.objects.get(), HeldMessage.objects.get()
    answer = as_moderator.post(address("decide", site, f"r{case.pk}"), {"act": act})
    # The next case opens by itself.
    assert answer["Location"] == address("case", site, f"h{held.pk}")

    def now() -> tuple[str | None, str, list[str]]:
        of_theirs = Sanction.objects.filter(visitor_id=visitor.public_id, lifted_at=None)
        return (
            Message.objects.get().deleted,
            Report.objects.get().state,
            list(of_theirs.values_list("kind", flat=True)),
        )

    assert now() == (deleted, state, kinds)
    (undo,) = set(
        re.findall(r'action="([^"]*/undo/[^"]*)"', page(as_moderator, answer["Location"]))
    )
    as_moderator.post(undo)
    assert now() == (None, "open", [])


@pytest.mark.parametrize(
    ("act", "state"),
    [
        ("approve", "approved"),
        ("reject", "rejected"),
        ("reject_mute", "rejected"),
        ("delete_all_ban", "rejected"),
    ],
)
def test_what_waits_is_decided(
    as_moderator: Client, site: Site, case_file: None, act: str, state: str
) -> None:
    held = HeldMessage.objects.get()
    as_moderator.post(address("decide", site, f"h{held.pk}"), {"act": act})
    assert HeldMessage.objects.get().state == state


def test_of_two_who_decide_at_once_the_second_learns_it(
    as_moderator: Client, site: Site, case_file: None
) -> None:
    case = Report.objects.get()
    path = address("decide", site, f"r{case.pk}")
    as_moderator.post(path, {"act": "delete"})
    answer = as_moderator.post(path, {"act": "keep"})
    assert "This report was settled: actioned." in page(as_moderator, answer["Location"])


@pytest.mark.parametrize("act", ["", "approve", "nothing", "\x00"])
def test_an_act_that_there_is_not_is_not_found(
    as_moderator: Client, site: Site, case_file: None, act: str
) -> None:
    case = Report.objects.get()
    answer = as_moderator.post(address("decide", site, f"r{case.pk}"), {"act": act})
    assert answer.status_code == 404


def test_of_what_the_team_wrote_nobody_is_muted(
    as_moderator: Client, site: Site, room: Room
) -> None:
    member = Member.objects.get(role="moderator")
    case = Report.objects.create(
        room=room, seq=1, body="Ours", author_id=member.public_id, author_name="Morris"
    )
    shown = page(as_moderator, address("case", site, f"r{case.pk}"))
    assert 'value="keep"' in shown
    assert 'value="delete_mute"' not in shown


def test_a_viewer_sees_nothing_that_waits(
    as_moderator: Client, site: Site, room: Room, case_file: None
) -> None:
    Member.objects.filter(role="moderator").update(role="viewer")
    shown = page(as_moderator, address("room", site, "lobby"))
    assert "Let me in" not in shown
    assert "1 report" not in shown
    assert "message-tools" not in shown
    assert as_moderator.get(address("review", site)).status_code == 403


@pytest.mark.parametrize("steps", ["", "x", "W10:1abc:sig", "\x00"])
def test_an_undo_that_nobody_signed_takes_nothing_back(
    as_moderator: Client, site: Site, case_file: None, steps: str
) -> None:
    answer = as_moderator.post(f"{address('undo', site)}?steps={steps}")
    assert "too late" in page(as_moderator, answer["Location"])
    assert Sanction.objects.get().lifted_at is None


def test_an_undo_of_another_site_takes_nothing_back(
    as_moderator: Client, as_stranger: Client, site: Site, other_site: Site, case_file: None
) -> None:
    case = Report.objects.get()
    answer = as_moderator.post(address("decide", site, f"r{case.pk}"), {"act": "delete"})
    (undo,) = set(
        re.findall(r'action="([^"]*/undo/[^"]*)"', page(as_moderator, answer["Location"]))
    )
    as_stranger.post(undo.replace(address("undo", site), address("undo", other_site)))
    assert Message.objects.get().deleted == "moderator"


def test_next_leads_nowhere_else(as_moderator: Client, site: Site, case_file: None) -> None:
    for wanted in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        sent = {"act": "begin", "next": wanted}
        assert as_moderator.post(address("calm", site), sent)["Location"].startswith("/dashboard/")


def test_the_calm_stands_on_every_page_until_it_ends(as_moderator: Client, site: Site) -> None:
    as_moderator.post(address("calm", site), {"act": "begin", "minutes": "10"})
    for path in (address("review", site), address("rooms", site), reverse("dashboard:home")):
        assert "10 min left" in page(as_moderator, path)
    as_moderator.post(address("calm", site), {"act": "end"})
    assert "min left" not in page(as_moderator, address("rooms", site))
    # Ended twice, or for too long: a sentence says so.
    as_moderator.post(address("calm", site), {"act": "end"})
    assert "This site is not calm." in page(as_moderator, address("rooms", site))
    as_moderator.post(address("calm", site), {"minutes": "99999"})
    assert "A calm lasts 1 to 1440 minutes." in page(as_moderator, address("rooms", site))


def test_the_badge_counts_what_is_open(as_moderator: Client, site: Site, case_file: None) -> None:
    member = Member.objects.get(role="moderator")
    membership = as_moderator.get(address("review", site)).context["membership"]
    assert membership.member == member
    assert queue.waits(membership) == 2


def test_everybody_who_wrote_much_the_same_is_found_and_banned(
    as_moderator: Client, site: Site, room: Room, says: Says, visitor: Visitor
) -> None:
    says("Cheap candles at candles.example 81f3")
    teal = Visitor.objects.create(site=site, name="Teal Wren", trust_fixed="trusted")
    says("An honest question about candles")
    HeldMessage.objects.create(
        room=room, author_id=teal.public_id, author_name="Teal Wren", cid="held",
        body="CHEAP candles, at candles.example!", reason="calm",
    )  # fmt: skip
    path = f"{address('several', site)}?words=Cheap+candles+at+candles.example+77aa"
    writers = as_moderator.get(path).context["writers"]
    # Who is trusted is not ticked at first.
    assert {(each.name, each.is_ticked, each.times) for each in writers} == {
        ("Amber Otter", True, 1),
        ("Teal Wren", False, 1),
    }
    assert as_moderator.post(path, {}).status_code == 422
    assert as_moderator.post(path, {"visitor": ["v_nobody"]}).status_code == 422
    as_moderator.post(path, {"visitor": [visitor.public_id]})
    assert Sanction.objects.get().visitor_id == visitor.public_id
    assert not Message.objects.filter(deleted=None).exists()

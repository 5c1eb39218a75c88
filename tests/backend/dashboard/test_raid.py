"""A raid, stopped by one moderator on the pages: by mouse, by keys alone, and on a phone."""

from __future__ import annotations

import time
import uuid

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.moderation.models import Sanction
from inglenook.protocol.errors import ChatError
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor

from .visits import DESKTOP_LIGHT, PHONE_DARK, Visit

pytestmark = pytest.mark.django_db(transaction=True)

SPAM = "Cheap candles at candles.example"
WITHIN_SECONDS = 60.0
PHONE = {**PHONE_DARK, "has_touch": True, "is_mobile": True}


class Raid:
    """Twenty spammers from five addresses, five of them known already; an honest person who is
    known, and one who comes while it goes on.
    """

    def __init__(self, site: Site, room: Room) -> None:
        self.site = site
        self.room = room
        self.honest = self._arrive("Silver Lapwing", 9, trust="known")
        self.newcomer = self._arrive("Lucky Sorrel", 8)
        self.say(self.honest, "Is the shop open before the kiln?")
        self.spammers = [
            self._arrive(f"Spammer {n}", n % 5, trust="known" if n < 5 else "") for n in range(20)
        ]
        for spammer in self.spammers:
            assert self.say(spammer, self.spam())

    def spam(self) -> str:
        return f"{SPAM} {uuid.uuid4().hex[:8]}"

    def say(self, visitor: Visitor, body: str) -> bool:
        """Whether it was taken, be it held."""
        visitor.refresh_from_db()
        author = participant_from_visitor(visitor)
        draft = Draft(slug=self.room.slug, author=author, cid=str(uuid.uuid4()), body=body)
        try:
            post_message(draft)
        except ChatError:
            return False
        return True

    def assert_is_over(self) -> None:
        """Nothing of the spammers stands, none of them writes; the honest noticed nothing."""
        ids = [spammer.public_id for spammer in self.spammers]
        assert not Message.objects.filter(author_id__in=ids, deleted=None).exists()
        bans = Sanction.objects.filter(visitor_id__in=ids, kind="ban", lifted_at=None)
        assert bans.count() == 20
        assert not any(self.say(spammer, self.spam()) for spammer in self.spammers[:3])
        assert Message.objects.filter(author_id=self.honest.public_id, deleted=None).count() == 1
        assert not Sanction.objects.exclude(visitor_id__in=ids).exists()

    def _arrive(self, name: str, address: int, *, trust: str = "") -> Visitor:
        return Visitor.objects.create(
            site=self.site, name=name, address_hash=f"address {address}", trust_fixed=trust
        )


@pytest.fixture
def raid(site: Site, room: Room, monkeypatch: pytest.MonkeyPatch) -> Raid:
    # What one address may send is another test's.
    monkeypatch.setattr(policy, "of_visitor", RateLimit(Allowance(1000, 1000)))
    return Raid(site, room)


@pytest.fixture
def live(visit: Visit, raid: Raid) -> Page:
    return visit.go(reverse("dashboard:room", args=[raid.site.pk, raid.room.slug]))


@pytest.mark.parametrize("visit", [DESKTOP_LIGHT, PHONE], indirect=True, ids=["desktop", "phone"])
def test_it_is_stopped_by_pointer_within_a_minute(visit: Visit, live: Page, raid: Raid) -> None:
    is_phone = visit.page.viewport_size == PHONE["viewport"]
    started = time.monotonic()
    page = live
    page.get_by_role("button", name="Calm the rooms").click()
    expect(
        page.get_by_text("Calm: new people are held, and nobody writes fast.").first
    ).to_be_visible()
    assert raid.say(raid.newcomer, "Hello, are you open on Sunday?")
    spam = page.locator(".message").filter(has_text=SPAM).last
    if is_phone:
        spam.get_by_role("link", name="More about the message").tap()
    else:
        spam.hover()
        spam.get_by_role("link", name="More about the message").click()
    page.get_by_role("link", name="Find everybody who wrote this").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(20)
    visit.assert_well()
    page.get_by_role("button", name="Delete all by them, and ban them").click()
    expect(page.get_by_text("20 people are banned")).to_be_visible()
    # The next case is there: who came meanwhile, and is no spammer.
    if is_phone:
        page.get_by_role("link", name="Lucky Sorrel in Lobby").click()
    page.get_by_role("button", name="Let it through").click()
    expect(page.get_by_text("Nothing to review")).to_be_visible()
    assert time.monotonic() - started < WITHIN_SECONDS
    raid.assert_is_over()
    assert Message.objects.filter(author_id=raid.newcomer.public_id, deleted=None).exists()


@pytest.mark.parametrize("visit", [DESKTOP_LIGHT], indirect=True, ids=["desktop"])
def test_it_is_stopped_by_keys_alone(visit: Visit, live: Page, raid: Raid) -> None:
    started = time.monotonic()
    page = live
    press = visit.press
    press("c")
    expect(
        page.get_by_text("Calm: new people are held, and nobody writes fast.").first
    ).to_be_visible()
    assert raid.say(raid.newcomer, "Hello, are you open on Sunday?")
    press("k")  # the last message of the room
    expect(page.locator(".message.current")).to_contain_text(SPAM)
    press("o")
    find = page.get_by_role("link", name="Find everybody who wrote this")
    expect(find).to_be_visible()
    while not find.evaluate("element => element === document.activeElement"):
        press("Tab")
    press("Enter")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(20)
    press("4")
    expect(page.get_by_text("20 people are banned")).to_be_visible()
    press("1")
    expect(page.get_by_text("Nothing to review")).to_be_visible()
    assert time.monotonic() - started < WITHIN_SECONDS
    raid.assert_is_over()
    assert not HeldMessage.objects.filter(state="waiting").exists()


@pytest.mark.parametrize("visit", [DESKTOP_LIGHT], indirect=True, ids=["desktop"])
def test_a_mistaken_ban_of_all_is_taken_back_with_one_press(visit: Visit, raid: Raid) -> None:
    page = visit.go(reverse("dashboard:several", args=[raid.site.pk]) + "?words=Cheap candles")
    page.get_by_role("button", name="Delete all by them, and ban them").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    ids = [spammer.public_id for spammer in raid.spammers]
    assert Message.objects.filter(author_id__in=ids, deleted=None).count() == 20
    assert not Sanction.objects.filter(lifted_at=None).exists()

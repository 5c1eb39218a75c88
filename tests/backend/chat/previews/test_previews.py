"""A message with a link, and what the page says of itself below it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from msgspec.structs import replace

from inglenook.chat import held, services
from inglenook.chat.attachments import access, removal
from inglenook.chat.events import Event, MessageChanged
from inglenook.chat.models import Attachment, HeldMessage, Message, Room
from inglenook.chat.person_messages import delete_all, undo_deletion
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message, post_messages
from inglenook.chat.previews import looking_up
from inglenook.chat.room_view import shown_before
from inglenook.chat.selectors import message_frame
from inglenook.files import storage
from inglenook.jobs import erasure, retention
from inglenook.jobs.models import Job
from inglenook.jobs.previews import TOO_LATE, look_up_links
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.moderation.services import impose
from inglenook.protocol import frames
from inglenook.protocol.errors import Unavailable
from inglenook.protocol.frames import Ack
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant, participant_from_member
from tests.backend.chat.conftest import say
from tests.backend.chat.previews.conftest import look_up_all, stored
from tests.testkit import files
from tests.testkit.hostile_host import HostileHost, page, redirect

pytestmark = pytest.mark.django_db(transaction=True)


def link(room: Room, author: Participant, *urls: str) -> int:
    """A message with these links, and what comes of them. Its `seq`."""
    seq = say(room, author, "See " + " and ".join(urls)).seq
    assert seq is not None
    look_up_all()
    return seq


def previews(seq: int) -> list[tuple[str, str]]:
    return [(each["url"], each["title"]) for each in stored(seq).previews]


@pytest.fixture
def team(site: Site, owner: Any) -> Participant:
    return participant_from_member(site.members.get(account=owner))


def test_a_page_says_what_it_is(
    previewed: Room, amber: Participant, host: HostileHost, published: list[Event]
) -> None:
    seq = link(previewed, amber, f"{host.url}/wood")
    message = stored(seq)
    (picture,) = Attachment.objects.all()
    (kept,) = message.previews
    assert kept == {
        "url": f"{host.url}/wood",
        "title": "Oak & ash",
        "text": "What burns well",
        "image": picture.public_id,
    }
    assert (message.rev, message.seq, message.edited_at) == (2, 1, None)
    assert (picture.width, picture.height, picture.seq) == (320, 168, seq)
    assert access.shown_file(picture.public_id) == picture
    with storage.opened(picture.stored_names[0]) as kept_bytes:
        assert kept_bytes.read(4) == b"RIFF"
    event = published[-1]
    assert isinstance(event, MessageChanged)
    frame = frames.encode(message_frame(message, previewed.slug))
    assert (event.rev, event.frame) == (2, frame)
    assert f'"image":"http://127.0.0.1:8000/files/{picture.public_id}"'.encode() in frame
    (row,) = shown_before(previewed, None, amber).rows
    (shown,) = row.previews
    assert (shown.host, shown.title, shown.image) == ("127.0.0.1", "Oak & ash", picture.public_id)


def test_nothing_is_asked_where_the_owner_has_not_switched_it_on(
    room: Room, amber: Participant, host: HostileHost
) -> None:
    seq = link(room, amber, f"{host.url}/wood")
    assert (previews(seq), host.asked, Job.objects.count()) == ([], [], 0)
    frame = message_frame(stored(seq), room.slug)
    assert frame.previews == []


def test_switched_off_meanwhile_nothing_is_asked(
    previewed: Room, amber: Participant, host: HostileHost
) -> None:
    say(previewed, amber, f"{host.url}/wood")
    Site.objects.update(previews=False)
    look_up_all()
    assert host.asked == []


def test_three_links_have_previews_in_the_order_of_the_text(
    previewed: Room, amber: Participant, host: HostileHost
) -> None:
    urls = [f"{host.url}/{n}" for n in range(5)]
    host.answers |= {f"/{n}": page(f"<title>{n}</title>") for n in (0, 2, 3, 4)}
    seq = link(previewed, amber, urls[2], urls[1], urls[2], urls[0], urls[3])
    assert previews(seq) == [(urls[2], "2"), (urls[0], "0")]
    assert host.paths() == ["/2", "/1", "/0"]


def test_our_own_pages_and_mail_addresses_have_none(
    previewed: Room, amber: Participant, host: HostileHost
) -> None:
    say(previewed, amber, "http://127.0.0.1:8000/x and mailto:a@shop.example and Shop")
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://shop.example:22/",
    ],
)
def test_an_address_inside_a_network_is_not_asked(
    previewed: Room, amber: Participant, settings: Any, url: str
) -> None:
    settings.PREVIEWS_TO_LOOPBACK = False
    seq = link(previewed, amber, url)
    assert previews(seq) == []
    assert Job.objects.filter(state="queued").count() == 0


def test_a_page_on_this_machine_is_not_asked_outside_of_development(
    previewed: Room, amber: Participant, host: HostileHost, settings: Any
) -> None:
    settings.PREVIEWS_TO_LOOPBACK = False
    assert previews(link(previewed, amber, f"{host.url}/wood")) == []
    assert host.asked == []


@pytest.mark.parametrize(
    "image",
    [
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "http://169.254.169.254/x.png",
        "//10.0.0.1/x.png",
        "/missing.png",
        "/drawing.svg",
        "/page.png",
        "/mark.png",
        "/inside",
        "http://[",
        "",
    ],
)
def test_a_picture_that_cannot_be_had_leaves_the_words(
    previewed: Room, amber: Participant, host: HostileHost, image: str
) -> None:
    host.answers |= {
        "/a": page(f'<title>Words</title><meta property="og:image" content="{image}">'),
        "/drawing.svg": page(files.svg(), "image/svg+xml"),
        "/page.png": page("<script>alert(1)</script>", "image/png"),
        "/mark.png": page(files.picture(size=(1, 1)), "image/png"),
        "/inside": redirect("http://10.0.0.1/x.png"),
    }
    seq = link(previewed, amber, f"{host.url}/a")
    (kept,) = stored(seq).previews
    assert (kept["title"], kept["image"]) == ("Words", None)
    assert not Attachment.objects.exists()


def test_what_is_held_or_shadowed_is_not_asked_for(
    previewed: Room, amber: Participant, team: Participant, visitor: Visitor, host: HostileHost
) -> None:
    Room.objects.update(approval="all")
    ack = say(previewed, amber, f"{host.url}/plain")
    look_up_all()
    assert (ack.held, host.asked) == (True, [])
    waiting = HeldMessage.objects.get()
    assert team.actor is not None
    frame = held.approve_held(site=previewed.site, held_id=waiting.pk, by=team.actor)
    look_up_all()
    assert previews(frame.seq) == [(f"{host.url}/plain", "Plain")]
    Room.objects.update(approval="none")
    impose(site=previewed.site, visitor_id=amber.id, kind="shadow", seconds=None, by=team.actor)
    looking_up.forget_all()
    host.asked.clear()
    shadowed = say(previewed, amber, f"{host.url}/wood")
    look_up_all()
    assert (shadowed.as_sent, host.asked) == (True, [])


def test_a_link_that_the_room_refuses_is_not_asked_for(
    previewed: Room, amber: Participant, host: HostileHost
) -> None:
    Room.objects.update(links="trusted")
    draft = Draft(slug=previewed.slug, author=amber, cid="a-link-that-is-no", body=host.url + "/")
    (outcome,) = post_messages([draft])
    assert not isinstance(outcome, Ack)
    look_up_all()
    assert host.asked == []


def test_an_edit_follows_its_links(
    previewed: Room, amber: Participant, host: HostileHost, file_folder: Path
) -> None:
    wood, plain = f"{host.url}/wood", f"{host.url}/plain"
    seq = link(previewed, amber, wood)
    services.edit_message(room=previewed, actor=amber, seq=seq, body=f"Rather {plain} or {wood}")
    assert previews(seq) == [(wood, "Oak & ash")]
    look_up_all()
    assert previews(seq) == [(plain, "Plain"), (wood, "Oak & ash")]
    services.edit_message(room=previewed, actor=amber, seq=seq, body=f"Rather {plain}")
    assert previews(seq) == [(plain, "Plain")]
    assert not Attachment.objects.exists()
    removal.sweep_all()
    assert [path for path in file_folder.rglob("*") if path.is_file()] == []
    services.edit_message(room=previewed, actor=amber, seq=seq, body="No link")
    look_up_all()
    assert previews(seq) == []


def test_an_answer_that_comes_after_the_link_is_gone_is_dropped(
    previewed: Room, amber: Participant, host: HostileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = looking_up.look_up

    def slow(url: str, site_id: int) -> Any:
        found = real(url, site_id)
        services.edit_message(room=previewed, actor=amber, seq=1, body="No link any more")
        return found

    monkeypatch.setattr("inglenook.jobs.previews.look_up", slow)
    assert link(previewed, amber, f"{host.url}/wood") == 1
    assert (previews(1), Attachment.objects.count()) == ([], 0)
    assert stored(1).rev == 2


def test_it_goes_with_its_message(previewed: Room, amber: Participant, host: HostileHost) -> None:
    seq = link(previewed, amber, f"{host.url}/wood")
    services.delete_message(room=previewed, actor=amber, seq=seq)
    assert (previews(seq), Attachment.objects.count()) == ([], 0)
    assert message_frame(stored(seq), previewed.slug).previews == []


def test_what_a_moderator_deleted_comes_back_with_it(
    previewed: Room, amber: Participant, team: Participant, host: HostileHost
) -> None:
    seq = link(previewed, amber, f"{host.url}/wood")
    kept = stored(seq).previews
    services.delete_message(room=previewed, actor=team, seq=seq)
    assert previews(seq) == []
    services.restore_message(room=previewed, actor=team, seq=seq)
    assert stored(seq).previews == kept
    _, undo = delete_all(site=previewed.site, visitor_id=amber.id, by=SYSTEM)
    assert previews(seq) == []
    undo_deletion(site=previewed.site, undo_id=undo.public_id, by=SYSTEM)
    assert stored(seq).previews == kept
    access.shown_file(kept[0]["image"])


def test_what_an_older_release_deleted_comes_back_without(
    previewed: Room, amber: Participant, team: Participant
) -> None:
    seq = say(previewed, amber, "Hello").seq or 0
    services.delete_message(room=previewed, actor=team, seq=seq)
    message = stored(seq)
    assert message.deleted_content is not None
    del message.deleted_content["previews"]
    message.save()
    services.restore_message(room=previewed, actor=team, seq=seq)
    assert (stored(seq).body, stored(seq).previews) == ("Hello", [])


def test_erasure_and_retention_take_it(
    previewed: Room, amber: Participant, visitor: Visitor, host: HostileHost, file_folder: Path
) -> None:
    seq = link(previewed, amber, f"{host.url}/wood")
    Message.objects.update(at=timezone.now() - timedelta(days=3))
    Room.objects.update(retention_days=2)
    job = retention.add_for_hour(timezone.now())
    assert job is not None
    retention.keep_retention.func(job.pk)
    removal.sweep_all()
    assert not Message.objects.filter(seq=seq).exists()
    assert not Attachment.objects.exists()
    link(previewed, amber, f"{host.url}/wood")
    assert Attachment.objects.count() == 1
    erasure.erase(site=previewed.site, visitor_id=visitor.public_id, by=SYSTEM)
    assert not Attachment.objects.exists()
    assert Message.objects.get().previews == []
    assert [path for path in file_folder.rglob("*") if path.is_file()] == []


def test_a_page_is_asked_once_for_all_who_link_to_it(
    previewed: Room, amber: Participant, host: HostileHost
) -> None:
    for _ in range(3):
        assert previews(link(previewed, amber, f"{host.url}/plain"))
        assert not previews(link(previewed, amber, f"{host.url}/missing"))
    assert host.paths() == ["/plain", "/missing"]


def test_a_site_asks_so_many_a_minute_and_refuses_no_message(
    previewed: Room, amber: Participant, host: HostileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "of_previews", RateLimit(Allowance(0.001, 2), name="previews"))
    host.answers |= {f"/{n}": page(f"<title>{n}</title>") for n in range(4)}
    counts = [len(previews(link(previewed, amber, f"{host.url}/{n}"))) for n in range(4)]
    assert counts == [1, 1, 0, 0]
    assert host.paths() == ["/0", "/1"]


def test_a_job_that_has_waited_too_long_asks_nothing(
    previewed: Room, amber: Participant, host: HostileHost
) -> None:
    say(previewed, amber, f"{host.url}/plain")
    Job.objects.update(created_at=timezone.now() - TOO_LATE - timedelta(seconds=1))
    look_up_all()
    assert host.asked == []
    assert Job.objects.get().state == Job.State.DONE


def test_a_second_run_of_a_job_changes_nothing(
    previewed: Room, amber: Participant, host: HostileHost
) -> None:
    seq = link(previewed, amber, f"{host.url}/wood")
    rev = stored(seq).rev
    Job.objects.update(state="queued", leased_until=None)
    look_up_links.func(Job.objects.get().pk)
    assert (stored(seq).rev, Attachment.objects.count()) == (rev, 1)


def test_a_store_that_is_away_or_full_leaves_the_words(
    previewed: Room,
    amber: Participant,
    host: HostileHost,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    def away(*_: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(storage, "keep", away)
        seq = link(previewed, amber, f"{host.url}/wood")
    assert previews(seq) == [(f"{host.url}/wood", "Oak & ash")]
    assert not Attachment.objects.exists()
    seq = link(previewed, amber, f"{host.url}/wood")
    assert Attachment.objects.get().seq == seq
    Attachment.objects.update(kept_bytes=2 * 1024 * 1024)
    settings.LIMITS = replace(settings.LIMITS, room_files_mb=2)
    link(previewed, amber, f"{host.url}/wood")
    assert Attachment.objects.count() == 1


def test_messages_of_one_batch_have_a_job_each(
    previewed: Room, amber: Participant, host: HostileHost
) -> None:
    drafts = [
        Draft(slug=previewed.slug, author=amber, cid=f"one-of-several-{n}", body=body)
        for n, body in enumerate([f"{host.url}/plain", "No link", f"{host.url}/wood"])
    ]
    acks = post_messages(drafts)
    assert Job.objects.count() == 2
    look_up_all()
    found = [previews(ack.seq or 0) for ack in acks if isinstance(ack, Ack)]
    assert [len(each) for each in found] == [1, 0, 1]


def test_a_message_that_is_not_stored_leaves_no_job(
    previewed: Room, amber: Participant, host: HostileHost
) -> None:
    draft = Draft(slug=previewed.slug, author=amber, cid="the-very-same", body=f"{host.url}/plain")
    first, second = post_message(draft), post_message(draft)
    assert (first.seq, second.dup) == (second.seq, True)
    assert Job.objects.count() == 1

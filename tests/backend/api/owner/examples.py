"""One call that succeeds for each operation, on a site that has what the call is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.utils import timezone
from msgspec import Struct

from inglenook.api.http.operations import Operation
from inglenook.chat import services as chat_services
from inglenook.chat.calm import begin_calm
from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.chat.person_messages import delete_all
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.room_services import create_room, pin_message
from inglenook.moderation.services import impose
from inglenook.moderation.word_rule_services import create_rule
from inglenook.sites import services
from inglenook.sites.actors import SYSTEM
from inglenook.sites.api_keys import create_api_key
from inglenook.sites.members import invite_member
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant, participant_from_key
from tests.testkit import files


class Example(Struct, frozen=True):
    """`path` is below manage/. `missing`, with `missing_body`, is the same of what was
    never there."""

    path: str
    body: dict[str, Any] | bytes | None = None
    missing: str = ""
    missing_body: dict[str, Any] | None = None


def _key(site: Site) -> Example:
    key, _ = create_api_key(site=site, name="Old", scopes=["audit"], created_by=SYSTEM)
    return Example(f"/keys/{key.public_id}", missing=f"/keys/k_{'a' * 20}")


def _member(body: dict[str, Any] | None = None) -> Callable[[Site], Example]:
    def example(site: Site) -> Example:
        member = invite_member(site=site, email=f"mo-{site.pk}@shop.example", role="viewer")
        return Example(f"/members/{member.public_id}", body, missing="/members/m_none")

    return example


def _site_key(site: Site) -> Example:
    ended = services.live_keys(site)[0]
    services.rotate_key(site=site)
    return Example(f"/site-keys/{ended}", missing="/site-keys/pk_none")


def _origin(site: Site) -> Example:
    services.add_origin(site=site, entry="https://old.example")
    path = "/origins/https%3A%2F%2F{}.example"
    return Example(path.format("old"), missing=path.format("none"))


def _room(after: str = "", body: dict[str, Any] | bytes | None = None) -> Callable[[Site], Example]:
    def example(site: Site) -> Example:
        create_room(site_id=site.pk, slug="help", name="Help")
        return Example(f"/rooms/help{after}", body, missing=f"/rooms/none{after}")

    return example


def _word_rule(body: dict[str, Any] | None = None) -> Callable[[Site], Example]:
    def example(site: Site) -> Example:
        rule = create_rule(site=site, pattern="spam", by=SYSTEM)
        return Example(f"/word-rules/{rule.pk}", body, missing="/word-rules/99999")

    return example


def say(room: Room, author: Participant, cid: str = "00000001", body: str = "Hello") -> int:
    """Posts a message; its place."""
    ack = post_message(Draft(slug=room.slug, author=author, cid=cid, body=body))
    assert ack.seq is not None
    return ack.seq


def _message(
    after: str = "",
    body: dict[str, Any] | None = None,
    *,
    at: str = "messages",
    then: Callable[[Room, Participant, int], object] = lambda *_: None,
) -> Callable[[Site], Example]:
    """`then` is what happened to the message, by a program's bot, which wrote it."""

    def example(site: Site) -> Example:
        room = create_room(site_id=site.pk, slug="help", name="Help")
        key, _ = create_api_key(site=site, name="Bot", scopes=["audit"], created_by=SYSTEM)
        bot = participant_from_key(key)
        seq = say(room, bot)
        then(room, bot, seq)
        path = f"/rooms/help/{at}/"
        return Example(f"{path}{seq}{after}", body, missing=f"{path}99{after}")

    return example


def _delete_anothers(room: Room, bot: Participant, seq: int) -> None:
    Message.objects.filter(room=room, seq=seq).update(author_id="v_somebody")
    chat_services.delete_message(room=room, actor=bot, seq=seq)


def _pin(room: Room, bot: Participant, seq: int) -> None:
    pin_message(room=room, actor=bot, seq=seq, on=True)


def _held(act: str, state: str = "waiting") -> Callable[[Site], Example]:
    def example(site: Site) -> Example:
        room = create_room(site_id=site.pk, slug="help", name="Help")
        held = HeldMessage.objects.create(
            room=room,
            author_id="v_somebody",
            cid="00000001",
            body="Hello",
            reason="approval",
            state=state,
            decided_at=timezone.now(),
        )
        return Example(f"/held/{held.pk}/{act}", {}, missing=f"/held/{2**40}/{act}")

    return example


def _calm(site: Site) -> Example:
    begin_calm(site=site, minutes=5, by=SYSTEM)
    return Example("/calm")


def _person(
    path: Callable[[Visitor], str],
    body: Callable[[Visitor], dict[str, Any] | None] = lambda _: {},
) -> Callable[[Site], Example]:
    def example(site: Site) -> Example:
        person = Visitor.objects.create(site=site, name="Amber Otter")
        never = Visitor(public_id="v_never")
        return Example(path(person), body(person), missing=path(never), missing_body=body(never))

    return example


def _visitor(after: str = "", body: dict[str, Any] | None = None) -> Callable[[Site], Example]:
    return _person(lambda it: f"/visitors/{it.public_id}{after}", lambda _: body)


def _sanction(site: Site) -> Example:
    person = Visitor.objects.create(site=site, name="Amber Otter")
    made = impose(site=site, visitor_id=person.public_id, kind="mute", seconds=60, by=SYSTEM)
    return Example(f"/sanctions/{made.pk}", missing=f"/sanctions/{made.pk + 1}")


def _undo(site: Site) -> Example:
    person = Visitor.objects.create(site=site, name="Amber Otter")
    _, undo = delete_all(site=site, visitor_id=person.public_id, by=SYSTEM)
    return Example(f"/undo/{undo.public_id}", {}, missing="/undo/u_never")


def _report(site: Site) -> Example:
    room = create_room(site_id=site.pk, slug="help", name="Help")
    found = Report.objects.create(room=room, seq=1, body="Hello")
    path = "/reports/{}/resolve"
    body = {"outcome": "dismissed"}
    return Example(path.format(found.pk), body, missing=path.format(found.pk + 1))


def _check(site: Site) -> Example:
    create_room(site_id=site.pk, slug="help", name="Help")
    never = {"text": "Hello", "room": "never"}
    return Example("/check", {**never, "room": "help"}, missing="/check", missing_body=never)


def _plain(path: str, body: dict[str, Any] | None = None) -> Callable[[Site], Example]:
    return lambda _site: Example(path, body)


EXAMPLES: Final[dict[str, Callable[[Site], Example]]] = {
    "GET key": _plain("/key"),
    "GET keys": _plain("/keys"),
    "POST keys": _plain("/keys", {"name": "New", "scopes": ["audit"]}),
    "DELETE keys/{key_id}": _key,
    "GET identity-secret": _plain("/identity-secret"),
    "POST identity-secret/rotate": _plain("/identity-secret/rotate", {}),
    "GET members": _plain("/members"),
    "POST members": lambda site: Example(
        "/members", {"email": f"new-{site.pk}@shop.example", "role": "moderator"}
    ),
    "PATCH members/{member_id}": _member({"role": "manager"}),
    "DELETE members/{member_id}": _member(),
    "GET site": _plain("/site"),
    "PATCH site": _plain("/site", {"away_text": "Back soon"}),
    "GET site/retention": _plain("/site/retention?days=30"),
    "GET origins": _plain("/origins"),
    "POST origins": _plain("/origins", {"entry": "https://new.example"}),
    "DELETE origins/{entry}": _origin,
    "GET sightings": _plain("/sightings"),
    "GET site-keys": _plain("/site-keys"),
    "POST site-keys": _plain("/site-keys", {}),
    "DELETE site-keys/{key}": _site_key,
    "GET rooms": _plain("/rooms"),
    "POST rooms": _plain("/rooms", {"slug": "new", "name": "New"}),
    "GET rooms/{slug}": _room(),
    "PATCH rooms/{slug}": _room(body={"topic": "Ask"}),
    "DELETE rooms/{slug}": _room("?confirm=help"),
    "POST rooms/{slug}/clear": _room("/clear", {}),
    "GET word-rules": _plain("/word-rules"),
    "POST word-rules": _plain("/word-rules", {"pattern": "spam"}),
    "PATCH word-rules/{rule_id}": _word_rule({"action": "hold"}),
    "DELETE word-rules/{rule_id}": _word_rule(),
    "POST check": _check,
    "GET held": _plain("/held"),
    "POST held/{held_id}/approve": _held("approve"),
    "POST held/{held_id}/reject": _held("reject"),
    "POST held/{held_id}/reopen": _held("reopen", "rejected"),
    "GET calm": _plain("/calm"),
    "PUT calm": _plain("/calm", {"minutes": 5}),
    "DELETE calm": _calm,
    "POST rooms/{slug}/preset": _room("/preset", {"preset": "calm"}),
    "GET rooms/{slug}/retention": _room("/retention?days=30"),
    "GET rooms/{slug}/messages": _room("/messages"),
    "POST rooms/{slug}/messages": _room("/messages", {"cid": "00000002", "body": "Hi"}),
    "POST rooms/{slug}/attachments": _room("/attachments", files.form(files.picture())),
    "GET rooms/{slug}/messages/{seq}": _message(),
    "PATCH rooms/{slug}/messages/{seq}": _message(body={"body": "Better"}),
    "DELETE rooms/{slug}/messages/{seq}": _message(),
    "POST rooms/{slug}/messages/{seq}/restore": _message("/restore", {}, then=_delete_anothers),
    "PUT rooms/{slug}/pins/{seq}": _message(at="pins"),
    "DELETE rooms/{slug}/pins/{seq}": _message(at="pins", then=_pin),
    "GET sanctions": _plain("/sanctions"),
    "POST sanctions": _person(
        lambda _: "/sanctions", lambda it: {"visitor": it.public_id, "kind": "ban"}
    ),
    "POST sanctions/bulk": _person(
        lambda _: "/sanctions/bulk",
        lambda it: {"visitors": [it.public_id], "kind": "ban", "delete_messages": True},
    ),
    "DELETE sanctions/{sanction_id}": _sanction,
    "POST visitors/{visitor_id}/delete-messages": _visitor("/delete-messages", {}),
    "POST undo/{undo_id}": _undo,
    "GET reports": _plain("/reports"),
    "POST reports/{report_id}/resolve": _report,
    "GET audit": _plain("/audit"),
    "GET visitors": _plain("/visitors"),
    "GET visitors/{visitor_id}": _visitor(),
    "PATCH visitors/{visitor_id}": _visitor(body={"note": "Asks about candles"}),
    "GET visitors/{visitor_id}/export": _visitor("/export"),
    "DELETE visitors/{visitor_id}": _visitor(),
}


def name_of(declared: Operation) -> str:
    return f"{declared.method} {declared.path}"


def example_of(declared: Operation, site: Site) -> Example:
    return EXAMPLES[name_of(declared)](site)

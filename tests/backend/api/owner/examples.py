"""One call that succeeds for each operation, on a site that has what the call is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from inglenook.api.http.operations import Operation
from inglenook.chat.room_services import create_room
from inglenook.moderation.word_rule_services import create_rule
from inglenook.sites import services
from inglenook.sites.actors import SYSTEM
from inglenook.sites.api_keys import create_api_key
from inglenook.sites.members import invite_member
from inglenook.sites.models import Site


class Example(Struct, frozen=True):
    """`path` is below manage/. `missing` and `missing_body` ask the same of what was never
    there."""

    path: str
    body: dict[str, Any] | None = None
    missing: str = ""
    missing_body: dict[str, Any] | None = None


def _key(site: Site) -> Example:
    key, _ = create_api_key(site=site, name="Old", scopes=["audit"], created_by=SYSTEM)
    return Example(f"/keys/{key.public_id}", missing=f"/keys/k_{'a' * 20}")


def _member(body: dict[str, Any] | None = None) -> Callable[[Site], Example]:
    def example(site: Site) -> Example:
        member = invite_member(site=site, email="mo@shop.example", role="viewer")
        return Example(f"/members/{member.public_id}", body, missing="/members/m_none")

    return example


def _site_key(site: Site) -> Example:
    ended = services.live_keys(site)[0]
    services.rotate_key(site=site)
    return Example(f"/site-keys/{ended}", missing="/site-keys/pk_none")


def _room(after: str = "", body: dict[str, Any] | None = None) -> Callable[[Site], Example]:
    def example(site: Site) -> Example:
        create_room(site_id=site.pk, slug="help", name="Help")
        return Example(f"/rooms/help{after}", body, missing=f"/rooms/none{after}")

    return example


def _word_rule(body: dict[str, Any] | None = None) -> Callable[[Site], Example]:
    def example(site: Site) -> Example:
        rule = create_rule(site=site, pattern="spam", by=SYSTEM)
        return Example(f"/word-rules/{rule.pk}", body, missing="/word-rules/99999")

    return example


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
    "POST members": _plain("/members", {"email": "new@shop.example", "role": "moderator"}),
    "PATCH members/{member_id}": _member({"role": "manager"}),
    "DELETE members/{member_id}": _member(),
    "GET site": _plain("/site"),
    "PATCH site": _plain("/site", {"away_text": "Back soon"}),
    "GET origins": _plain("/origins"),
    "POST origins": _plain("/origins", {"entry": "https://new.example"}),
    "DELETE origins/{entry}": lambda _site: Example(
        "/origins/https%3A%2F%2Fshop.example", missing="/origins/https%3A%2F%2Fnone.example"
    ),
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
    "POST check": lambda _site: Example(
        "/check",
        {"text": "Hello"},
        missing="/check",
        missing_body={"text": "Hello", "room": "never"},
    ),
}


def name_of(declared: Operation) -> str:
    return f"{declared.method} {declared.path}"


def example_of(declared: Operation, site: Site) -> Example:
    return EXAMPLES[name_of(declared)](site)

"""Every call of visitors by everybody who may try it. A new call is here by its declaration alone.

Its frames have their table in tests/backend/realtime/test_frame_matrix.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from inglenook.api.visitor.authentication import TEAM
from inglenook.chat.models import Room
from inglenook.moderation.services import ban_visitor
from inglenook.sites.actors import SYSTEM
from inglenook.sites.api_keys import create_api_key
from inglenook.sites.models import Site
from inglenook.sites.scopes import ALL_SCOPES
from inglenook.visitors.models import Visitor
from inglenook.visitors.services import wipe_visitor
from inglenook.visitors.tokens import make_token
from tests.backend.api.conftest import Page
from tests.backend.api.visitor.test_openapi import CALLS, Call, Scene

# Only its author changes a message; everybody else's is refused.
OF_THE_AUTHOR = {
    ("PATCH", "rooms/{slug}/messages/{seq}"),
    ("DELETE", "rooms/{slug}/messages/{seq}"),
}
# Nobody but its sender learns that a file which no message has is there.
OF_THE_SENDER = {("PATCH", "rooms/{slug}/attachments/{id}")}
each_call = pytest.mark.parametrize("call", CALLS, ids=" ".join)


def _key(site: Site, _other: Site, _visitor: Visitor) -> str:
    return create_api_key(site=site, name="Bot", scopes=ALL_SCOPES, created_by=SYSTEM)[1]


def _erased(_site: Site, _other: Site, visitor: Visitor) -> str:
    token = make_token(visitor)
    wipe_visitor(visitor)
    return token


def _banned(site: Site, _other: Site, visitor: Visitor) -> str:
    ban_visitor(site=site, visitor_id=visitor.public_id)
    return make_token(visitor)


def _of_another_site(_site: Site, other: Site, _visitor: Visitor) -> str:
    return make_token(Visitor.objects.create(site=other, name="Teal Heron"))


# Who comes with which token, and the answer to whatever needs one.
PEOPLE: dict[str, tuple[Callable[[Site, Site, Visitor], str | None], tuple[int, str]]] = {
    "nobody": (lambda *_: None, (401, "invalid_token")),
    "a key of the site": (_key, (401, "invalid_token")),
    "another site's visitor": (_of_another_site, (401, "invalid_token")),
    "an erased visitor": (_erased, (401, "invalid_token")),
    "a banned visitor": (_banned, (403, "banned")),
}


@each_call
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.any_database
def test_whoever_has_no_good_token_gets_one_answer(
    page: Page,
    site: Site,
    other_site: Site,
    visitor: Visitor,
    room_of_two: Room,
    monkeypatch: pytest.MonkeyPatch,
    call: Call,
    who: str,
) -> None:
    token_of, refused = PEOPLE[who]
    scene = Scene(page, call, monkeypatch)
    page.token = token_of(site, other_site, visitor)
    answer = scene.answer()
    if scene.operation.authentication.scheme is None:
        assert answer.status_code in scene.operation.responses
    else:
        assert (answer.status_code, json.loads(answer.content)["error"]) == refused


@each_call
def test_a_visitor_changes_nothing_of_somebody_elses(
    page: Page,
    other_visitor: Visitor,
    room_of_two: Room,
    monkeypatch: pytest.MonkeyPatch,
    call: Call,
) -> None:
    scene = Scene(page, call, monkeypatch)
    page.token = make_token(other_visitor)
    answer = scene.answer()
    if call in OF_THE_AUTHOR or scene.operation.authentication is TEAM:
        assert (answer.status_code, json.loads(answer.content)["error"]) == (403, "forbidden")
    elif call in OF_THE_SENDER:
        assert (answer.status_code, json.loads(answer.content)["error"]) == (404, "not_found")
    else:
        assert answer.status_code in scene.operation.responses


SOMEBODYS = "p_" + "a" * 26


@pytest.mark.parametrize(
    ("call", "slug"),
    [
        pytest.param(call, slug, id=f"{' '.join(call)} {slug}")
        for call in CALLS
        for slug in (SOMEBODYS, "elsewhere", "never")
        # The team reads every room of its site.
        if "{slug}" in call[1] and not (slug == SOMEBODYS and CALLS[call].authentication is TEAM)
    ],
)
def test_a_room_that_is_not_theirs_is_the_one_that_never_was(
    page: Page,
    site: Site,
    other_site: Site,
    other_visitor: Visitor,
    room_of_two: Room,
    monkeypatch: pytest.MonkeyPatch,
    call: Call,
    slug: str,
) -> None:
    private = {"kind": Room.Kind.PRIVATE, "visitor": other_visitor}
    Room.objects.create(site=site, slug=SOMEBODYS, name="Teal", **private)
    Room.objects.create(site=other_site, slug="elsewhere", name="Elsewhere")
    found = []
    for asked in (slug, "nowhere"):
        scene = Scene(page, call, monkeypatch)
        scene.slug = asked
        answer = scene.answer()
        found.append((answer.status_code, answer.content))
    assert found[0] == found[1]
    assert (found[0][0], json.loads(found[0][1])["error"]) == (404, "not_found")

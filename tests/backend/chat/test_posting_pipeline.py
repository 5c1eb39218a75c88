"""The steps of posting come in one order, and what a step refuses reaches no later one."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import inglenook
from inglenook.chat.models import Message, Room
from inglenook.chat.posting import pipeline
from inglenook.chat.posting.batcher import Batcher
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_messages
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.protocol.errors import Empty, Forbidden, Invalid, Rate, RoomLocked
from inglenook.protocol.frames import Ack
from inglenook.visitors.participants import Participant
from tests.backend.chat.conftest import say

PACKAGE = Path(inglenook.__file__).parent
STEPS = ("resolve", "judge", "rate", "parse", "attach", "decide", "store")
# Sockets, the HTTP API, the visitors' pages, the dashboard, the first messages of the demo.
EDGES = ("realtime", "api", "pages", "dashboard", "cli")
pytestmark = pytest.mark.django_db


def draft(room: Room, author: Participant, cid: str, body: str = "Hello", **more: Any) -> Draft:
    return Draft(slug=room.slug, author=author, cid=f"steps-{cid}", body=body, **more)


def test_the_steps_come_in_one_order_each_once_for_the_whole_batch(
    room: Room, amber: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    def noted(name: str) -> Any:
        step = getattr(pipeline, name)

        def run(*args: Any) -> Any:
            taken.append(name)
            return step(*args)

        return run

    for name in STEPS:
        monkeypatch.setattr(pipeline, name, noted(name))
    outcomes = post_messages([draft(room, amber, f"cid-{n}") for n in range(3)])
    assert all(isinstance(outcome, Ack) for outcome in outcomes)
    assert taken == list(STEPS)


def test_each_step_refuses_its_own_and_the_others_go_on(
    room: Room, amber: Participant, teal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = Room.objects.create(site_id=room.site_id, slug="locked", name="L", locked=True)
    monkeypatch.setattr(policy, "of_visitor", RateLimit(Allowance(0.001, 2)))
    outcomes = post_messages(
        [
            draft(locked, amber, "cid-1"),
            draft(room, amber, "cid-2", " "),
            draft(room, amber, "cid-3", attachments=["file-1"]),
            draft(room, amber, "cid-4"),
            draft(room, amber, "cid-5"),
            draft(room, teal, "cid-6", reply_to=9),
            draft(room, teal, "cid-7"),
        ]
    )
    # Amber's two tokens are for the third and the fourth: what `judge` refused cost nothing.
    kinds = [RoomLocked, Empty, Forbidden, Ack, Rate, Invalid, Ack]
    assert [type(outcome) for outcome in outcomes] == kinds
    assert Message.objects.count() == 2


def test_what_is_too_fast_costs_no_search_for_mentions(
    room: Room,
    amber: Participant,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
) -> None:
    monkeypatch.setattr(policy, "of_visitor", RateLimit(Allowance(0.001, 1)))
    say(room, amber)
    with django_assert_num_queries(1):  # the look-up of the whole batch
        (outcome,) = post_messages([draft(room, amber, "cid-1", "@Olive @Amber @Teal")])
    assert isinstance(outcome, Rate)


async def test_who_was_refused_often_is_refused_before_a_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    amber = Participant(id="v_amber", site_id=1, name="Amber", role="visitor")
    monkeypatch.setattr(policy, "of_visitor", RateLimit(Allowance(0.001, 1)))
    monkeypatch.setattr(policy, "of_refusals", RateLimit(Allowance(0.001, 1)))
    for _ in range(2):
        policy.spend_each([(amber, "lobby")])
    batcher = Batcher()
    with pytest.raises(Rate):
        await batcher.post(Draft(slug="lobby", author=amber, cid="steps-cid-1", body="Hello"))
    assert not batcher._is_storing


def test_every_edge_hands_in_the_same_draft_and_none_builds_a_frame_to_post() -> None:
    drafting, framing = set(), set()
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(PACKAGE)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name == "Draft":
                    drafting.add(module.parts[0])
                elif name == "Send":
                    framing.add(module.as_posix())
    assert drafting == set(EDGES)
    assert framing == set()

"""Rules mask, block and hold; which one decides does not depend on chance."""

from __future__ import annotations

from itertools import product
from typing import Any
from unittest.mock import Mock

import pytest

from inglenook.moderation.filters.spans import spans
from inglenook.moderation.filters.words import NO_RULES, Judgement, Rule, WordFilter


def rule(number: int, pattern: str, action: str = "block", **fields: Any) -> Rule:
    return Rule(
        id=number, pattern=pattern, action=action, match=fields.pop("match", "word"), **fields
    )


def test_no_rule_judges_nothing() -> None:
    assert NO_RULES.judge("anything", "lobby") is None
    assert WordFilter([rule(1, "spam")]).judge("a good word", "lobby") is None


@pytest.mark.parametrize(
    ("action", "judgement"),
    [
        ("block", Judgement("no SPAM here", blocked_by=1)),
        ("hold", Judgement("no SPAM here", held_by=1)),
        ("mask", Judgement("no •••• here", masked_by=(1,))),
    ],
)
def test_each_action(action: str, judgement: Judgement) -> None:
    assert WordFilter([rule(1, "spam", action)]).judge("no SPAM here", "lobby") == judgement


def test_a_block_stands_before_a_hold_and_masks_apply_to_all() -> None:
    rules = [rule(1, "held", "hold"), rule(2, "masked", "mask"), rule(3, "blocked", "block")]
    found = WordFilter(rules).judge("held masked blocked", "lobby")
    assert found == Judgement("held •••••• blocked", (2,), blocked_by=3)
    assert WordFilter(rules).judge("held masked", "lobby") == Judgement(
        "held ••••••", (2,), held_by=1
    )


def test_what_one_rule_masks_another_still_blocks() -> None:
    rules = [rule(1, "spam", "mask"), rule(2, "spam", "block", is_instance=True)]
    assert WordFilter(rules).judge("spam", "lobby") == Judgement("••••", (1,), blocked_by=2)


def test_the_sites_own_rule_decides_before_the_instances() -> None:
    rules = [rule(1, "spam", is_instance=True), rule(9, "spam"), rule(10, "spam")]
    found = WordFilter(rules).judge("spam", "lobby")
    assert found is not None
    assert found.blocked_by == 9
    assert WordFilter(rules).rule_against_name("Spam") == 9


@pytest.mark.parametrize(("action", "looks"), [("block", 1), ("hold", 1), ("mask", 200)])
def test_the_first_that_decides_ends_the_search(
    action: str, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = Mock(side_effect=spans)
    monkeypatch.setattr("inglenook.moderation.filters.matcher.spans", looked)
    names = [f"rude{''.join(pair)}" for pair in product("abcdefgh", repeat=3)][:200]
    rules = [rule(n, name, action) for n, name in enumerate(names)]
    assert WordFilter(rules).judge(" ".join(names), "lobby") is not None
    assert looked.call_count == looks


def test_a_rule_of_some_rooms_stands_nowhere_else() -> None:
    only_there = WordFilter([rule(1, "spam", rooms=("lobby",))])
    assert only_there.judge("spam", "lobby") is not None
    assert only_there.judge("spam", "offers") is None
    assert WordFilter([rule(1, "spam", rooms=())]).judge("spam", "lobby") is None


def test_a_rule_is_for_bodies_or_names() -> None:
    only = WordFilter([rule(1, "body", in_name=False), rule(2, "name", in_body=False)])
    assert only.judge("name", "lobby") is None
    assert only.judge("body", "lobby") is not None
    assert only.rule_against_name("Body") is None
    assert only.rule_against_name("N a m e") == 2


@pytest.mark.parametrize("action", ["block", "hold", "mask"])
def test_a_name_is_refused_by_any_action_and_whatever_its_rooms(action: str) -> None:
    assert WordFilter([rule(1, "spam", action, rooms=("lobby",))]).rule_against_name("Spam") == 1


def test_a_pattern_reads_the_text_as_typed_in_any_case() -> None:
    found = WordFilter([rule(1, r"order \d+", "mask", match="regex")])
    assert found.judge("My ORDER 66, please", "lobby") == Judgement("My ••••• ••, please", (1,))
    assert found.judge("my 0rder 66", "lobby") is None


def test_a_stored_pattern_that_no_longer_compiles_finds_nothing() -> None:
    both = WordFilter([rule(1, "(", match="regex"), rule(2, "spam")])
    assert both.judge("(", "lobby") is None
    assert both.judge("spam", "lobby") is not None

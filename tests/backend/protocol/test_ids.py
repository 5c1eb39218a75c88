"""Each form of an identifier stands in `protocol/ids.py`; what repeats it says the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from inglenook.protocol import ids
from inglenook.protocol.emoji import MAX_REACTION_BYTES

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("text", "is_cid", "is_slug", "is_new_slug"),
    [
        ("help-desk", True, True, True),
        ("a", False, True, True),
        ("p_0123456789", False, True, False),
        ("Lobby", False, True, False),
        ("private", False, True, False),
        ("auto", False, True, False),
        ("x" * 63, True, True, True),
        ("x" * 64, True, True, False),
        ("x" * 65, False, False, False),
        ("-lobby-room", True, True, False),
        ("", False, False, False),
        ("lobby-room\n", False, False, False),
        ("lobby room", False, False, False),
        ("lobby/room", False, False, False),
        ("löbby-room", False, False, False),
        ("lobby-room\u0661", False, False, False),
    ],
)
def test_an_identifier_has_its_form(
    text: str, is_cid: bool, is_slug: bool, is_new_slug: bool
) -> None:
    found = (ids.is_cid(text), ids.is_slug(text), ids.is_new_slug(text))
    assert found == (is_cid, is_slug, is_new_slug)
    assert (re.search(ids.whole(ids.CID), text) is not None) == is_cid


def test_the_words_name_the_numbers_of_the_patterns() -> None:
    assert (ids.is_cid("x" * 8), ids.is_cid("x" * 7)) == (True, False)
    assert (ids.is_cid("x" * 64), ids.is_cid("x" * 65)) == (True, False)
    assert "8 to 64" in ids.CID_WORDS
    longest = "x" * ids.NEW_SLUG_CHARS
    assert (ids.is_new_slug(longest), ids.is_new_slug(longest + "x")) == (True, False)
    assert f"1 to {ids.NEW_SLUG_CHARS} " in ids.NEW_SLUG_WORDS
    papers = " ".join((ROOT / "docs" / "commands.md").read_text().split())
    assert ids.NEW_SLUG_WORDS in papers


def test_the_openapi_document_has_the_same_forms() -> None:
    document = json.loads((ROOT / "docs" / "openapi.json").read_text())
    forms: dict[str, set[Any]] = {}
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                name, schema = parameter["name"], parameter["schema"]
                form = schema.get("maxLength") if name == "emoji" else schema.get("pattern")
                forms.setdefault(name, set()).add(form)
    assert forms["slug"] == {f"^{ids.SLUG}$"}
    assert forms["cid"] == {f"^{ids.CID}$"}
    assert forms["emoji"] == {MAX_REACTION_BYTES}


def test_columns_are_as_wide_as_what_they_keep() -> None:
    from inglenook.chat.models import Message, Reaction, Room

    def width(model: Any, name: str) -> int | None:
        length: int | None = model._meta.get_field(name).max_length
        return length

    assert ids.SLUG.endswith(f",{width(Room, 'slug')}}}")
    assert ids.CID.endswith(f",{width(Message, 'cid')}}}")
    assert (width(Reaction, "emoji") or 0) >= MAX_REACTION_BYTES


def test_the_widget_names_the_roles_that_the_server_sends() -> None:
    from inglenook.visitors.models import Visitor
    from inglenook.visitors.participants import TEAM_ROLES

    source = (ROOT / "widget" / "src" / "protocol" / "frames.ts").read_text()
    declared = re.search(r"export type Role =([^;]+);", source)
    assert declared
    # A bot writes by a program's call, which is not there yet.
    assert set(re.findall(r'"(\w+)"', declared[1])) == {*Visitor.Role.values, *TEAM_ROLES, "bot"}

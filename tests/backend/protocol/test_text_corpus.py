"""Entities of several hundred bodies stay as they are, byte for byte.

`entities.jsonl` has a line for each body: the body, and its entities as the wire has them. Stored
messages keep the entities of their time, so a change of these answers makes old and new messages
differ; whoever wants it changes the lines by hand.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from inglenook.protocol.text import parse_entities

CORPUS = Path(__file__).with_name("entities.jsonl").read_text("utf-8").splitlines()
PEOPLE = {"Ana": "v_ana", "Bo Li": "", "Ünal": "v_u"}


def test_the_corpus_has_every_kind_of_entity_and_bodies_without_any() -> None:
    entities = [json.loads(line)[1] for line in CORPUS]
    kinds = {entity["kind"] for found in entities for entity in found}
    assert kinds == {"bold", "italic", "code", "link", "mention"}
    assert len(CORPUS) > 800
    assert sum(not found for found in entities) > 200


@pytest.mark.parametrize("line", CORPUS)
def test_a_body_has_the_entities_that_it_always_had(line: str) -> None:
    body, entities = json.loads(line)
    as_written = json.dumps(entities, separators=(",", ":"), ensure_ascii=False).encode()
    assert msgspec.json.encode(parse_entities(body, PEOPLE.get)) == as_written

"""No message of a client makes the parser do anything but give a frame or a known code that can be
sent back.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given

from inglenook.protocol import frames, strict_json
from inglenook.protocol.codes import HTTP_STATUS
from inglenook.protocol.errors import ChatError
from inglenook.protocol.limits import Limits
from tests.hostile.shapes import FRAMES, ODD_TEXT, SAMPLES, bent_frames
from tests.testkit.fuzzing import times

LIMITS = Limits()
# What a message may be refused with for its form alone.
OF_FORM = {"bad_json", "bad_frame", "unknown_type", "too_deep", "too_large", "invalid"}


@times(600)
@given(FRAMES)
@example('{"type":"join","\\ud800":' + "9" * 30 + "}")
def test_a_message_is_a_frame_or_is_refused_with_a_code(text: str | bytes) -> None:
    try:
        frame = frames.parse_client_frame(text, LIMITS)
    except frames.FrameRefused as refused:
        error = refused.error
        assert error.code in OF_FORM
        assert error.status == HTTP_STATUS[error.code]
        # The answer can be made: nothing of the sender's stands in it that has no UTF-8.
        said = {"re": refused.re, "cid": refused.cid, "room": refused.room, "field": error.field}
        kept = {name: value for name, value in said.items() if value is not None}
        optional: dict[str, Any] = kept
        frames.encode(frames.Error(code=error.code, message=error.message, **optional))
    else:
        assert frame.__struct_config__.tag in frames.CLIENT_FRAMES


@times(300)
@given(bent_frames() | ODD_TEXT)
def test_what_is_let_through_is_what_python_reads(text: str) -> None:
    """A slow reference: whatever passes is the JSON that everybody reads, without what only Python
    takes.
    """
    try:
        found = strict_json.parse(text, LIMITS)
    except ChatError:
        return

    def no_constant(name: str) -> None:
        pytest.fail(f"{name} passed")

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len({key for key, _ in pairs}) == len(pairs) <= LIMITS.json_keys
        return dict(pairs)

    read = json.loads(text, parse_constant=no_constant, object_pairs_hook=once)
    assert depth_of(read) <= LIMITS.json_depth
    if isinstance(read, dict) and not any(isinstance(it, list | int) for it in read.values()):
        assert found == read


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda it: str(it["type"]))
def test_every_byte_counts_and_none_breaks_it(sample: dict[str, object]) -> None:
    """Each byte of each frame left out, doubled, and replaced."""
    raw = json.dumps(sample).encode()
    for place in range(len(raw)):
        for new in (b"", raw[place : place + 1] * 2, b"\xff", b"\x00", b'"', b"{", b"9"):
            code = code_of(raw[:place] + new + raw[place + 1 :])
            assert code is None or code in OF_FORM


def code_of(text: bytes) -> str | None:
    try:
        frames.parse_client_frame(text, LIMITS)
    except frames.FrameRefused as refused:
        return refused.error.code
    return None


@pytest.mark.parametrize("end", ["\n", "\r", "\u2028", " ", "\x00", "é"])
def test_a_cid_has_nothing_behind_it(end: str) -> None:
    frame = {"type": "delete", "cid": f"00000001{end}", "room": "lobby", "seq": 1}
    assert code_of(json.dumps(frame).encode()) == "invalid"


def test_what_is_odd_beside_the_text_does_not_change_the_text() -> None:
    frame = {"type": "send", "cid": "00000001", "room": "lobby", "body": "a\ud800b", "\udfff": 1}
    parsed = frames.parse_client_frame(json.dumps(frame), LIMITS)
    assert isinstance(parsed, frames.Send)
    assert parsed.body == "a\ud800b"  # refused as invalid_text where it is stored


def test_the_field_is_named_whatever_stands_in_it() -> None:
    with pytest.raises(frames.FrameRefused) as caught:
        frames.parse_client_frame('{"type":"join","room":"lobby","since":"\\ud800"}', LIMITS)
    assert (caught.value.error.code, caught.value.error.field) == ("invalid", "since")

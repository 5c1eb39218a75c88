"""One sample of every frame and code, read by both languages (tests/widget/contract.test.ts is the
other reader).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from inglenook.protocol import codes, frames
from inglenook.protocol.errors import BY_CODE
from inglenook.protocol.limits import ANNOUNCED, Limits

CONTRACT: dict[str, Any] = json.loads(Path(__file__).with_name("frames.json").read_text())


def named(side: str) -> Any:
    return pytest.mark.parametrize(
        "frame", [pytest.param(sample["frame"], id=sample["name"]) for sample in CONTRACT[side]]
    )


@named("client")
def test_every_client_sample_is_a_frame(frame: dict[str, Any]) -> None:
    parsed = frames.parse_client_frame(json.dumps(frame), Limits())
    assert parsed.__struct_config__.tag == frame["type"]
    kept = json.loads(frames.encode(parsed))
    assert {key: kept[key] for key in frame if key != "rooms"} == {
        key: value for key, value in frame.items() if key != "rooms"
    }


@named("server")
def test_every_server_sample_comes_out_of_our_structs_as_it_is(frame: dict[str, Any]) -> None:
    struct = msgspec.json.decode(json.dumps(frame), type=frames.SERVER_FRAMES[frame["type"]])
    assert json.loads(frames.encode(struct)) == frame


def test_there_is_a_sample_of_every_frame() -> None:
    assert {sample["frame"]["type"] for sample in CONTRACT["client"]} == set(frames.CLIENT_FRAMES)
    assert {sample["frame"]["type"] for sample in CONTRACT["server"]} == set(frames.SERVER_FRAMES)


def test_the_codes_are_the_contract_s() -> None:
    assert CONTRACT["codes"] == codes.HTTP_STATUS
    assert CONTRACT["close_codes"] == codes.CLOSE


def test_every_code_that_is_raised_is_a_code() -> None:
    assert set(BY_CODE) <= set(codes.HTTP_STATUS) | set(codes.OWNERS_HTTP_STATUS)


def test_welcome_tells_the_limits_of_the_contract() -> None:
    (welcome,) = (s["frame"] for s in CONTRACT["server"] if s["frame"]["type"] == "welcome")
    assert welcome["limits"] == Limits().for_clients()
    assert set(welcome["limits"]) == set(ANNOUNCED)

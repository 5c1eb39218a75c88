"""Frames as somebody hostile makes them: samples of the contract, changed in one place or in all,
and what never was a frame.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.hostile.corpus import MARKUP, UNSTORABLE

CONTRACT = json.loads((Path(__file__).parents[1] / "contract" / "frames.json").read_text())
SAMPLES: list[dict[str, Any]] = [sample["frame"] for sample in CONTRACT["client"]]
# As text: the parser of JSON that tests use would refuse or mend most of them.
ODD_VALUES = (
    *["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e-999", "-0", "0.0", "1.5", "true"],
    *["null", "[]", "{}", '""', "9007199254740992", "9007199254740993", "-9007199254740993"],
    *["9" * 17, "9" * 400, "-" + "9" * 20, "[" + "9" * 30 + "]", "[[" + "9" * 30 + "]]"],
    *["01", "+1", "1.", ".5", "0x10", "1_000", "'x'", "undefined", "/**/1", "[1,]", '{"a":1,}'],
    *[
        '"\\ud800"',
        '"\\udc00\\ud800"',
        '"\\u0000"',
        '"a\nb"',
        '"\\x41"',
        '"\\u12"',
        '"\x7f\\u2028"',
    ],
    *["[" * depth + "]" * depth for depth in (7, 8, 9, 60)],
    '{"a":1,"a":2}',
    "{" + ",".join(f'"k{n}":{n}' for n in range(70)) + "}",
    '{"\\ud800":' + "9" * 30 + "}",
    '{"__proto__":{"role":"owner"},"constructor":1}',
    *[json.dumps(text) for text in (*UNSTORABLE, *MARKUP[:8], "x" * 2001, "x" * 17_000)],
)
ODD_KEYS = ("type", "room", "cid", "\\ud800", "\\u0000", "__proto__", "k" * 300, "", "\\u0074ype")


def _joined(pairs: list[tuple[str, str]]) -> str:
    return "{" + ",".join(f'"{key}":{value}' for key, value in pairs) + "}"


@st.composite
def bent_frames(draw: st.DrawFn) -> str:
    """A valid frame with some of its values, keys or order changed."""
    pairs = [(key, json.dumps(value)) for key, value in draw(st.sampled_from(SAMPLES)).items()]
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(pairs)))
        kind = draw(st.sampled_from(["value", "value", "extra", "twice", "lost"]))
        if kind == "extra" or place == len(pairs):
            key = draw(st.sampled_from(ODD_KEYS))
            pairs.insert(place, (key, draw(st.sampled_from(ODD_VALUES))))
        elif kind == "value":
            pairs[place] = (pairs[place][0], draw(st.sampled_from(ODD_VALUES)))
        elif kind == "twice":
            pairs.append(pairs[place])
        elif len(pairs) > 1:
            del pairs[place]
    return _joined(pairs)


@st.composite
def torn_frames(draw: st.DrawFn) -> bytes:
    """A valid frame with bytes lost, doubled, swapped or made up, as a broken line or a careless
    program leaves it.
    """
    raw = bytearray(json.dumps(draw(st.sampled_from(SAMPLES))).encode())
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, len(raw)))
        end = draw(st.integers(place, min(len(raw), place + 12)))
        new = draw(st.binary(max_size=6) | st.just(bytes(raw[place:end]) * 2))
        raw[place:end] = new
    return bytes(raw)


NO_FRAMES = st.text(st.characters(), max_size=60) | st.binary(max_size=60)
ODD_TEXT = st.sampled_from(ODD_VALUES) | st.sampled_from(
    ["[" * 3000, '{"a":' * 3000, "", " ", "\ufeff{}"]
)
FRAMES: st.SearchStrategy[str | bytes] = st.one_of(
    bent_frames(), bent_frames(), torn_frames(), NO_FRAMES, ODD_TEXT
)

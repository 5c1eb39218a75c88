from __future__ import annotations

import gc
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.protocol import entities
from inglenook.protocol.errors import ChatError
from inglenook.protocol.text import Entity, normalise_body, parse_entities
from tests.hostile.corpus import BAD_LINKS, MARKUP, UNICODE

NAMES = {
    "anna": "v_anna",
    "anna maria": "v_maria",
    "amber otter": "v_otter",
    "snake_case": "v_snake",
    "王小明": "v_wang",
    "o'neil": "v_neil",
    "dr. k.": "m_k",
    "🦊 fox": "v_fox",
    "everyone": "",
}
MARKED = ("bold", "italic", "code")


def person(name: str) -> str | None:
    return NAMES.get(name.casefold())


def runs_of(body: str) -> list[tuple[str, ...]]:
    """Kind, text, and address or id of each run, cut out by UTF-16 offsets as a browser does."""
    units = body.encode("utf-16-le")
    return [
        (
            e.kind,
            units[2 * e.at : 2 * (e.at + e.len)].decode("utf-16-le"),
            *filter(None, (e.url, e.id)),
        )
        for e in parse_entities(body, person)
    ]


def bold(text: str) -> tuple[str, str]:
    return ("bold", text)


def italic(text: str) -> tuple[str, str]:
    return ("italic", text)


def code(text: str) -> tuple[str, str]:
    return ("code", text)


@pytest.mark.parametrize(
    ("body", "runs"),
    [
        ("plain", []),
        ("*bold*", [bold("*bold*")]),
        ("_italic_", [italic("_italic_")]),
        ("`code`", [code("`code`")]),
        ("a *b c* d", [bold("*b c*")]),
        ("*a* *b*", [bold("*a*"), bold("*b*")]),
        ("*a* _b_ `c`", [bold("*a*"), italic("_b_"), code("`c`")]),
        ("*x*", [bold("*x*")]),
        # where a mark opens and closes
        ("(*a*)", [bold("*a*")]),
        ("[_a_]", [italic("_a_")]),
        ("<*a*>", [bold("*a*")]),
        ("«*a*»", []),
        ("*a*, *b*. *c*!", [bold("*a*"), bold("*b*"), bold("*c*")]),
        ("*a*…", [bold("*a*")]),
        ("\t*a*\t", [bold("*a*")]),
        ("\u3000*a*\u3000", [bold("*a*")]),
        ("（*a*）", [bold("*a*")]),
        ("a*b*", []),
        ("*a*b", []),
        ("a*b*c", []),
        ("2*3*4", []),
        ("2 * 3 * 4", []),
        ("* item", []),
        ("* a*", []),
        ("*a *", []),
        ("*a *b*", [bold("*a *b*")]),
        ("*a* b*", [bold("*a*")]),
        ("*a*(b)", []),
        ("snake_case_name", []),
        ("_snake_case_", [italic("_snake_case_")]),
        ("'*a*'", []),
        ("*a", []),
        ("a*", []),
        ("*", []),
        # never across a line
        ("*a\nb*", []),
        ("*a\n*b*", [bold("*b*")]),
        ("`a\nb`", []),
        ("*a*\n_b_", [bold("*a*"), italic("_b_")]),
        # nested, outer first
        ("*_a_*", [bold("*_a_*"), italic("_a_")]),
        ("_*a*_", [italic("_*a*_"), bold("*a*")]),
        ("*a _b_ c*", [bold("*a _b_ c*"), italic("_b_")]),
        ("*a _b* c_", [bold("*a _b*")]),
        ("*a _b c*", [bold("*a _b c*")]),
        ("_a *b_ *c*", [italic("_a *b_"), bold("*c*")]),
        # a doubled mark is text
        ("**bold**", []),
        ("__init__", []),
        ("``code``", []),
        ("***", []),
        ("---\n___", []),
        ("*a **b** c*", [bold("*a **b** c*")]),
        # code goes first
        ("`*a*`", [code("`*a*`")]),
        ("*a `b* c` d*", [bold("*a `b* c` d*"), code("`b* c`")]),
        ("`a *b` c*", [code("`a *b`")]),
        ("*`a`*", [bold("*`a`*"), code("`a`")]),
        ("`https://shop.example`", [code("`https://shop.example`")]),
        ("`@Anna`", [code("`@Anna`")]),
        ("`a`b`", [code("`a`b`")]),
        ("` a`", []),
        ("`a `", []),
        ("a`b`", []),
        ("`a", []),
        ("` `a`", [code("`a`")]),
        # what is drawn on a mark is part of it
        ("*️⃣ a *b*", [bold("*b*")]),
        ("*a*\u0301", []),
        ("*\u0301a*", []),
        # UTF-16
        ("😀 *b* 😀 _c_", [bold("*b*"), italic("_c_")]),
        ("*😀*", [bold("*😀*")]),
        ("*e\u0301*", [bold("*e\u0301*")]),
        # directions do not hinder
        ("\u202b*a*\u202c", [bold("*a*")]),
        ("\u200f*שלום*\u200f", [bold("*שלום*")]),
        # mentions
        ("@Anna", [("mention", "@Anna", "v_anna")]),
        ("hi @anna!", [("mention", "@anna", "v_anna")]),
        ("@Anna Maria is here", [("mention", "@Anna Maria", "v_maria")]),
        ("@Anna Marian", [("mention", "@Anna", "v_anna")]),
        ("@Amber Otter's", [("mention", "@Amber Otter", "v_otter")]),
        ("@O'Neil", [("mention", "@O'Neil", "v_neil")]),
        ("@Dr. K. said", [("mention", "@Dr. K.", "m_k")]),
        ("@🦊 Fox", [("mention", "@🦊 Fox", "v_fox")]),
        ("@everyone", [("mention", "@everyone")]),
        ("(@Anna)", [("mention", "@Anna", "v_anna")]),
        ("*@Anna*", [bold("*@Anna*"), ("mention", "@Anna", "v_anna")]),
        ("_@snake_case_", [italic("_@snake_case_"), ("mention", "@snake_case", "v_snake")]),
        ("@王小明你好", [("mention", "@王小明", "v_wang")]),
        ("@Anna @Anna", [("mention", "@Anna", "v_anna")] * 2),
        ("@Annabel", []),
        ("@Anna_x", []),
        ("@Anna\u0301", []),
        ("@Anna\u200dx", []),
        ("@ Anna", []),
        ("@@Anna", []),
        ("me@Anna", []),
        ("@Amber\nOtter", []),
        ("@Nobody", []),
        ("@", []),
        ("@Anna`x`", [("mention", "@Anna", "v_anna")]),
    ],
)
def test_it_finds_the_runs_of_a_body(body: str, runs: list[tuple[str, ...]]) -> None:
    assert runs_of(body) == runs


def test_an_entity_goes_onto_the_wire_without_what_it_does_not_have() -> None:
    found = parse_entities("😀 *b* @Anna https://shop.example", person)
    assert msgspec.to_builtins(found) == [
        {"kind": "bold", "at": 3, "len": 3},
        {"kind": "mention", "at": 7, "len": 5, "id": "v_anna"},
        {"kind": "link", "at": 13, "len": 20, "url": "https://shop.example"},
    ]
    assert msgspec.json.decode(msgspec.json.encode(found), type=list[Entity]) == found


def test_the_room_is_asked_for_few_names() -> None:
    asked: list[str] = []

    def nobody(name: str) -> None:
        asked.append(name)

    parse_entities("@a b c d e f g h i j k l m n o p q r s t u v w x y z " * 300, nobody)
    assert 0 < len(asked) <= 50 * 64
    assert all(len(name) <= 64 and name == name.strip() for name in asked)


def test_no_more_than_fifty_are_mentioned_at_once() -> None:
    assert len(parse_entities("@Anna " * 60, person)) == 50


PIECES = st.sampled_from(
    [
        *"*_`@ \nab(,.)",
        "😀",
        "é",
        "e\u0301",
        "@Anna",
        "@anna maria",
        "https://shop.example/a_b*c",
        "x.com",
    ]
)
BODIES = (
    st.lists(PIECES, max_size=40).map("".join)
    | st.text(max_size=80)
    | st.sampled_from(UNICODE + MARKUP + BAD_LINKS)
)


@given(BODIES)
def test_runs_lie_inside_the_body_on_borders_of_characters_and_nest(raw: str) -> None:
    try:
        body = normalise_body(raw)
    except ChatError:
        return
    units = body.encode("utf-16-le")
    found = parse_entities(body, person)
    assert [(e.at, -e.len) for e in found] == sorted((e.at, -e.len) for e in found)
    enclosing: list[Entity] = []
    for entity in found:
        start, end = entity.at, entity.at + entity.len
        assert 0 <= start < end <= len(units) // 2
        text = units[2 * start : 2 * end].decode("utf-16-le")
        assert "\n" not in text
        while enclosing and enclosing[-1].at + enclosing[-1].len <= start:
            enclosing.pop()
        if enclosing:
            outer = enclosing[-1]
            assert outer.kind in ("bold", "italic")
            assert outer.at < start
            assert end < outer.at + outer.len
            assert entity.kind not in {e.kind for e in enclosing}
        enclosing.append(entity)
        if entity.kind in MARKED:
            assert len(text) > 2
            assert text[0] == text[-1] == {"bold": "*", "italic": "_", "code": "`"}[entity.kind]
        assert (entity.url is not None) == (entity.kind == "link")


@given(BODIES)
def test_leaving_out_the_marks_changes_nothing_else(raw: str) -> None:
    try:
        body = normalise_body(raw)
    except ChatError:
        return
    units = body.encode("utf-16-le")
    found = [e for e in parse_entities(body, person) if e.kind in MARKED]
    hidden = {place for e in found for place in (e.at, e.at + e.len - 1)}
    assert len(hidden) == 2 * len(found)
    kept = b"".join(units[2 * i : 2 * i + 2] for i in range(len(units) // 2) if i not in hidden)
    shown = kept.decode("utf-16-le")
    rest = iter(body)
    assert all(character in rest for character in shown)
    assert len(body) - len(shown) == len(hidden)
    assert parse_entities(body, person) == parse_entities(body, person)


def seconds_for(unit: str, length: int) -> float:
    """Processor time of the best of three readings: what else the machine does must not count, nor
    the collector.
    """
    body = (unit * length)[:length]
    readings = []
    gc.disable()
    for _ in range(3):
        start = time.process_time()
        parse_entities(body, person)
        readings.append(time.process_time() - start)
    gc.enable()
    return min(readings)


@pytest.mark.parametrize("pad", ["", "a\n"])
@pytest.mark.parametrize(
    "unit",
    [
        *["*", "_", "`", "(", "@", "[", "h", ".", "\n", "/", ":"],
        *["*_", "_*", " *a", " _a", " `a", " @a", " *_`@", "a_", "a.", "a-b.", "a@", "a@b.", "1.1"],
        *["*a ", "*a* ", "`a` ", "[*", "(`", "`a`b", " `a\n", "@Anna ", "x._", "%a.com "],
        *[
            "http://",
            "http://a ",
            "http://(",
            "https://a@",
            "https://x.example/(((",
            "mailto:",
            "www.",
        ],
        *["https://a.example/)", "_https://a.example/_", "a.com/(", "😀*a* "],
    ],
)
def test_the_time_grows_no_faster_than_the_text(unit: str, pad: str) -> None:
    # Loose, since the machine may be busy: a square would be sixteen times, and is hundreds of
    # milliseconds.
    short, long = seconds_for(pad + unit, 4096), seconds_for(pad + unit, 16384)
    assert long < max(0.05, 10 * short), f"{short * 1000:.1f} ms, {long * 1000:.1f} ms"


@pytest.mark.parametrize("mark", "*_`(@")
def test_a_frame_full_of_one_mark_takes_no_time(mark: str) -> None:
    assert seconds_for(mark, 16384) < 0.02


@given(st.text(alphabet="ab.é*_`@:/ \n", max_size=30))
def test_what_is_not_looked_into_holds_no_run(body: str) -> None:
    """The quick look at a body's characters never takes one for plain that the reader would find
    something in.
    """
    if not entities._MAY_BE_A_SIGN.search(body):
        assert not entities._Reader(body, person).read()

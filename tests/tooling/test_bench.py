"""What the benchmarks calculate, frame, count and draw; what they measure is docs/benchmarks.md."""

from __future__ import annotations

import json
import math
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import flame, paper
from bench.asker import Asker
from bench.dialects import KINDS, dialect
from bench.figures import Bar, median, percentile, ratio_of, spread, three_digits
from bench.progress import bar_line
from bench.run import PartFailed, reason
from bench.variants import STORING, VARIANTS, Variant
from bench.wire import BODY_BYTES, NUMBERED, PING, Reader, body, client_frame, server_frame
from scripts import bench as chore
from scripts import profile

ROOT = Path(__file__).resolve().parents[2]


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.99, 1)] == [50, 99, 100]
    assert percentile([7.0], 0.99) == 7
    assert math.isnan(percentile([], 0.5))


def test_figures_show_three_digits_that_count() -> None:
    assert [three_digits(value) for value in (0.41234, 8.314, 42.14, 999.6, 123_456.0, 0)] == [
        "0.412",
        "8.31",
        "42.1",
        "1,000",
        "123,000",
        "0",
    ]
    assert three_digits(math.nan) == "–"
    assert spread([3.0, 1.0, 2.0]) == "2.00 (1.00–3.00)"
    assert math.isnan(median([]))
    assert ratio_of(3, 2) == 1.5
    assert math.isnan(ratio_of(3, 0))


def test_a_bar_that_was_not_measured_is_not_met() -> None:
    assert Bar("FAN", "rate", 5.0, least=5).is_met
    assert not Bar("FAN", "rate", 4.9, least=5).is_met
    assert not Bar("FAN", "delay", 5.1, most=5).is_met
    assert not Bar("FAN", "rate", math.nan, least=5).is_met


@pytest.mark.parametrize("length", [1, 125, 126, 65535, 65536])
def test_a_frame_tells_its_length(length: int) -> None:
    asker = Asker.__new__(Asker)
    asker._rest = server_frame(b"x" * length) + b"more"
    assert asker._message() == b"x" * length
    assert asker._rest == b"more"
    framed = client_frame(b"x" * length)
    assert framed.endswith(b"\0\0\0\0" + b"x" * length)
    assert framed[1] & 0x80, "RFC 6455 5.3: what a client sends is masked"


def test_a_message_has_its_number_and_its_size() -> None:
    for number in (0, 7, 999_999_999):
        text = body(number).encode()
        assert len(text) == BODY_BYTES
        assert [int(found) for found in NUMBERED.findall(text)] == [number]


def test_messages_are_counted_wherever_the_stream_is_cut() -> None:
    stream = b"".join(server_frame(body(number).encode()) for number in range(3))
    for cut in range(1, len(stream)):
        reader = Reader()
        first, rest = stream[:cut] + b"what the buffer held before =|=", stream[cut:]
        assert reader.count(first, cut) + reader.count(rest, len(rest)) == 3


def test_a_ping_of_ours_is_found() -> None:
    assert PING.findall(b'[{"type":"ping","n":41,"heads":{}}]') == [b"41"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_dialect_says_the_text_it_is_given(kind: str) -> None:
    spoken = dialect(kind, path="/x/", tokens=["t"], rooms=["lobby"], is_in="sync")
    assert spoken.is_in == b"sync"
    assert b"GET /x/ HTTP/1.1\r\n" in spoken.handshake(80, 0)
    assert body(5).encode() in spoken.say(0, body(5), 5)


def test_nats_is_asked_whether_it_has_subscribed() -> None:
    spoken = dialect("nats", is_in="PONG")
    (opening,) = spoken.opening(0)
    assert opening.split(b"\r\n")[1:] == [b"SUB lobby 1", b"PING", b""]
    assert spoken.say(0, body(5), 5).endswith(b"PUB lobby 120\r\n" + body(5).encode() + b"\r\n")


def test_each_sender_to_a_stream_gets_its_own_acks() -> None:
    spoken = dialect("nats-stream", is_in="PONG")
    assert b"SUB acks.7 1\r\n" in spoken.opening(7)[0]
    assert b"PUB lobby acks.7 120\r\n" in spoken.say(7, body(5), 5)
    ack = b'MSG acks.7 1 26\r\n{"stream":"ROOM", "seq":41}\r\n'
    assert spoken.acked in ack
    assert spoken.refused not in ack


@pytest.mark.parametrize(
    "variant", [*VARIANTS.values(), *STORING.values()], ids=lambda variant: variant.name
)
def test_the_paper_says_of_each_peer_what_it_does_for_a_message(variant: Variant) -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text()
    _, table = text.split("## What each does for a message\n")
    assert f"\n| {variant.title} | " in table.split("\n## ")[0]


def test_what_could_not_be_measured_says_why_before_what_the_server_logged() -> None:
    log = "\n".join(f"line {number}" for number in range(1000))
    text = reason(PartFailed(f"4 sockets were closed\n{log}"))
    assert text.startswith("PartFailed: 4 sockets were closed\n")
    assert text.endswith("line 999")
    assert len(text) < 700
    assert paper.failed({"runs": [{"error": text}]}) == ["PartFailed: 4 sockets were closed"]


def test_a_peer_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.variants.shutil.which", lambda _name: None)
    with pytest.raises(PartFailed, match="node is not there"), VARIANTS["ws"].start():
        pass


def test_who_comes_back_says_where_it_was() -> None:
    cursors = {"lobby": {"epoch": "abc", "since": 4}}
    spoken = dialect("inglenook", tokens=["t"], rooms=["lobby"], cursors=cursors)
    (hello,) = spoken.opening(3)
    assert json.loads(hello)["rooms"] == [{"room": "lobby", "epoch": "abc", "since": 4}]


def test_progress_says_how_far_it_is() -> None:
    line = bar_line("FAN", 6, 12, 30.4, "limit")
    assert line.count("█") == line.count("·")
    assert "7 of 12" in line


@pytest.mark.parametrize("name", chore.PARTS)
def test_each_part_has_a_module_marks_in_the_paper_and_words_for_its_failure(name: str) -> None:
    assert (ROOT / "bench" / "parts" / f"{name.lower()}.py").is_file()
    text = (ROOT / "docs" / "benchmarks.md").read_text()
    assert text.count(f"<!-- {name.lower()} -->\n") == 1
    assert text.count(f"<!-- /{name.lower()} -->") == 1
    assert "it broke" in paper.section(name, {"runs": [], "failed": "it broke"})
    if name == "PAGE":  # writes its own tables
        return
    one_failed = {"variant": "uvicorn", "sockets": 100, "database": "sqlite", "way": "alone"}
    one_failed |= {"senders": "1", "missed": "1"}
    assert "no such" in paper.section(name, {"runs": [{**one_failed, "error": "no such\nline"}]})


def test_a_profile_tells_who_works_and_who_calls() -> None:
    stacks = flame.read(
        "main;serve;write 30\nmain;serve;json 10\nmain 60\nthread;_worker (futures.py:1) 99\nnot a "
        "stack\n"
    )
    by_themselves, with_calls = profile.tables(stacks).split("\n\n")
    assert "30.0%  write" in by_themselves
    assert "60.0%  main" in by_themselves
    assert "100.0%  main" in with_calls
    assert "40.0%  serve" in with_calls


def test_a_flame_graph_is_as_wide_as_the_time() -> None:
    stacks = flame.read("main;serve;<lambda> 30\nmain;idle 70\n")
    root = ElementTree.fromstring(flame.draw(stacks, "t"))
    space = "{http://www.w3.org/2000/svg}"
    widths = {
        (group.findtext(f"{space}title") or "").split()[0]: float(rect.attrib["width"])
        for group in root.iter(f"{space}g")
        for rect in group.iter(f"{space}rect")
    }
    assert widths == {"main": 1200, "serve": 360, "<lambda>": 360, "idle": 840}
    assert flame.draw(flame.read(""), "nothing")

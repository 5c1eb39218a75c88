"""Broken and hostile sockets: one table, each row with its exact outcome (P01 to P40)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.hostile.conftest import OTHER_ORIGIN, Stage
from tests.testkit.wire import ORIGIN, Client, new_cid, open_session


async def refusal(stage: Stage, key: str, **options: Any) -> tuple[int, bytes]:
    with pytest.raises(InvalidStatus) as caught:
        await Client.open(stage.server.ws_url, key, **options)
    response = caught.value.response
    return response.status_code, bytes(response.body or b"")


UNPARSABLE = ("http://[::1", "http://shop.test:abc", "")


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.test",
        "https://shop.test",
        "http://shop.test:8080",
        "http://shop.test.evil.com",
        "http://user@shop.test",
        "http://shop.test/path",
        "http://[::1",
        "http://shop.test:abc",
        "//shop.test",
        "",
    ],
)
async def test_a_foreign_or_malformed_origin_is_refused(stage: Stage, origin: str | None) -> None:
    status, _ = await refusal(stage, stage.key, origin=origin)
    # daphne answers what it cannot parse as an origin before we are asked.
    assert status == 403 or (stage.is_daphne and origin in UNPARSABLE and status == 400)


async def test_two_origins_are_refused(stage: Stage) -> None:
    found = await refusal(stage, stage.key, headers={"origin": ORIGIN})
    assert found[0] in (400, 403)


async def test_an_unknown_key_a_disabled_site_and_a_foreign_origin_get_the_same_bytes(
    stage: Stage,
) -> None:
    foreign = await refusal(stage, stage.key, origin="http://evil.test")
    unknown = await refusal(stage, "pk_" + "a" * 32)
    disabled = await refusal(stage, stage.disabled_key)
    assert foreign == unknown == disabled
    assert foreign[0] == 403


async def test_a_host_that_is_not_ours_is_refused(stage: Stage) -> None:
    status, _ = await refusal(stage, stage.key, headers={"host": "evil.test"})
    assert status in (400, 403)


@pytest.mark.parametrize("path", ["/ws/v2/x/", "/nothing", "/ws/v1/a/b/c/"])
async def test_an_unknown_path_is_refused(stage: Stage, path: str) -> None:
    from websockets.asyncio.client import connect
    from websockets.typing import Origin

    with pytest.raises(InvalidStatus) as caught:
        await connect(f"{stage.server.ws_url}{path}", origin=Origin(ORIGIN))
    assert caught.value.response.status_code in (403, 404)


@pytest.mark.parametrize("offered", [["inglenook.v9"], []])
async def test_another_subprotocol_gets_4501(stage: Stage, offered: list[str]) -> None:
    client = await Client.open(stage.server.ws_url, stage.key, subprotocols=offered)
    assert client.socket.subprotocol == (offered[0] if offered else None)
    assert (await client.expect("bye"))["code"] == 4501
    assert await client.closed() == 4501


async def test_a_socket_that_says_nothing_is_closed(stage: Stage) -> None:
    client = await Client.open(stage.server.ws_url, stage.key)
    assert (await client.expect("bye"))["code"] == 4005
    assert await client.closed() == 4005


async def test_the_second_frame_before_hello_is_the_last(stage: Stage) -> None:
    client = await Client.open(stage.server.ws_url, stage.key)
    await client.send({"type": "join", "room": "lobby"})
    assert (await client.expect("error"))["code"] == "hello_required"
    await client.send({"type": "join", "room": "lobby"})
    assert await client.closed() == 4500


async def test_a_token_that_is_not_good_here_is_refused(stage: Stage) -> None:
    foreign = await open_session(stage.server.base_url, stage.other_key, origin=OTHER_ORIGIN)
    for token in ("garbage", "", None, "t1.\ud800", foreign["token"], foreign["token"] + "x"):
        client = await Client.open(stage.server.ws_url, stage.key)
        await client.send({"type": "hello", "v": 1, "token": token, "rooms": []})
        assert await client.closed() == 4502, token


async def test_another_version_gets_4501(stage: Stage) -> None:
    client = await Client.open(stage.server.ws_url, stage.key)
    await client.send({"type": "hello", "v": 2, "token": "x", "rooms": []})
    assert await client.closed() == 4501


DEEP = '{"type":"join","room":' + "[" * 8 + "]" * 8 + "}"
REFUSED: list[tuple[str, str, str | None]] = [
    ("hello", "bad_json", None),
    ("", "bad_json", None),
    ('{"type":"join","room":NaN}', "bad_json", None),
    ('{"type":"join","room":1e999}', "bad_json", None),
    ('{"type":"join","type":"leave","room":"lobby"}', "bad_json", None),
    ("[" * 5000, "too_deep", None),
    ("null", "bad_frame", None),
    ("3", "bad_frame", None),
    ('"hello"', "bad_frame", None),
    ("[]", "bad_frame", None),
    ("{}", "bad_frame", None),
    ('{"type":7}', "bad_frame", None),
    ("{" + ",".join(f'"k{n}":1' for n in range(65)) + "}", "bad_frame", None),
    ('{"type":"nonsense"}', "unknown_type", None),
    ('{"type":"\\ud800"}', "unknown_type", None),
    ('{"type":"join"}', "invalid", "room"),
    ('{"type":"join","room":5}', "invalid", "room"),
    ('{"type":"join","room":null}', "invalid", "room"),
    ('{"type":"join","room":"lobby","since":-1}', "invalid", "since"),
    ('{"type":"join","room":"lobby","since":1.5}', "invalid", "since"),
    ('{"type":"join","room":"lobby","since":true}', "invalid", "since"),
    ('{"type":"join","room":"lobby","since":' + "9" * 5000 + "}", "invalid", "since"),
    ('{"type":"join","room":"lobby","since":9007199254740993}', "invalid", "since"),
    ('{"type":"history","room":"lobby","limit":0}', "invalid", "limit"),
    ('{"type":"send","room":"lobby","body":"x"}', "invalid", "cid"),
    ('{"type":"pong","n":77}', "invalid", "n"),
    ('{"type":"join","room":"cellar"}', "not_found", None),
    ('{"type":"join","room":"\\ud800"}', "not_found", None),
    ('{"type":"join","room":"p_aaaaaaaaaaaaaaaaaaaaaaaaaa"}', "not_found", None),
    ('{"type":"history","room":"../../etc"}', "not_found", None),
    (DEEP, "too_deep", None),
    ('{"type":"join","room":"' + "x" * 16384 + '"}', "too_large", None),
]


@pytest.mark.parametrize(
    ("text", "code", "field"), REFUSED, ids=[text[:40] for text, _, _ in REFUSED]
)
async def test_a_frame_that_is_none_gets_its_code_and_the_socket_lives(
    stage: Stage, text: str, code: str, field: str | None
) -> None:
    client = await Client.greet(stage.server, stage.key, "lobby")
    await client.socket.send(text)
    error = await client.expect("error")
    assert (error["code"], error.get("field")) == (code, field)
    await client.ack(await client.say("alive"))
    await client.close()


NACKED: list[tuple[dict[str, Any], str, str | None]] = [
    ({"body": ""}, "empty", "body"),
    ({"body": "   "}, "empty", "body"),
    ({"body": "\n\n\t\n"}, "empty", "body"),
    ({"body": "x" * 2001}, "too_long", "body"),
    ({"body": "a\x00b"}, "invalid_text", "body"),
    ({"body": "a\ud800b"}, "invalid_text", "body"),
    ({"body": 5}, "invalid", "body"),
    ({"body": "x", "reply_to": 0}, "invalid", "reply_to"),
    ({"body": "x", "reply_to": 999_999}, "invalid", "reply_to"),
    # The room takes no files at all.
    ({"body": "x", "attachments": ["none"]}, "forbidden", "attachments"),
    ({"body": "x", "room": "cellar"}, "not_found", None),
    ({"body": "x", "cid": "short"}, "invalid", "cid"),
]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    NACKED,
    ids=[code + str(n) for n, (_, code, _) in enumerate(NACKED)],
)
async def test_a_message_that_cannot_be_stored_gets_a_nack(
    stage: Stage, fields: dict[str, Any], code: str, field: str | None
) -> None:
    client = await Client.greet(stage.server, stage.key, "lobby")
    frame = {"type": "send", "cid": new_cid(), "room": "lobby", **fields}
    await client.socket.send(json.dumps(frame))
    nack = await client.expect("nack", cid=frame["cid"])
    assert (nack["code"], nack["final"], nack.get("field")) == (code, True, field)
    await client.close()


async def test_two_thousand_characters_pass(stage: Stage) -> None:
    client = await Client.greet(stage.server, stage.key, "lobby")
    await client.ack(await client.say("x" * 2000))
    await client.close()


@pytest.mark.parametrize(
    "body", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)"]
)
async def test_markup_and_script_links_are_text(stage: Stage, body: str) -> None:
    client = await Client.greet(stage.server, stage.key, "lobby")
    cid = await client.say(body)
    shown = await client.expect("message", cid=cid)
    assert shown["body"] == body
    assert [entity for entity in shown["entities"] if entity["kind"] == "link"] == []
    await client.close()


async def test_the_third_binary_frame_is_the_last(stage: Stage) -> None:
    client = await Client.greet(stage.server, stage.key)
    for _ in range(2):
        await client.socket.send(b"\x00\x01")
        assert (await client.expect("error"))["code"] == "binary_not_supported"
    await client.socket.send(b"\x00\x01")
    assert await client.closed() == 4500


async def test_five_malformed_frames_in_a_minute_are_too_many(stage: Stage) -> None:
    client = await Client.greet(stage.server, stage.key)
    for _ in range(5):
        await client.socket.send("{")
    assert await client.closed() == 4500
    assert len(client.of("error")) >= 4


async def test_a_second_hello_is_an_error(stage: Stage) -> None:
    client = await Client.greet(stage.server, stage.key)
    await client.send({"type": "hello", "v": 1, "token": client.token, "rooms": []})
    assert (await client.expect("error"))["code"] == "bad_frame"
    await client.close()


async def test_the_21st_room_is_refused_by_name_of_the_field(stage: Stage) -> None:
    client = await Client.open(stage.server.ws_url, stage.key)
    token = (await open_session(stage.server.base_url, stage.key))["token"]
    rooms = [{"room": f"r{n}"} for n in range(21)]
    await client.send({"type": "hello", "v": 1, "token": token, "rooms": rooms})
    error = await client.expect("error")
    assert (error["code"], error["field"]) == ("invalid", "rooms")
    await client.close()


async def test_an_unknown_epoch_or_a_number_beyond_head_gets_a_snapshot(stage: Stage) -> None:
    amber = await Client.greet(stage.server, stage.key, "lobby")
    epoch = amber.of("sync")[0]["epoch"]
    for cursor in (
        {"epoch": "otherEpoch1", "since": 0},
        {"epoch": epoch, "since": 10**9},
        {"since": 0},
    ):
        await amber.send({"type": "join", "room": "lobby", **cursor})
        assert (await amber.expect("sync", where=lambda f: f is not amber.of("sync")[0]))[
            "mode"
        ] == "snapshot"
    await amber.close()


async def test_the_seventh_socket_of_one_visitor_is_refused_and_six_live(stage: Stage) -> None:
    first = await Client.greet(stage.server, stage.key, "lobby")
    others = [
        await Client.greet(stage.server, stage.key, "lobby", token=first.token) for _ in range(5)
    ]
    seventh = await Client.open(stage.server.ws_url, stage.key)
    await seventh.send({"type": "hello", "v": 1, "token": first.token, "rooms": []})
    assert await seventh.closed() == 4506
    cid = await first.say("we are six")
    for client in others:
        await client.expect("message", cid=cid)
        await client.close()
    await first.close()


def raw_frame(first: int, payload: bytes = b"", *, masked: bool = True) -> bytes:
    mask = b"\x01\x02\x03\x04"
    length = len(payload)
    bit = 0x80 if masked else 0
    if length < 126:
        head = bytes([first, bit | length])
    elif length < 65536:
        head = bytes([first, bit | 126]) + length.to_bytes(2, "big")
    else:
        head = bytes([first, bit | 127]) + length.to_bytes(8, "big")
    if not masked:
        return head + payload
    return head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))


BROKEN = [
    ("invalid UTF-8", raw_frame(0x81, b"\xff\xfe"), 1007),
    ("unmasked", raw_frame(0x81, b"{}", masked=False), 1002),
    ("a reserved bit", raw_frame(0xC1, b"{}"), 1002),
    ("a reserved opcode", raw_frame(0x83, b"{}"), 1002),
    ("a control frame in pieces", raw_frame(0x09, b"x"), 1002),
    ("64 KiB and one", raw_frame(0x81, b'"' + b"x" * 65535 + b'"'), 1009),
]


@pytest.mark.parametrize(("name", "raw", "code"), BROKEN, ids=[name for name, _, _ in BROKEN])
async def test_a_broken_websocket_frame_is_answered_as_the_rfc_says(
    stage: Stage, name: str, raw: bytes, code: int
) -> None:
    client = await Client.greet(stage.server, stage.key)
    client.socket.transport.write(raw)
    assert await asyncio.wait_for(client.closed(), 3) == code


async def test_a_frame_just_under_the_hard_limit_is_only_too_large(stage: Stage) -> None:
    client = await Client.greet(stage.server, stage.key)
    await client.socket.send('"' + "x" * 65534)
    assert (await client.expect("error"))["code"] == "too_large"
    await client.close()

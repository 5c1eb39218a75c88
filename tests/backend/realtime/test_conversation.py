"""What two people in a room get of each other, over real sockets."""

from __future__ import annotations

import asyncio

import pytest

from tests.testkit.server import Server
from tests.testkit.wire import Client, new_cid


async def test_what_one_says_everybody_gets_once_with_the_same_number(
    server: Server, key: str
) -> None:
    amber = await Client.greet(server, key, "lobby")
    olive = await Client.greet(server, key, "lobby")
    cid = await amber.say("Hello *there*")
    ack = await amber.ack(cid)
    assert (ack["seq"], ack["rev"], ack["dup"], ack["held"]) == (1, 1, False, False)
    shown = await olive.expect("message", cid=cid)
    assert shown["author"] == {**amber.visitor, "avatar": None}
    assert shown["entities"] == [{"kind": "bold", "at": 6, "len": 7}]
    assert await amber.expect("message", cid=cid) == shown
    await asyncio.sleep(0.2)
    assert len(olive.of("message")) == 1


async def test_the_same_cid_again_gets_the_same_answer(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    first = await amber.ack(await amber.say("once", cid="the-same-cid"))
    again = await amber.ack(await amber.say("another text", cid="the-same-cid"))
    assert again == {**first, "dup": True}
    olive = await Client.greet(server, key, "lobby")
    assert [m["body"] for m in olive.of("sync")[0]["messages"]] == ["once"]


async def test_a_join_without_a_cursor_is_a_snapshot(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    for number in range(3):
        await amber.ack(await amber.say(f"number {number}"))
    olive = await Client.greet(server, key, "lobby")
    (sync,) = olive.of("sync")
    assert sync["mode"] == "snapshot"
    assert (sync["head"], sync["upto"], sync["more"], sync["older"]) == (3, 3, False, False)
    assert [m["seq"] for m in sync["messages"]] == [1, 2, 3]
    assert sync["state"]["name"] == "Lobby"


async def test_who_comes_back_gets_exactly_what_it_missed(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    await amber.ack(await amber.say("before"))
    olive = await Client.greet(server, key, "lobby")
    epoch = olive.of("sync")[0]["epoch"]
    await olive.close()
    await amber.ack(await amber.say("meanwhile"))
    await amber.send(
        {"type": "edit", "cid": new_cid(), "room": "lobby", "seq": 1, "body": "Before!"}
    )
    await amber.expect("ack", rev=3)
    back = await Client.greet(
        server, key, {"room": "lobby", "epoch": epoch, "since": 1}, token=olive.token
    )
    (sync,) = back.of("sync")
    assert sync["mode"] == "resume"
    assert [(m["rev"], m["seq"], m["body"]) for m in sync["messages"]] == [
        (2, 2, "meanwhile"),
        (3, 1, "Before!"),
    ]
    assert sync["upto"] == sync["head"] == 3


async def test_every_kind_of_change_is_a_frame_with_the_next_number(
    server: Server, key: str
) -> None:
    amber = await Client.greet(server, key, "lobby")
    olive = await Client.greet(server, key, "lobby")
    await amber.ack(await amber.say("Tea?"))
    await olive.send(
        {"type": "react", "cid": new_cid(), "room": "lobby", "seq": 1, "emoji": "👍", "on": True}
    )
    reacted = await amber.expect("message", rev=2)
    assert reacted["reactions"] == {"👍": 1}
    assert reacted["reacted"] == {"by": olive.visitor["id"], "emoji": "👍", "on": True}
    await amber.send(
        {"type": "edit", "cid": new_cid(), "room": "lobby", "seq": 1, "body": "Coffee?"}
    )
    edited = await olive.expect("message", rev=3)
    assert edited["body"] == "Coffee?"
    assert edited["edited_at"]
    await amber.send({"type": "delete", "cid": new_cid(), "room": "lobby", "seq": 1})
    deleted = await olive.expect("message", rev=4)
    assert (deleted["deleted"], deleted["body"], deleted["reactions"]) == ("author", "", {})
    assert await olive.expect("message", rev=1)
    server.run("room", "archive", "--site", key, "--slug", "lobby")
    archived = await olive.expect("room", rev=5)
    assert archived["archived"] is True
    nack_cid = await amber.say("anybody?")
    nack = await amber.expect("nack", cid=nack_cid)
    assert (nack["code"], nack["final"]) == ("room_archived", True)


async def test_a_state_that_is_there_already_takes_no_number(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    await amber.ack(await amber.say("Tea?"))
    for on, rev in ((True, 2), (True, 2), (False, 3), (False, 3)):
        cid = new_cid()
        await amber.send(
            {"type": "react", "cid": cid, "room": "lobby", "seq": 1, "emoji": "👍", "on": on}
        )
        assert (await amber.ack(cid))["rev"] == rev


async def test_history_goes_back_in_pages(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    for number in range(6):
        await amber.ack(await amber.say(f"number {number}"))
    await amber.send({"type": "history", "room": "lobby", "limit": 4})
    page = await amber.expect("history", before=None)
    assert [m["seq"] for m in page["messages"]] == [3, 4, 5, 6]
    assert page["more"] is True
    await amber.send({"type": "history", "room": "lobby", "before": 3, "limit": 4})
    page = await amber.expect("history", before=3)
    assert [m["seq"] for m in page["messages"]] == [1, 2]
    assert page["more"] is False


async def test_a_resume_comes_in_pages_and_live_frames_wait_for_its_end(
    server: Server, key: str
) -> None:
    amber = await Client.greet(server, key, "lobby")
    for number in range(9):
        await amber.ack(await amber.say(f"number {number}"))
    epoch = amber.of("sync")[0]["epoch"]
    olive = await Client.greet(server, key, "lobby")
    await olive.send({"type": "sync", "room": "lobby", "epoch": epoch, "since": 0, "limit": 4})
    page = await olive.expect("sync", since=0, mode="resume")
    assert (page["upto"], page["more"]) == (4, True)
    await asyncio.sleep(0.3)
    await amber.ack(await amber.say("live", room="lobby"))
    await olive.send({"type": "sync", "room": "lobby", "epoch": epoch, "since": 4, "limit": 100})
    page = await olive.expect("sync", since=4)
    assert (page["upto"], page["more"]) == (10, False)
    assert olive.of("message") == []


async def test_typing_presence_and_read_marks_reach_those_they_are_for(
    server: Server, key: str
) -> None:
    amber = await Client.greet(server, key, "lobby")
    await amber.ack(await amber.say("Hello"))
    olive = await Client.greet(server, key, "lobby")
    here = await olive.expect("presence", where=lambda frame: frame["online"] == 2)
    assert {who["id"] for who in here["joined"]} == {amber.visitor["id"], olive.visitor["id"]}
    await amber.expect("presence", online=2)
    await amber.send({"type": "typing", "room": "lobby"})
    typing = await olive.expect("typing")
    assert typing["who"] == [{"id": amber.visitor["id"], "name": amber.visitor["name"]}]
    other_tab = await Client.greet(server, key, "lobby", token=olive.token)
    assert other_tab.of("sync")[0]["seen"] == 0
    await olive.send({"type": "seen", "room": "lobby", "rev": 99})
    assert (await other_tab.expect("seen"))["rev"] == 1
    assert amber.of("seen") == []
    assert olive.of("seen") == []
    await other_tab.close()
    await olive.close()
    left = await amber.expect("presence", online=1, where=lambda frame: bool(frame.get("left")))
    assert [who["id"] for who in left["left"]] == [olive.visitor["id"]]


@pytest.mark.parametrize("room", ["nowhere", "p_" + "a" * 26, "aside"])
async def test_typing_and_read_marks_need_a_joined_room(
    server: Server, key: str, room: str
) -> None:
    """A room that is there but was not joined is the same to them as one that is not."""
    server.run("room", "create", "--site", key, "--slug", "aside", "--name", "Aside", ok=False)
    amber = await Client.greet(server, key, "lobby")
    for frame in ({"type": "typing", "room": room}, {"type": "seen", "room": room, "rev": 1}):
        await amber.send(frame)
        error = await amber.expect("error", re=frame["type"])
        assert (error["code"], error["room"]) == ("not_found", room)
    await amber.send({"type": "leave", "room": room})
    await amber.ack(await amber.say("nothing else happened"))
    assert len(amber.of("error")) == 2


async def test_nobody_gets_frames_of_a_room_after_leaving_it(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    olive = await Client.greet(server, key, "lobby")
    await olive.send({"type": "leave", "room": "lobby"})
    await olive.send({"type": "join", "room": "nowhere"})
    assert (await olive.expect("error"))["code"] == "not_found"
    await amber.ack(await amber.say("are you there?"))
    await asyncio.sleep(0.2)
    assert olive.of("message") == []


async def test_a_message_may_go_to_a_room_that_was_not_joined(server: Server, key: str) -> None:
    server.run("room", "create", "--site", key, "--slug", "help", "--name", "Help")
    amber = await Client.greet(server, key, "lobby")
    assert (await amber.ack(await amber.say("Hello?", room="help")))["room"] == "help"
    cid = await amber.say("Hello?", room="cellar")
    assert (await amber.expect("nack", cid=cid))["code"] == "not_found"


async def test_eleven_messages_at_once_are_one_too_many(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    cids = [await amber.say(f"number {number}") for number in range(11)]
    for cid in cids[:10]:
        await amber.ack(cid)
    nack = await amber.expect("nack", cid=cids[10])
    assert (nack["code"], nack["final"]) == ("rate", False)
    assert 0 < nack["retry_ms"] <= 2000
    await asyncio.sleep(nack["retry_ms"] / 1000 + 0.05)
    await amber.ack(await amber.say("number 10", cid=cids[10]))

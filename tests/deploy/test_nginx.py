"""What nginx in front changes for a client: nothing but the address it comes from.
All by TLS, through the shipped files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.deploy.conftest import House
from tests.testkit.events import Stream, poll, say, visitor_headers
from tests.testkit.fronts.nginx import ADDRESS_HEADER, Nginx
from tests.testkit.wire import ORIGIN, Client, Frame, new_cid, open_session


async def test_a_conversation_by_sockets_on_both_processes(house: House, nginx: Nginx) -> None:
    before = len(socket_lines(nginx))
    people = [await Client.greet(house, house.key, "lobby") for _ in range(4)]
    cids = [await person.say(f"number {n}") for n, person in enumerate(people)]
    for person in people:
        for cid in cids:
            await person.expect("message", cid=cid)
    assert all(person.socket.subprotocol == "inglenook.v1" for person in people)
    for person in people:
        await person.close()
    await until(lambda: len(socket_lines(nginx)) >= before + len(people))
    assert len({entry["process"].split()[-1] for entry in socket_lines(nginx)[before:]}) == 2


def socket_lines(nginx: Nginx) -> list[Frame]:
    """What the access log says of sockets, each once it has ended."""
    return [e for e in nginx.log_entries() if e["path"].startswith("/ws/") and e["status"] == "101"]


async def until(is_so: Callable[[], bool]) -> None:
    """Logs are written a moment after the answer."""
    for _ in range(100):
        if is_so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to be")


async def test_polling_gets_what_a_socket_wrote(house: House) -> None:
    amber = await Client.greet(house, house.key, "lobby")
    cid = await amber.say("to whoever polls")
    await amber.ack(cid)
    answer = await poll(house, house.key, amber.token)
    assert answer.status_code == 200
    assert cid in [message["cid"] for message in answer.json()["messages"]]


async def test_a_stream_passes_each_event_at_once(house: House) -> None:
    stream = await Stream.open(house, house.key)
    assert stream.response.headers["content-type"].startswith("text/event-stream")
    await stream.expect("sync")
    amber = await Client.greet(house, house.key, "lobby")
    for number in range(5):
        # A proxy that gathers would keep it until its buffer is full.
        cid = await amber.say(f"event {number}")
        await stream.expect("message", cid=cid)


async def poll_news(house: House, token: str, *, wait: int = 25) -> httpx.Response:
    """A long poll from where the room is now."""
    now = (await poll(house, house.key, token)).json()
    return await poll(house, house.key, token, epoch=now["epoch"], since=now["upto"], wait=wait)


async def test_a_long_poll_answers_at_the_first_change(house: House) -> None:
    amber = await Client.greet(house, house.key, "lobby")
    waiting = asyncio.ensure_future(poll_news(house, amber.token))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    cid = new_cid()
    await say(house, house.key, amber.token, "news", cid=cid)
    answer = await asyncio.wait_for(waiting, 5)
    assert [message["cid"] for message in answer.json()["messages"]] == [cid]


async def test_the_31st_socket_of_an_address_is_refused_whatever_it_claims_to_be(
    house: House,
) -> None:
    """nginx tells the address that it sees, over what the client says;
    both processes count together.
    """
    for number in range(30):
        await Client.open(house.ws_url, house.key, headers=claims(number))
    with pytest.raises(InvalidStatus) as refused:
        await Client.open(house.ws_url, house.key, headers=claims(30))
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["retry-after"]
    await Client.open(house.ws_url, house.key, headers={ADDRESS_HEADER: "203.0.113.232"})


def claims(number: int) -> dict[str, str]:
    other = f"198.51.100.{number}"
    return {
        ADDRESS_HEADER: "203.0.113.231",
        "X-Forwarded-For": other,
        "X-Real-IP": other,
        "Forwarded": f"for={other}",
    }


async def test_a_page_by_https_is_known_to_be_one(house: House) -> None:
    """Without X-Forwarded-Proto Django would take its own forms for a foreign page's."""
    async with httpx.AsyncClient() as http:
        page = await http.get(
            f"{house.base_url}/accounts/login/", headers={"X-Forwarded-Proto": "http"}
        )
        assert page.status_code == 200
        assert "secure" in page.headers["set-cookie"].lower()
        token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        answer = await http.post(
            f"{house.base_url}/accounts/login/",
            data={"csrfmiddlewaretoken": token, "login": "a@example.com", "password": "wrong"},
            headers={"Referer": f"{house.base_url}/accounts/login/", "Origin": house.base_url},
        )
    assert answer.status_code == 200
    assert page.headers["strict-transport-security"]


async def test_plain_http_is_sent_to_https(nginx: Nginx, house: House) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.get(
            f"http://127.0.0.1:{nginx.plain_port}/s/x/?y=1", headers={"Host": "localhost"}
        )
    assert (answer.status_code, answer.headers["location"]) == (301, "https://localhost/s/x/?y=1")


async def test_a_wrong_host_is_refused(house: House) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{house.base_url}/embed.js", headers={"Host": "evil.example"})
        assert answer.status_code == 421
        # Behind nginx the product asks again, whoever it is that passes a request on.
        direct = await http.get(
            f"{house.servers[0].base_url}/s/x/", headers={"Host": "evil.example"}
        )
        assert direct.status_code == 400
        claimed = await http.get(
            f"{house.base_url}/accounts/login/", headers={"X-Forwarded-Host": "evil.example"}
        )
        assert "evil.example" not in claimed.text
    with pytest.raises(InvalidStatus) as refused:
        await Client.open(house.ws_url, house.key, headers={"Host": "evil.example"})
    assert refused.value.response.status_code in (400, 421)


async def test_a_refused_handshake_keeps_its_status(house: House) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await Client.open(house.ws_url, house.key, origin="http://foreign.test")
    assert refused.value.response.status_code == 403


async def test_health_is_for_those_who_watch(house: House) -> None:
    async with httpx.AsyncClient() as http:
        for path in ("/healthz", "/readyz", "//readyz", "/%72eadyz"):
            strange = await http.get(house.base_url + path, headers={ADDRESS_HEADER: "203.0.113.9"})
            assert strange.status_code == 403, path
        assert (await http.get(f"{house.base_url}/readyz")).json()["status"] == "ready"


async def test_the_widget_is_kept_as_its_headers_say(house: House, nginx: Nginx) -> None:
    async with httpx.AsyncClient() as http:
        first = await http.get(f"{house.base_url}/embed.js?a=1")
        second = await http.get(f"{house.base_url}/embed.js?b=2")
        assert first.status_code == 200
        assert first.content == second.content
        assert first.headers["cache-control"].startswith("public, max-age=300")
        assert first.headers["access-control-allow-origin"] == "*"
        missing = await http.get(f"{house.base_url}/widget/gone.00000000.js")
        assert missing.status_code == 404
    await until(lambda: kept_files(nginx)[-1:] == ["HIT"])


def kept_files(nginx: Nginx) -> list[str]:
    return [e["cache"] for e in nginx.log_entries() if e["path"] == "/embed.js"]


async def test_answers_for_one_visitor_are_not_kept(house: House) -> None:
    names = set()
    for _ in range(2):
        session = await open_session(house.base_url, house.key)
        async with httpx.AsyncClient() as http:
            answer = await http.get(
                f"{house.base_url}/api/v1/{house.key}/me", headers=visitor_headers(session["token"])
            )
        names.add(answer.json()["id"])
    assert len(names) == 2


@pytest.mark.parametrize("size", [100_000, 1_000_000, 7_000_000])
async def test_a_body_that_is_too_large_is_refused_in_json(house: House, size: int) -> None:
    async with httpx.AsyncClient(timeout=20) as http:
        answer = await http.post(
            f"{house.base_url}/api/v1/{house.key}/session",
            content=b'{"token": "' + b"x" * size + b'"}',
            headers={"Origin": ORIGIN, "Content-Type": "application/json"},
        )
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert answer.headers["access-control-allow-origin"] in ("*", ORIGIN)


async def test_secrets_in_addresses_and_addresses_of_people_are_not_logged(
    house: House, nginx: Nginx
) -> None:
    async with httpx.AsyncClient() as http:
        await http.get(f"{house.base_url}/login/one-time-secret/")
        await http.get(
            f"{house.base_url}/s/{house.key}/?secret=query",
            headers={ADDRESS_HEADER: "203.0.113.10"},
        )
    await until(lambda: f"/s/{house.key}/" in nginx.access_log.read_text())
    text = nginx.access_log.read_text()
    for secret in ("one-time-secret", "secret=query", "203.0.113.10"):
        assert secret not in text


async def test_a_kept_embed_js_still_finds_a_widget(house: House) -> None:
    async with httpx.AsyncClient() as http:
        unknown = await http.get(f"{house.base_url}/widget/widget.000000.js")
        assert unknown.status_code == 200
        name = unknown.text.removeprefix('export*from"./').removesuffix('";\n')
        widget = await http.get(f"{house.base_url}/widget/{name}")
        assert widget.status_code == 200
        assert "immutable" in widget.headers["cache-control"]
        lazy = await http.get(f"{house.base_url}/widget/fallback.000000.js")
        assert lazy.status_code == 404

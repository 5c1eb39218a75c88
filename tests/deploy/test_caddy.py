"""What Caddy in front changes for a client: nothing.
The address it tells is its own finding, not the client's words.
"""

from __future__ import annotations

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.deploy.conftest import House
from tests.testkit.events import Stream, poll
from tests.testkit.wire import ORIGIN, Client


async def test_every_transport_passes(house_of_caddy: House) -> None:
    house = house_of_caddy
    stream = await Stream.open(house, house.key)
    await stream.expect("sync")
    amber = await Client.greet(house, house.key, "lobby")
    cid = await amber.say("to whoever is here")
    await amber.ack(cid)
    await stream.expect("message", cid=cid)
    answer = await poll(house, house.key, amber.token)
    assert cid in [message["cid"] for message in answer.json()["messages"]]


async def test_a_strangers_own_claim_of_an_address_is_not_believed(house_of_caddy: House) -> None:
    """Loopback is not counted; the address that they claim would be."""
    claim = {"X-Forwarded-For": "203.0.113.20", "Forwarded": "for=203.0.113.20"}
    for _ in range(2 * 30 + 1):
        await Client.open(house_of_caddy.ws_url, house_of_caddy.key, headers=claim)


async def test_a_page_by_https_is_known_to_be_one(house_of_caddy: House) -> None:
    async with httpx.AsyncClient() as http:
        page = await http.get(
            f"{house_of_caddy.base_url}/accounts/login/", headers={"X-Forwarded-Proto": "http"}
        )
    assert page.status_code == 200
    assert "secure" in page.headers["set-cookie"].lower()
    assert page.headers["strict-transport-security"]


async def test_a_wrong_host_gets_nothing_of_ours(house_of_caddy: House) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.get(
            f"{house_of_caddy.base_url}/embed.js", headers={"Host": "evil.example"}
        )
    assert answer.status_code in (200, 421)
    assert answer.content == b""  # Caddy's way to answer for a name that it does not have
    with pytest.raises(InvalidStatus) as refused:
        await Client.open(house_of_caddy.ws_url, house_of_caddy.key, headers={"Host": "evil.test"})
    assert refused.value.response.status_code in (200, 400, 421)


async def send_json(house: House, size: int) -> httpx.Response:
    async with httpx.AsyncClient(timeout=20) as http:
        return await http.post(
            f"{house.base_url}/api/v1/{house.key}/session",
            content=b'{"token": "' + b"x" * size + b'"}',
            headers={"Origin": ORIGIN, "Content-Type": "application/json"},
        )


@pytest.mark.parametrize("size", [100_000, 1_000_000])
async def test_a_body_that_is_too_large_is_refused_in_json(
    house_of_caddy: House, size: int
) -> None:
    answer = await send_json(house_of_caddy, size)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


async def test_who_goes_on_sending_megabytes_is_refused_or_cut_off(house_of_caddy: House) -> None:
    """Caddy waits half a second for a client that sends on behind a refusal, then it closes."""
    try:
        answer = await send_json(house_of_caddy, 7_000_000)
    except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
        return
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")

"""A client of the other transports for tests: an event stream read line by line, and polls."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Self

import httpx

from tests.testkit.wire import ORIGIN, SECONDS, Frame, Received, open_session

_opened: list[Stream] = []


async def close_streams() -> None:
    """Ends every stream that was opened since the last time: for a fixture's end."""
    while _opened:
        await _opened.pop().close()


def visitor_headers(token: str, origin: str = ORIGIN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Origin": origin}


def events_url(base_url: str, key: str, room: str = "lobby") -> str:
    return f"{base_url}/api/v1/{key}/rooms/{room}/events"


async def poll(
    server: Any,
    key: str,
    token: str,
    *,
    room: str = "lobby",
    headers: dict[str, str] | None = None,
    **query: Any,
) -> httpx.Response:
    async with httpx.AsyncClient(timeout=60) as http:
        return await http.get(
            events_url(server.base_url, key, room),
            params=query,
            headers={**visitor_headers(token), **(headers or {})},
        )


async def say(
    server: Any, key: str, token: str, body: str, *, cid: str, room: str = "lobby"
) -> Frame:
    """A message by POST; answers its `ack`."""
    async with httpx.AsyncClient(timeout=60) as http:
        answer = await http.post(
            f"{server.base_url}/api/v1/{key}/rooms/{room}/messages",
            json={"cid": cid, "body": body},
            headers=visitor_headers(token),
        )
    answer.raise_for_status()
    found: Frame = answer.json()
    return found


class Stream(Received):
    """One event stream. `frames` and `ids` are as long as each other;
    an id is None where the event had none.
    """

    def __init__(self, http: httpx.AsyncClient, response: httpx.Response) -> None:
        self.response = response
        self.ids: list[str | None] = []
        self.comments = 0
        self.is_whole = False  # ended as a complete answer, not by a cut
        self._http = http
        super().__init__()
        _opened.append(self)

    token: str
    visitor: Frame

    @classmethod
    async def open(
        cls,
        server: Any,
        key: str,
        *,
        room: str = "lobby",
        token: str | None = None,
        origin: str = ORIGIN,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Self:
        """A new visitor's stream, or the token's. What the server answers is `response`,
        whatever it is.
        """
        session = await open_session(server.base_url, key, origin=origin, token=token)
        http = httpx.AsyncClient(timeout=httpx.Timeout(60, connect=20))
        request = http.build_request(
            "GET",
            events_url(server.base_url, key, room),
            params=query,
            headers={
                **visitor_headers(token or session["token"], origin),
                "Accept": "text/event-stream",
                **(headers or {}),
            },
        )
        try:
            response = await http.send(request, stream=True)
        except BaseException:
            await http.aclose()
            raise
        stream = cls(http, response)
        stream.token = token or session["token"]
        stream.visitor = session["visitor"]
        return stream

    def of(self, *kinds: str) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] in kinds]

    async def ended(self, seconds: float = SECONDS) -> bool:
        """Whether the answer was whole, once it has ended."""
        await asyncio.wait_for(asyncio.shield(self._reader), seconds)
        return self.is_whole

    async def close(self) -> None:
        self._reader.cancel()
        await asyncio.wait({self._reader}, timeout=SECONDS)
        await self.response.aclose()
        await self._http.aclose()

    async def _read(self) -> None:
        number: str | None = None
        try:
            async for line in self.response.aiter_lines():
                if line.startswith(":"):
                    self.comments += 1
                elif line.startswith("id: "):
                    number = line.removeprefix("id: ")
                elif line.startswith("data: "):
                    self.frames.append(json.loads(line.removeprefix("data: ")))
                    self.ids.append(number)
                    number = None
                self._news.set()
            self.is_whole = True
        except httpx.HTTPError:
            pass
        finally:
            self._news.set()

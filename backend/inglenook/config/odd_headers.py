"""Headers that Django's parsers fail at, or take the square of their length for, made plain before
it reads them.

Django's parser of `Content-Type` looks at the rest of the header again from each semicolon, and the
unquoting of cookies in Python before 3.11.10 and 3.12.6 from each backslash: a header of 64 KB
would stop the whole process for seconds. An encoding that does not exist, in a parameter of RFC
2231 (`name*=`), is an error before any of our code runs.
"""

from __future__ import annotations

from typing import Any, Final

MOST_BYTES: Final = {
    # The longest that anybody means is a multipart one with a boundary of 70 characters (RFC 2046
    # 5.1.1).
    b"content-type": 256,
    # Linear, but slow. Who has more versions than these is answered in full.
    b"if-none-match": 4096,
}


class OddHeaders:
    """An ASGI application in front of `app`; requests as browsers send them pass as they are."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        headers: list[tuple[bytes, bytes]] = scope.get("headers", [])
        for index, (name, value) in enumerate(headers):
            if name == b"content-type" and b"*" in value:
                headers[index] = (name, value.partition(b";")[0][: MOST_BYTES[name]])
            elif len(value) > MOST_BYTES.get(name, len(value)):
                headers[index] = (name, value[: MOST_BYTES[name]])
            elif name == b"cookie" and b"\\" in value:
                headers[index] = (name, _without_quoted(value))
        return await self.app(scope, receive, send)


def _without_quoted(header: bytes) -> bytes:
    """None of our own cookies has a backslash; what another program on this host has set is not
    ours to read.
    """
    return b";".join(cookie for cookie in header.split(b";") if b"\\" not in cookie)

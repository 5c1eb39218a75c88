"""What is cut from headers before Django reads them, and what is not."""

from __future__ import annotations

from typing import Any

from django.http import parse_cookie

from inglenook.config.odd_headers import OddHeaders

Headers = list[tuple[bytes, bytes]]


async def passed(*headers: tuple[bytes, bytes]) -> Headers:
    """The headers as the application behind sees them."""
    seen: list[Headers] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["headers"])

    await OddHeaders(app)({"type": "http", "headers": list(headers)}, None, None)
    return seen[0]


async def test_what_browsers_send_passes_as_it_is() -> None:
    sent = (
        (b"content-type", b"multipart/form-data; boundary=" + b"-" * 70),
        (b"cookie", b'inglenook_session=abc; other="a b"; inglenook_csrf=def'),
        (b"authorization", b"Bearer " + b"a" * 5000),
    )
    assert await passed(*sent) == list(sent)


async def test_our_own_cookies_are_read_beside_quoted_ones() -> None:
    sent = rb'odd="\"\""; inglenook_session=abc; more="\054"'
    [(_, cookies)] = await passed((b"cookie", sent))
    assert parse_cookie(cookies.decode()) == {"inglenook_session": "abc"}


async def test_a_content_type_that_nobody_means_is_cut() -> None:
    [(_, kind)] = await passed((b"content-type", b'a;"' + b";" * 60_000))
    assert len(kind) == 256


async def test_a_parameter_in_an_encoding_of_its_own_is_left_out() -> None:
    [(_, kind)] = await passed((b"content-type", b"text/plain; a*=utf-99''%ff"))
    assert kind == b"text/plain"

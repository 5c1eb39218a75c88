"""One request that was let in, and how an operation says whom it lets in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from msgspec import Struct

from inglenook.api.http.bodies import read_body

T = TypeVar("T", bound=Struct)
Answer = HttpResponseBase
Response = Awaitable[Answer]
C_co = TypeVar("C_co", bound="Call", covariant=True)


class Call:
    """What a handler gets. Each kind of authentication adds who asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def body(self, wanted: type[T]) -> T:
        return read_body(self.request, wanted)

    async def answer(self, handler: Callable[..., Response], parts: dict[str, str]) -> Answer:
        """What the operation's handler answers; `parts` are those of the address."""
        return await handler(self, **parts)


class Authentication(Protocol[C_co]):
    """Whom an operation lets in: the parameter by which visitors' and owners' calls differ."""

    @property
    def codes(self) -> tuple[str, ...]:
        """What it may refuse with."""

    @property
    def scheme(self) -> str | None:
        """The name of OpenAPI's security scheme; None where no credential is asked for."""

    async def admit(self, request: HttpRequest) -> C_co:
        """The call of whoever sent the request. Raises a ChatError of `codes`."""


class Anyone:
    """Lets everybody in."""

    codes: tuple[str, ...] = ()
    scheme: str | None = None

    async def admit(self, request: HttpRequest) -> Call:
        return Call(request)


ANYONE: Final = Anyone()

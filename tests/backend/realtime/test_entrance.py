"""An admission is over before the conversation that it admitted to begins."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from inglenook.realtime.admission.entrance import Entrance

SCOPE = {"type": "websocket", "path": "/ws/", "headers": [(b"origin", b"http://testserver")]}


class Scope(dict[str, Any]):
    """A scope that says when it is gone."""


async def never(*_: Any) -> None:
    raise AssertionError("nothing is received or sent here")


def admission_to(conversation: Any) -> Any:
    """Channels' own router and validator, with an application that returns its conversation."""

    async def application(_scope: Any, _receive: Any, _send: Any) -> Any:
        return conversation()

    routes: Any = [path("ws/", AllowedHostsOriginValidator(application))]
    return URLRouter(routes)


async def test_of_an_admission_nothing_stays_while_the_conversation_runs() -> None:
    left: list[bool] = []
    scope = Scope(SCOPE)
    is_there = weakref.ref(scope)

    async def conversation() -> None:
        gc.collect()
        left.append(is_there() is None)

    running = Entrance(admission_to(conversation))(scope, never, never)
    del scope
    await running
    assert left == [True]


@pytest.mark.django_db  # Channels closes old connections to it
async def test_who_is_refused_has_no_conversation() -> None:
    sent: list[str] = []
    begun: list[bool] = []

    events = iter(["websocket.connect", "websocket.disconnect"])

    async def receive() -> dict[str, Any]:
        return {"type": next(events), "code": 1006}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["type"])

    async def conversation() -> None:
        begun.append(True)

    foreign = SCOPE | {"headers": [(b"origin", b"http://elsewhere.example")]}
    await Entrance(admission_to(conversation))(foreign, receive, send)
    assert sent == ["websocket.close"]
    assert begun == []

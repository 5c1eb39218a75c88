"""Django's test client through the handlers that a server runs, with their own middlewares."""

from __future__ import annotations

from functools import cache
from typing import Any

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponseBase
from django.test import Client
from django.test.client import ClientHandler

from inglenook.api.application import ByPath


@cache
def _by_path() -> ByPath:
    return ByPath(everything_else=None)


class ServedHandler(ClientHandler):
    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        handler = _by_path().handler_of(request.path)
        if handler is None:
            return super().get_response(request)
        return async_to_sync(handler.get_response_async)(request)


class ServedClient(Client):
    def __init__(self, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.handler = ServedHandler(enforce_csrf_checks=False)

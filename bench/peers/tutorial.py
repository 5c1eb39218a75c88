"""A chat in the form of the tutorial of Django Channels, where it ends:
the asynchronous consumer behind both validators.

TUTORIAL_REDIS names the Redis of its channel layer; without it the layer is the one in memory.
"""

from __future__ import annotations

import json
import os
from typing import Any

import django
from django.conf import settings

_redis = os.environ.get("TUTORIAL_REDIS")
_layer: dict[str, Any] = (
    {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [{"address": _redis, "socket_timeout": 15}]},
    }
    if _redis
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
)
settings.configure(
    SECRET_KEY="only on loopback, only while measured",
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=[
        "daphne",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    CHANNEL_LAYERS={"default": _layer},
)
django.setup()

from channels.auth import AuthMiddlewareStack  # noqa: E402  after django.setup()
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402  after django.setup()
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402  after django.setup()
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402  after django.setup()
from django.urls import re_path  # noqa: E402  after django.setup()


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        self.group = f"chat_{self.scope['url_route']['kwargs']['room']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, _code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, **_: Any) -> None:
        message = json.loads(text_data or "")["message"]
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": message}
        )

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps({"message": event["message"]}))


routes = [re_path(r"ws/chat/(?P<room>\w+)/$", ChatConsumer.as_asgi())]
application = ProtocolTypeRouter(
    {"websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(routes)))}
)

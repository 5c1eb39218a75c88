"""uvicorn's HTTP protocol as an HttpStream, by its public hook (`http=` takes a class)."""

from __future__ import annotations

from typing import Any, cast

from inglenook.realtime.connections.http_stream import EXTENSION
from inglenook.realtime.servers.pipelined_http import PipelinedHttp
from inglenook.realtime.servers.socket_bounds import end_when_unanswered


class StreamingHttp(PipelinedHttp):
    """Puts an HttpStream into the scope of each request."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)["extensions"] = {EXTENSION: UvicornHttpStream(self)}


class UvicornHttpStream:
    """The HttpStream of one response."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: StreamingHttp) -> None:
        self._protocol = protocol

    def begin(self) -> None:
        self._protocol.is_streaming = True
        end_when_unanswered(self._protocol.transport.get_extra_info("socket"))

    async def writable(self) -> None:
        """uvicorn's own `send` waits."""

    def end(self) -> None:
        self._protocol.is_streaming = False

    def abort(self) -> None:
        self._protocol.transport.abort()

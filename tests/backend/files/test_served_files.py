"""Files on a served product: a folder and a real S3-compatible store, uvicorn and daphne."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from inglenook.realtime.servers import file_slots
from tests.conftest import Serve, serving
from tests.testkit import files
from tests.testkit.object_store import object_store
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN

SECONDS = 60.0
OPEN = {"files": "listed", "files_from": "all", "file_types": ["image/png", "application/pdf"]}


class Chat:
    """A site on a server, and a visitor of it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        made = server.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)
        self.base = f"{server.base_url}/api/v1/{made['site_key']}"
        self.http = httpx.Client(timeout=SECONDS, headers={"Origin": ORIGIN})
        owner = {"Authorization": f"Bearer {made['secret_key']}"}
        manage = f"{server.base_url}/api/v1/manage/rooms/lobby"
        assert httpx.patch(manage, json=OPEN, headers=owner).status_code == 200
        token = self.http.post(f"{self.base}/session", json={}).json()["token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def upload(self, content: bytes, name: str = "photo.png") -> httpx.Response:
        body = {"file": (name, content, "image/png")}
        return self.http.post(f"{self.base}/rooms/lobby/attachments", files=body)

    def say(self, file_id: str, cid: str = "00000001") -> httpx.Response:
        said = {"cid": cid, "body": "Look", "attachments": [file_id]}
        return self.http.post(f"{self.base}/rooms/lobby/messages", json=said)


FAST = {"INGLENOOK_UPLOADS_PER_MINUTE": "1000"}


@pytest.fixture(scope="module", params=["uvicorn", "daphne", "a bucket"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("files")) as serve:
        if request.param == "a bucket":
            store = object_store()
            yield serve(**FAST, **store.variables(store.new_bucket()))
        else:
            yield serve(server=request.param, **FAST)


@pytest.fixture
def chat(server: Server) -> Iterator[Chat]:
    """On a site of its own."""
    chat = Chat(server)
    yield chat
    chat.http.close()


def test_it_comes_is_shown_and_goes(chat: Chat) -> None:
    kept = chat.upload(files.picture(size=(1200, 800))).json()
    said = chat.say(kept["id"])
    assert said.status_code == 201
    shown = httpx.get(f"{kept['url']}?width=320")
    assert Image.open(BytesIO(shown.content)).size == (320, 213)
    large = b"%PDF-1.7\n" + bytes(range(256)) * 16_000
    pdf = chat.upload(large, "paper.pdf").json()
    assert httpx.get(pdf["url"]).content == large
    assert httpx.head(pdf["url"]).headers["content-length"] == str(len(large))
    assert (
        chat.http.delete(f"{chat.base}/rooms/lobby/messages/{said.json()['seq']}").status_code
        == 200
    )
    assert httpx.get(kept["url"]).status_code == 404


def test_the_largest_passes_and_more_is_refused_before_it_is_read(chat: Chat) -> None:
    most = 5 * 1024 * 1024
    assert chat.upload(b"%PDF-1.7\n" + b"x" * (most - 9)).status_code == 201
    for size in (most + 1, 60_000_000):
        refused = chat.upload(b"%PDF-1.7\n" + b"x" * size)
        assert (refused.status_code, refused.json()["error"]) == (413, "too_large")


def test_each_front_refuses_what_is_hostile(chat: Chat) -> None:
    for content, status in (
        (files.bomb(), 400),
        (files.svg(), 415),
        (files.zip_bomb(), 415),
        (b"", 400),
    ):
        assert chat.upload(content).status_code == status
    assert chat.http.get(f"{chat.base}/rooms").status_code == 200


class TestOfUvicorn:
    @pytest.fixture
    def server(self, serve: Serve) -> Server:
        return serve(**FAST)

    def head(self, chat: Chat, length: int) -> bytes:
        path = chat.base.removeprefix(chat.server.base_url)
        lines = [f"POST {path}/rooms/lobby/attachments HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"Origin: {ORIGIN}", f"Authorization: {chat.http.headers['Authorization']}"]
        lines += [f"Content-Type: {files.FORM_TYPE}", f"Content-Length: {length}", "", ""]
        return "\r\n".join(lines).encode()

    @pytest.fixture
    def slow(self, chat: Chat) -> Iterator[list[socket.socket]]:
        """As many uploads as come in at once, none of which ends."""
        sockets = []
        for _ in range(file_slots.MOST):
            one = socket.create_connection(("127.0.0.1", chat.server.port), timeout=SECONDS)
            one.sendall(self.head(chat, 1_000_000) + b"x" * 1000)
            sockets.append(one)
        time.sleep(0.5)
        yield sockets
        for one in sockets:
            one.close()

    def test_slow_uploads_stop_nothing_but_uploads(
        self, chat: Chat, slow: list[socket.socket]
    ) -> None:
        large = b"%PDF-1.7\n" + b"x" * 200_000
        refused = chat.upload(large)
        assert (refused.status_code, refused.json()["error"]) == (503, "unavailable")
        assert int(refused.headers["retry-after"]) > 0
        assert refused.headers["access-control-allow-origin"] == "*"
        said = {"cid": "00000009", "body": "Hello"}
        assert chat.http.post(f"{chat.base}/rooms/lobby/messages", json=said).status_code == 201
        for one in slow:
            one.close()
        time.sleep(0.5)
        assert chat.upload(large).status_code == 201

    def test_memory_stays_flat(self, chat: Chat) -> None:
        """Sixty megabytes of files leave no more behind than the first few did."""
        large = b"%PDF-1.7\n" + b"x" * 4_000_000
        picture = files.picture("PNG", (3000, 3000))

        def send(n: int) -> int:
            return chat.upload(picture if n % 5 == 0 else large).status_code

        with ThreadPoolExecutor(4) as many:
            assert set(many.map(send, range(5))) == {201}
            before = resident_kb(chat.server)
            assert set(many.map(send, range(12))) <= {201, 403}
        assert resident_kb(chat.server) - before < 20_000


def resident_kb(server: Server) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found: Any = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1])

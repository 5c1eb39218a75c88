"""Somebody of a site's team, signed in at a served product, and their socket."""

from __future__ import annotations

import re
import uuid

import httpx

from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, Client, Frame

PASSWORD = "a hearth with two chairs"


def new_site(server: Server) -> Frame:
    """A site with an owner of its own: where there is an account, the command needs one."""
    email = f"morris-{uuid.uuid4()}@shop.example"
    server.run("owner", "create", "--email", email)
    found: Frame = server.ask(
        "site", "create", "--name", "Shop", "--origin", ORIGIN, "--owner", email
    )
    return found


class Member:
    """A browser's cookies and forms. `sign_in` makes an owner of the site first."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.email = f"olive-{uuid.uuid4()}@shop.example"
        self._cookies = httpx.Cookies()

    def sign_in(self, key: str) -> Member:
        self.server.run("owner", "create", "--email", self.email)
        self.server.run("site", "add-owner", "--site", key, "--owner", self.email)
        self.sign_in_by_link()
        return self

    def another_browser(self) -> Member:
        other = Member(self.server)
        other.email = self.email
        other.sign_in_by_link()
        return other

    def sign_in_by_link(self) -> None:
        link = self.server.ask("owner", "login-link", "--email", self.email)["login_link"]
        self.send(link)
        assert "inglenook_session" in self._cookies

    def send(self, path: str, **fields: str) -> httpx.Response:
        """Sends the page's form."""
        with self._browser() as http:
            page = http.get(path)
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
            assert token is not None, page.text
            sent = {"csrfmiddlewaretoken": token[1], **fields}
            answer = http.post(path, data=sent, headers={"Origin": self.server.base_url})
            self._cookies = http.cookies
            return answer

    def get(self, path: str) -> httpx.Response:
        with self._browser() as http:
            return http.get(path)

    def _browser(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.server.base_url,
            cookies=self._cookies,
            follow_redirects=True,
            timeout=20,
        )

    @property
    def cookies(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    async def open(self, server: Server, key: str, origin: str | None = None) -> Client:
        """A staff socket after its handshake, before `hello`."""
        return await Client.open(
            server.ws_url,
            f"staff/{key}",
            origin=origin or server.env["INGLENOOK_BASE_URL"],
            headers={"Cookie": self.cookies},
        )

    async def greet(self, server: Server, key: str) -> Client:
        client = await self.open(server, key)
        await client.send({"type": "hello", "v": 1, "rooms": [{"room": "lobby"}]})
        await client.expect("welcome", seconds=5)
        await client.expect("sync")
        return client

"""A site that has the rooms and the settings of a state, with a program of its owner."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import Any

import httpx

from tests.testkit.browser.demo import OWNER_EMAIL, Demo, Speaker
from tests.testkit.browser.pages import ForeignPages


class StateSite:
    """One site of the demo's owner, and the pages of a website that embeds it."""

    def __init__(self, demo: Demo, name: str, **settings: Any) -> None:
        self.base_url = demo.base_url
        words = ("--name", name, "--origin", demo.pages_url, "--owner", OWNER_EMAIL, "--json")
        made = json.loads(demo.run("site", "create", *words))
        self.site_key = str(made["site_key"])
        self._origin = demo.pages_url
        self._program = httpx.Client(
            base_url=f"{demo.base_url}/api/v1/manage",
            headers={"Authorization": f"Bearer {made['secret_key']}"},
            timeout=60,
        )
        self._speakers: dict[str, Speaker] = {}
        self.pages = ForeignPages(self)
        self.ask("POST", "/origins", json={"entry": self.pages.origin})
        self.change(**settings)

    def close(self) -> None:
        self.pages.close()
        self._program.close()
        for speaker in self._speakers.values():
            speaker.close()

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """An answer of the owners' API. Raises where it refuses."""
        answer = self._program.request(method, path, **more)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def change(self, **settings: Any) -> None:
        if settings:
            self.ask("PATCH", "/site", json=settings)

    def room(self, name: str, **settings: Any) -> str:
        """The slug of a room that is new and empty."""
        slug = f"room-{uuid.uuid4().hex[:8]}"
        self.ask("POST", "/rooms", json={"slug": slug, "name": name, **settings})
        return slug

    def change_room(self, room: str, **settings: Any) -> None:
        self.ask("PATCH", f"/rooms/{room}", json=settings)

    def speaker(self, name: str) -> Speaker:
        """A visitor of that name: the same one each time that the site is asked for it."""
        if name not in self._speakers:
            self._speakers[name] = Speaker(self.base_url, self.site_key, self._origin)
            self._speakers[name].call_themselves(name)
        return self._speakers[name]

    def answer(self, room: str, body: str, reply_to: int | None = None) -> None:
        """The owner says it."""
        said: dict[str, Any] = {"cid": str(uuid.uuid4()), "body": body, "as": self._owner}
        if reply_to:
            said["reply_to"] = reply_to
        self.ask("POST", f"/rooms/{room}/messages", json=said)

    def show(self, room: str, content: bytes, name: str, alt: str) -> None:
        """The owner shows a picture."""
        sent = {"file": (name, content, "image/png")}
        kept = self.ask("POST", f"/rooms/{room}/attachments", files=sent, data={"alt": alt})
        said = {"cid": str(uuid.uuid4()), "body": "", "attachments": [kept["id"]]}
        self.ask("POST", f"/rooms/{room}/messages", json={**said, "as": self._owner})

    def newest_private_room(self) -> str:
        rooms = self.ask("GET", "/rooms?kind=private&limit=200")["items"]
        return str(max(rooms, key=lambda room: room["created_at"])["slug"])

    @cached_property
    def _owner(self) -> dict[str, str]:
        return {"member": self.ask("GET", "/members")["items"][0]["id"]}


class StateSites:
    """The sites of all states, each made when a scene first asks for it."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._sites: dict[str, StateSite] = {}

    def close(self) -> None:
        for site in self._sites.values():
            site.close()

    def named(self, name: str, **settings: Any) -> StateSite:
        """The settings count when it is made."""
        if name not in self._sites:
            self._sites[name] = StateSite(self._demo, name, **settings)
        return self._sites[name]

"""A page as the browser tells it to a screen reader: its own accessibility tree, by CDP."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

WAIT_SECONDS = 20
PAUSE_MS = 100
MOST_TABS = 60


@dataclass(frozen=True)
class Node:
    """`properties` is what else the browser says of it: `focused`, `pressed`, `live`, `expanded` …
    What only holds others together is silent: no screen reader speaks of it.
    """

    is_silent: bool
    role: str
    name: str
    value: str
    properties: dict[str, Any]
    id: str
    children: tuple[str, ...]

    def is_called(self, role: str, name: str | re.Pattern[str]) -> bool:
        if self.is_silent or self.role != role:
            return False
        return bool(name.search(self.name)) if isinstance(name, re.Pattern) else name == self.name


class AccessibilityTree:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.send("Accessibility.enable")

    def nodes(self) -> dict[str, Node]:
        """All of the page, by its id, in its order."""
        whole = self._cdp.send("Accessibility.getFullAXTree")["nodes"]
        return {one["nodeId"]: _node(one) for one in whole}

    def find(self, role: str, name: str | re.Pattern[str] = "") -> Node | None:
        return next((one for one in self.nodes().values() if one.is_called(role, name)), None)

    def wait_for(self, role: str, name: str | re.Pattern[str] = "", **properties: Any) -> Node:
        """The first of that role and name with these properties. Raises when none comes."""
        for _ in self._until():
            for one in self.nodes().values():
                if one.is_called(role, name) and properties.items() <= one.properties.items():
                    return one
        raise AssertionError(f"No {role} {name!r} {properties}; there are: {self._names()}")

    def wait_until_gone(self, role: str, name: str | re.Pattern[str]) -> None:
        for _ in self._until():
            if self.find(role, name) is None:
                return
        raise AssertionError(f"{role} {name!r} is still there")

    def focused(self) -> Node:
        """What has the focus; the page where nothing in it has, as after its last element."""
        whole = list(self.nodes().values())
        found = [one for one in whole if one.properties.get("focused")]
        return found[-1] if found else whole[0]

    def wait_for_focus(self, role: str, name: str | re.Pattern[str] = "") -> Node:
        now = self.focused()
        for _ in self._until():
            now = self.focused()
            if now.is_called(role, name):
                return now
        raise AssertionError(f"The focus is on {now.role} {now.name!r}, not on {role} {name!r}")

    def words_in(self, node: Node) -> str:
        """All text below a node, with blanks between."""
        nodes = self.nodes()
        found: list[str] = []

        def walk(id_: str) -> None:
            one = nodes.get(id_)
            if one is None:
                return
            if one.role == "StaticText":
                found.append(one.name)
            for child in one.children:
                walk(child)

        walk(node.id)
        return " ".join(found)

    def tab_to(self, role: str, name: str | re.Pattern[str], *, back: bool = False) -> Node:
        """Presses Tab until it has the focus."""
        passed = []
        for _ in range(MOST_TABS):
            self._page.keyboard.press("Shift+Tab" if back else "Tab")
            now = self.focused()
            if now.is_called(role, name):
                return now
            passed.append(f"{now.role} {now.name}")
        raise AssertionError(f"Tab does not lead to {role} {name!r}, but to {passed}")

    def _names(self) -> list[str]:
        return [
            f"{one.role} {one.name}"
            for one in self.nodes().values()
            if one.name and not one.is_silent
        ]

    def _until(self) -> Any:
        ends = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < ends:
            yield
            self._page.wait_for_timeout(PAUSE_MS)


def _node(node: dict[str, Any]) -> Node:
    return Node(
        is_silent=node["ignored"],
        role=str(node.get("role", {}).get("value", "")),
        name=str(node.get("name", {}).get("value", "")),
        value=str(node.get("value", {}).get("value", "")),
        properties={one["name"]: one["value"].get("value") for one in node.get("properties", [])},
        id=node["nodeId"],
        children=tuple(node.get("childIds", [])),
    )

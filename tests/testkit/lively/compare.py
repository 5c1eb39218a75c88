"""What the browser shows, beside what the server says: row by row.

GET events, GET messages (as the same visitor) ──> expected_rows ──╮
the rows of the widget ────────────────────────────────────────────┴─> differences
"""

from __future__ import annotations

from typing import Any

import httpx

from tests.testkit.lively.people import ROOM
from tests.testkit.wire import Frame

DELETED = "Message deleted"
EARLIER = "An earlier message"
MARKED = {"bold", "italic", "code"}
READ = """() => {
    const root = document.querySelector("html > inglenook-chat").shadowRoot;
    const text = (one, of) => one.querySelector(of)?.textContent ?? null;
    const rows = [...root.querySelectorAll("[data-seq]")].map((row) => ({
        seq: Number(row.dataset.seq),
        mine: row.classList.contains("mine"),
        name: text(row, ":scope > .head > b"),
        gone: text(row, ".bubble.gone > span"),
        text: text(row, ".bubble .text"),
        quote: row.querySelector(".quote")
            ? [text(row, ".quote > b"), text(row, ".quote > span")] : null,
        edited: [...row.querySelectorAll(".soft")]
            .some((one) => one.textContent === "edited"),
        chips: Object.fromEntries([...row.querySelectorAll(".chip")].map((chip) => [
            chip.children[0].textContent,
            [Number(chip.children[1].textContent), chip.ariaPressed === "true"]])),
        pictures: [...row.querySelectorAll(".files img")].map((one) => one.alt),
    }));
    return {
        rows,
        room: {
            name: text(root, "header h2"),
            topic: text(root, "header p") ?? "",
            announcement: text(root, ".news span[dir]") ?? "",
            pin: Number(root.querySelector(".bar[data-quotes]")?.dataset.quotes ?? 0),
            canWrite: !!root.querySelector("textarea:enabled"),
            waiting: [...root.querySelectorAll(
                ".message:not([data-seq]):not(.failed):not(.refused) .text")]
                .map((one) => one.textContent),
        },
    };
}"""


class Truth:
    """What the server tells the visitor of the browser."""

    def __init__(self, base_url: str, key: str, token: str, me: str, origin: str) -> None:
        self.me = me
        self._http = httpx.Client(
            base_url=f"{base_url}/api/v1/{key}/rooms/{ROOM}",
            headers={"Origin": origin, "Authorization": f"Bearer {token}"},
            timeout=60,
        )

    def sync(self) -> Frame:
        return self._get("/events")

    def messages(self, lowest: int) -> list[Frame]:
        """All from `lowest` up, in their order."""
        found: list[Frame] = []
        before: int | None = None
        while True:
            page = self._get("/messages", limit=100, **({"before": before} if before else {}))
            found = page["messages"] + found
            if not page["more"] or not found or found[0]["seq"] <= lowest:
                return [one for one in found if one["seq"] >= lowest]
            before = found[0]["seq"]

    def close(self) -> None:
        self._http.close()

    def _get(self, path: str, **params: Any) -> Frame:
        answer = self._http.get(path, params=params)
        answer.raise_for_status()
        found: Frame = answer.json()
        return found


def differences(shown: dict[str, Any], truth: Truth) -> list[str]:
    """One line each; empty where all agrees."""
    rows = shown["rows"]
    if not rows:
        return ["no message is shown"]
    messages = truth.messages(rows[0]["seq"])
    seqs, expected_seqs = [row["seq"] for row in rows], [one["seq"] for one in messages]
    if seqs != expected_seqs:
        missing, more = set(expected_seqs) - set(seqs), set(seqs) - set(expected_seqs)
        return [f"rows missing {sorted(missing)}, more {sorted(more)}, or in another order"]
    found = []
    above: Frame | None = None
    by_seq = {one["seq"]: one for one in messages}
    for row, message in zip(rows, messages, strict=True):
        expected = _expected(message, by_seq, truth.me, _name(row, message, above, truth.me))
        found += [
            f"{message['seq']}: {name} is {row[name]!r}, and should be {value!r}"
            for name, value in expected.items()
            if row[name] != value
        ]
        above = message
    return found + _differences_of_room(shown["room"], truth.sync())


def _differences_of_room(room: dict[str, Any], sync: Frame) -> list[str]:
    state = sync["state"]
    expected = {name: state[name] for name in ("name", "topic", "announcement")} | {
        "canWrite": sync["may"]["send"] is None,
        "waiting": [shown_text(one) for one in sync["held"]],
    }
    found = [
        f"room: {name} is {room[name]!r}, and should be {value!r}"
        for name, value in expected.items()
        if room[name] != value
    ]
    if room["pin"] and room["pin"] not in state["pinned"]:
        found.append(f"room: {room['pin']} is shown as pinned, and is none of {state['pinned']}")
    return found


def _expected(
    message: Frame, by_seq: dict[int, Frame], me: str, name: str | None
) -> dict[str, Any]:
    is_gone = bool(message["deleted"])
    mine = message.get("mine", [])
    return {
        "seq": message["seq"],
        "mine": message["author"]["id"] == me,
        "name": name,
        "gone": DELETED if is_gone else None,
        "text": None if is_gone or not message["body"] else shown_text(message),
        "quote": None if is_gone else _quote(message["reply_to"], by_seq),
        "edited": bool(message["edited_at"]) and not is_gone,
        "chips": {emoji: [count, emoji in mine] for emoji, count in message["reactions"].items()},
        "pictures": [one["alt"] or one["name"] for one in message["attachments"]],
    }


def _name(row: dict[str, Any], message: Frame, above: Frame | None, me: str) -> str | None:
    """Who speaks stands at the head of each run. Where there is none, the row above is of the same
    person under the same name; own rows have none that is seen.
    """
    author = message["author"]
    if author["id"] == me:
        return row["name"] if row["name"] is None else "no name"
    goes_on = above is not None and (
        (above["author"]["id"], above["author"]["name"]) == (author["id"], author["name"])
    )
    return None if goes_on and row["name"] is None else str(author["name"])


def _quote(seq: int | None, by_seq: dict[int, Frame]) -> list[str | None] | None:
    if not seq:
        return None
    if not (quoted := by_seq.get(seq)):
        return [None, EARLIER]
    words = DELETED if quoted["deleted"] else shown_text(quoted).split("\n")[0]
    return [quoted["author"]["name"], words]


def shown_text(message: Frame) -> str:
    """The body without the marks of its runs, which are not shown. Places are in UTF-16 units."""
    units = message["body"].encode("utf-16-le")
    marks = set()
    for entity in message["entities"]:
        if entity["kind"] in MARKED:
            marks |= {entity["at"], entity["at"] + entity["len"] - 1}
    kept = b"".join(units[2 * at : 2 * at + 2] for at in range(len(units) // 2) if at not in marks)
    return kept.decode("utf-16-le")

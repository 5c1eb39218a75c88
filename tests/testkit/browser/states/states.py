"""The one list of states, each with its scene and the screens where it exists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.testkit.browser.states import rooms, talk
from tests.testkit.browser.states.view import View

DESK = "desktop"
PHONE = "phone"
NARROW = "narrow"
BOTH = (DESK, PHONE)


@dataclass(frozen=True)
class State:
    """`scene` leaves the page in that state."""

    scene: Callable[[View], None]
    screens: tuple[str, ...] = BOTH


STATES: dict[str, State] = {
    "launcher-rest": State(rooms.launcher),
    "launcher-hover": State(rooms.launcher_hover, (DESK,)),
    "launcher-focus": State(rooms.launcher_focus, (DESK,)),
    "launcher-opening": State(rooms.launcher_opening),
    "launcher-unread": State(rooms.launcher_unread),
    "launcher-answer": State(rooms.launcher_answer),
    "launcher-words": State(rooms.launcher_words),
    "launcher-yellow": State(partial(rooms.launcher, accent=rooms.YELLOW)),
    "launcher-green": State(partial(rooms.launcher, accent=rooms.GREEN)),
    "talking": State(talk.talking, (*BOTH, NARROW)),
    "own-messages": State(talk.own_messages),
    "held": State(talk.held),
    "tools": State(talk.tools, (DESK,)),
    "menu": State(talk.menu),
    "own-menu": State(talk.own_menu),
    "delete-asked": State(talk.delete_asked),
    "report": State(talk.report),
    "replies": State(talk.replies),
    "emoji": State(talk.emoji),
    "emoji-names": State(talk.emoji_names),
    "mention-and-picture": State(talk.mention_and_picture),
    "tray": State(talk.tray),
    "picture": State(talk.picture),
    "viewer": State(talk.viewer),
    "blocked-link": State(talk.blocked_link),
    "slow-mode": State(talk.slow_mode),
    "offline": State(talk.offline),
    "coming-back": State(talk.coming_back),
    "folded": State(talk.folded),
    "new-line": State(talk.new_line),
    "rooms": State(rooms.rooms),
    "people": State(rooms.people),
    "you": State(rooms.you),
    "name-refused": State(rooms.name_refused),
    "rules": State(rooms.rules),
    "leaving": State(rooms.leaving),
    "consent": State(rooms.consent),
    "questions": State(rooms.questions),
    "banned": State(rooms.banned),
    "closed-with-news": State(rooms.closed_with_news),
    "welcome": State(rooms.welcome),
    "private-line": State(rooms.private_line, (*BOTH, NARROW)),
    "away": State(rooms.away),
    "empty": State(rooms.empty),
    "inline-closed": State(rooms.inline_closed),
    "inline-open": State(rooms.inline_open),
    "page-mode": State(rooms.page_mode),
    "not-listed": State(rooms.not_listed),
}

# What the design names, with the state that shows it.
DESIGNED: dict[str, str] = {
    "Launcher: at rest": "launcher-rest",
    "Launcher: hover": "launcher-hover",
    "Launcher: keyboard focus": "launcher-focus",
    "Launcher: opening": "launcher-opening",
    "Launcher: open": "talking",
    "Launcher: 3 unread": "launcher-unread",
    "Launcher: with words": "launcher-words",
    "Launcher: yellow brand": "launcher-yellow",
    "Launcher: green brand": "launcher-green",
    "Launcher: an answer while it is closed": "launcher-answer",
    "Sending, sent, not sent, waiting": "own-messages",
    "Message under the pointer": "tools",
    "Message under the pointer: the menu": "menu",
    "A message on a phone": "own-menu",
    "Reply, deleted, edited": "replies",
    "Emoji": "emoji",
    "Rooms": "rooms",
    "Who is here": "people",
    "You": "you",
    "Slow mode": "slow-mode",
    "Offline": "offline",
    "Banned for a time": "banned",
    "Blocked word": "blocked-link",
    "Rules and consent": "consent",
    "First welcome": "welcome",
    "Away": "away",
    "Mention and picture": "mention-and-picture",
    "Change the name": "name-refused",
    "Announcement, jump, closed chat": "closed-with-news",
    "Empty room": "empty",
    "The open chat": "talking",
    "A phone": "private-line",
    "Inline, closed": "inline-closed",
    "Inline, open": "inline-open",
    "Full page": "page-mode",
    "A message that is folded": "folded",
    "New line": "new-line",
    "A picture, large": "viewer",
    "A report": "report",
    "Questions before the first message": "questions",
    "Held for approval": "held",
    "No connection, next try": "coming-back",
}

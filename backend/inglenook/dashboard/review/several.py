"""Several people at once: everybody who wrote much the same, banned with all that they wrote.

    words ─► the newest messages, and what waits ─► who wrote most of them ─► ticked ─► banned

For a raid: its people write one text with small changes, under many names.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from msgspec import Struct

from inglenook.chat.decisions import delete_all_and_ban
from inglenook.chat.held import held_messages
from inglenook.chat.models import Message
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.review.keys import SEVERAL_KEYS
from inglenook.dashboard.review.queue import counts_of
from inglenook.dashboard.undo import done
from inglenook.protocol.errors import ChatError
from inglenook.sites.roles import Action
from inglenook.visitors.models import Visitor
from inglenook.visitors.selectors import trust_of_visitor

# So many of the newest messages are read, and so many of those that wait.
MOST_READ: Final = 2000
# All of them are one transaction.
MOST_PEOPLE: Final = 100
WORDS_CHARS: Final = 200
_WORD: Final = re.compile(r"\w+")


class Writer(Struct, frozen=True, kw_only=True):
    """Somebody who wrote it: the newest text, how often, and whether to be ticked at first."""

    id: str
    name: str
    trust: str
    text: str
    at: datetime
    times: int
    is_ticked: bool


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.SANCTION)
def several(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    words = " ".join(request.GET.get("words", "")[:WORDS_CHARS].split())
    error = ""
    if request.method == "POST":
        ids = list(dict.fromkeys(request.POST.getlist("visitor")))[:MOST_PEOPLE]
        if ids:
            try:
                return _ban(request, membership, ids)
            except ChatError as refusal:
                error = refusal.message
        else:
            error = _("Tick somebody first.")
    context = {
        "membership": membership,
        "words": words,
        "writers": writers_of(membership, words) if words else [],
        "error": error,
        "counts": counts_of(membership),
        "page_keys": SEVERAL_KEYS,
    }
    status = 422 if error else 200
    return render(request, "dashboard/review/several.html", context, status=status)


def writers_of(membership: SiteMembership, words: str) -> list[Writer]:
    """Visitors who wrote most of these words lately, whoever did so last first."""
    wanted = _words(words)
    found: dict[str, tuple[str, datetime, int]] = {}
    for author_id, body, at in _texts(membership):
        if author_id and author_id.startswith("v_") and is_alike(wanted, _words(body)):
            text, last, times = found.get(author_id, (body, at, 0))
            found[author_id] = (text, last, times + 1)
    ids = list(found)[:MOST_PEOPLE]
    people = Visitor.objects.filter(site=membership.site, public_id__in=ids, erased_at=None)
    writers = []
    for visitor in people:
        text, at, times = found[visitor.public_id]
        trust = trust_of_visitor(visitor, membership.site)
        writers.append(
            Writer(
                id=visitor.public_id,
                name=visitor.name,
                trust=trust,
                text=text,
                at=at,
                times=times,
                # Who is trusted may have quoted it.
                is_ticked=trust != "trusted",
            )
        )
    return sorted(writers, key=lambda writer: writer.at, reverse=True)


def is_alike(wanted: set[str], words: set[str]) -> bool:
    """Two of three wanted words are there."""
    return bool(wanted) and 3 * len(wanted & words) >= 2 * len(wanted)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _texts(membership: SiteMembership) -> list[tuple[str | None, str, datetime]]:
    """The newest first."""
    written = Message.objects.filter(room__site=membership.site, room__gone=False, deleted=None)
    return sorted(
        [*_newest(written), *_newest(held_messages(membership.site))],
        key=lambda it: it[2],
        reverse=True,
    )


def _newest(rows: QuerySet[Any]) -> list[tuple[str | None, str, datetime]]:
    return list(rows.order_by("-pk").values_list("author_id", "body", "at")[:MOST_READ])


def _ban(request: HttpRequest, membership: SiteMembership, ids: list[str]) -> HttpResponse:
    steps = delete_all_and_ban(site=membership.site, visitor_ids=ids, by=membership.participant)
    said = ngettext(
        "%(number)s person is banned, and all by them deleted.",
        "%(number)s people are banned, and all by them deleted.",
        len(ids),
    ) % {"number": len(ids)}
    then = reverse("dashboard:review", args=[membership.site.pk])
    return done(request, said, then=then, membership=membership, steps=steps)

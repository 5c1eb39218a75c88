"""A message is reported by a form that needs no script: the reason, a few words, and thanks.

GET  r/<slug>/report/<seq>/          the message, and why it should not stand
POST r/<slug>/report/<seq>/          back to the room, at the message
"""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from inglenook.chat.models import Message
from inglenook.chat.reports import NOTE_CHARS, report_message
from inglenook.pages.answers import framed, page, with_retry
from inglenook.pages.show import room_url
from inglenook.pages.visits import find_room, open_visit, site_of_page, token_of
from inglenook.pages.writing import Person, Writer, become
from inglenook.protocol.errors import ChatError, NotFound
from inglenook.sites.database import snapshot
from inglenook.visitors.participants import participant_from_visitor

# What a reason is called, in the order of the form.
REASONS: Final = (
    ("spam", "Spam or advertising"),
    ("abuse", "Abuse or harassment"),
    ("personal", "Somebody's personal details"),
    ("illegal", "Something illegal"),
    ("other", "Something else"),
)


def draw_report(
    request: HttpRequest,
    site_key: str,
    slug: str,
    seq: int,
    error: ChatError | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    """Raises NotFound for a message that is not there for this reader."""
    with snapshot():
        visit = open_visit(site_key, slug, token_of(request))
        rows = Message.objects.filter(room_id=visit.room.pk, seq=seq, deleted=None)
        message = rows.first() if visit.room.pk else None
    if message is None:
        raise NotFound
    context: dict[str, Any] = {
        "site": visit.site,
        "message": message,
        "reasons": REASONS,
        "note_chars": NOTE_CHARS,
        "room_url": room_url(visit, slug),
        "error": error,
        "typed": typed or {},
    }
    status = error.status if error else 200
    response = page(request, "pages/report.html", context, status=status)
    if error is not None:
        response = with_retry(response, error)
    return framed(request, response, visit.site, visit.room)


def report(site_key: str, slug: str, person: Person, *, seq: int, reason: str, note: str) -> Writer:
    """Reports a message; a person without a token becomes a visitor by it.

    Raises as `report_message`, and Banned.
    """
    site = site_of_page(site_key)
    with transaction.atomic():  # a report that is refused makes nobody
        writer = become(site, person)
        room = find_room(site, slug, writer.visitor)
        reporter = participant_from_visitor(writer.visitor, person.address)
        report_message(room=room, reporter=reporter, seq=seq, reason=reason, note=note)
    return writer

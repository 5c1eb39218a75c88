"""What a person said before they wrote, and the site's page of them, for the team."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from inglenook.chat.person_copy import consent_of
from inglenook.dashboard.access import SiteMembership
from inglenook.sites.roles import Action, may
from inglenook.visitors.models import Visitor


class Answer(Struct, frozen=True):
    label: str
    text: str


class Said(Struct, frozen=True, kw_only=True):
    email: str = ""
    answers: list[Answer] = []
    consent: dict[str, str] | None = None
    consent_at: datetime | None = None
    attributes: list[Answer] = []
    page: dict[str, str] | None = None


def said_by(membership: SiteMembership, visitor: Visitor) -> Said:
    """Nothing for a role that reads no private lines: it is for whoever answers there.

    An answer to a question that the site asks no more has the key of the question for its label.
    """
    if not may(membership.member.role, Action.INBOX):
        return Said()
    fields = (membership.site.prechat or {}).get("fields", [])
    labels = {field["key"]: field["label"] for field in fields}
    answers = (visitor.answers or {}).items()
    return Said(
        email=visitor.email,
        answers=[Answer(labels.get(key, key), text) for key, text in answers if text],
        consent=consent_of(visitor),
        consent_at=visitor.consent_at,
        attributes=[Answer(name, text) for name, text in (visitor.attributes or {}).items()],
        page=visitor.page if membership.site.track_page else None,
    )

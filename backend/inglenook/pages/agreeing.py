"""Consent on pages without a script: a box below the message, until the visitor has agreed.

The text and its version are the site's. Who ticks the box and writes has agreed; the form is
refused where the box is empty, or where the text has become another since the page was drawn.
"""

from __future__ import annotations

from typing import Any

from inglenook.protocol.errors import Invalid
from inglenook.sites.selectors import CachedSite
from inglenook.visitors.answers import Said, take_answers
from inglenook.visitors.models import Visitor

FIELD = "agree"


def consent_asked(site: CachedSite, visitor: Visitor | None) -> dict[str, Any] | None:
    """`{text, version}` where this person has not agreed to it; asks the database only then."""
    if not site.consent:
        return None
    version = site.consent["version"]
    return None if visitor and visitor.consent_version == version else site.consent


def check_agreed(site: CachedSite, visitor: Visitor | None, agreed: str) -> None:
    """Before anything is stored. Raises Invalid with the field `agree`."""
    asked = consent_asked(site, visitor)
    if asked and agreed != asked["version"]:
        raise Invalid("Please read what you agree to, and tick the box.", field=FIELD)


def note_agreed(site: CachedSite, visitor: Visitor) -> None:
    """Keeps that the visitor has agreed to the present text."""
    if consent_asked(site, visitor) and site.consent:
        take_answers(visitor=visitor, site=site, said=Said(consent=site.consent["version"]))

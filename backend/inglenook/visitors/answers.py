"""What visitors say of themselves before they write: consent, an e-mail address, answers.

    site.consent ─► consent_version, consent_at
    site.prechat ─► email, answers

Nothing of it is proven, and only the team reads it. A site that asks for less later keeps what was
said, until the visitor changes it or is erased.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from msgspec import UNSET, Struct, UnsetType

from inglenook.protocol.errors import Invalid
from inglenook.protocol.text import normalise_name
from inglenook.visitors.models import Visitor
from inglenook.visitors.page_facts import Value, with_attributes

ANSWER_CHARS: Final = 200
EMAIL_CHARS: Final = 254


class Asking(Protocol):
    """What a site asks for; a `Site` is one, and its card."""

    @property
    def consent(self) -> dict[str, Any] | None: ...
    @property
    def prechat(self) -> dict[str, Any] | None: ...


class Said(Struct, frozen=True, kw_only=True):
    """What somebody says now, and their page of them (`attributes`); UNSET stays as it was. None
    takes `email` and `consent` back.
    """

    email: str | UnsetType | None = UNSET
    consent: str | UnsetType | None = UNSET
    answers: dict[str, str] | UnsetType = UNSET
    attributes: dict[str, Value] | UnsetType = UNSET


def asked_before(site: Asking) -> dict[str, Any] | None:
    """What the site asks for before a private line begins; None where it asks for nothing."""
    asked = {"name": "off", "email": "off", "fields": [], **(site.prechat or {})}
    is_any = asked["fields"] or {asked["name"], asked["email"]} != {"off"}
    return asked if is_any else None


def take_answers(*, visitor: Visitor, site: Asking, said: Said) -> None:
    """Stores what the visitor said. Answers replace those of the same questions.

    Raises Invalid with its field: email; consent, of another version than the site's; answers, to
    what is not asked. As `normalise_name` with the field answers, and `with_attributes`.
    """
    changes: dict[str, Any] = {}
    if said.email is not UNSET:
        changes["email"] = _clean_email(said.email or "")
    if said.consent is not UNSET:
        changes["consent_version"] = _known_version(site, said.consent)
        changes["consent_at"] = timezone.now() if said.consent else None
    if said.answers is not UNSET:
        changes["answers"] = {**(visitor.answers or {}), **_clean_answers(site, said.answers)}
    if said.attributes is not UNSET:
        changes["attributes"] = with_attributes(visitor, said.attributes)
    if changes:
        Visitor.objects.filter(pk=visitor.pk, erased_at__isnull=True).update(**changes)
        for column, value in changes.items():
            setattr(visitor, column, value)


def _clean_email(typed: str) -> str:
    email = typed.strip()
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid("That is no e-mail address.", field="email") from None
    if len(email) > EMAIL_CHARS:
        raise Invalid(f"An e-mail address has {EMAIL_CHARS} characters at most.", field="email")
    return email


def _known_version(site: Asking, version: str | None) -> str:
    asked = (site.consent or {}).get("version")
    if version and version != asked:
        raise Invalid("This is not the version that the site asks for now.", field="consent")
    return version or ""


def _clean_answers(site: Asking, answers: dict[str, str]) -> dict[str, str]:
    asked = {field["key"] for field in (site.prechat or {}).get("fields", [])}
    if not asked.issuperset(answers):
        raise Invalid("The site does not ask that.", field="answers")
    return {
        key: normalise_name(text, ANSWER_CHARS, field="answers") if text.strip() else ""
        for key, text in answers.items()
    }

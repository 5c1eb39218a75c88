"""The people of a site, as its team finds them: searched, listed, changed.

A list by trust asks the database, which works it out by the rule of `visitors/trust.py`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.utils import timezone

from inglenook.protocol.errors import Invalid, NotFound, TooLong
from inglenook.sites import audit
from inglenook.sites.actors import Actor
from inglenook.sites.models import Site
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.services import bump_access_version
from inglenook.visitors.models import Visitor, folded
from inglenook.visitors.selectors import trust_of_visitor
from inglenook.visitors.services import rename_visitor
from inglenook.visitors.trust import wire_role

NOTE_CHARS: Final = 2000
QUERY_CHARS: Final = 100
_NOT_HERE: Final = "There is no such visitor here."


def visitors_of(site: Site) -> QuerySet[Visitor]:
    """Who was not erased."""
    return Visitor.objects.filter(site=site, erased_at__isnull=True)


def found_visitors(site: Site, *, query: str | None, trust: str | None) -> QuerySet[Visitor]:
    """Those whose name, e-mail or id has `query` in it, whatever its case, and who are trusted so
    far.

    Raises Invalid with its field: query, trust.
    """
    rows = visitors_of(site)
    if query is not None:
        wanted = query.strip()
        if not wanted or len(wanted) > QUERY_CHARS or not wanted.isprintable():
            words = f"`query` is 1 to {QUERY_CHARS} characters that can be seen."
            raise Invalid(words, field="query")
        rows = rows.filter(
            Q(name_folded__contains=folded(wanted))
            | Q(public_id__icontains=wanted)
            | Q(email__icontains=wanted)
        )
    if trust is not None:
        if trust not in Visitor.Trust.values:
            levels = ", ".join(Visitor.Trust.values)
            raise Invalid(f"`trust` is one of {levels}.", field="trust")
        rows = rows.alias(trust_now=_trust(site, timezone.now())).filter(trust_now=trust)
    return rows


def visitor_of(site: Site, visitor_id: str) -> Visitor:
    """Raises NotFound: never there, erased, another site's."""
    return row_of(visitors_of(site), visitor_id)


def row_of(visitors: QuerySet[Visitor], visitor_id: str) -> Visitor:
    """The one of this id among them. Raises NotFound."""
    # PostgreSQL raises on text with a NUL.
    if not visitor_id.isprintable():
        raise NotFound(_NOT_HERE)
    visitor = visitors.filter(public_id=visitor_id).first()
    if visitor is None:
        raise NotFound(_NOT_HERE)
    return visitor


def export_visitor(*, site: Site, visitor_id: str, by: Actor) -> Visitor:
    """The visitor whose data is about to be handed out, which is on record then.

    Raises NotFound, Forbidden.
    """
    require_actor(by, site.pk, Action.EXPORT)
    with transaction.atomic():
        visitor = visitor_of(site, visitor_id)
        audit.record(
            site_id=site.pk, by=by, action="visitor.export", target=("visitor", visitor_id)
        )
    return visitor


def change_visitor(*, site: Site, visitor_id: str, changes: dict[str, Any], by: Actor) -> Visitor:
    """Sets what is in `changes`: name, note, trust; trust None frees it, so that it is earned.

    Raises NotFound, Forbidden; as `rename_visitor`; Invalid and TooLong with the field note.
    """
    require_actor(by, site.pk, Action.CHANGE_TRUST if "trust" in changes else Action.WRITE)
    with transaction.atomic():
        visitor = row_of(visitors_of(site).select_for_update(), visitor_id)
        before = _facts(visitor)
        changed = []
        if "name" in changes and changes["name"] != visitor.name:
            # Word rules bind visitors, and not the team and its keys.
            rename_visitor(visitor=visitor, name=changes["name"], is_blocked=lambda _name: False)
            changed.append("name")
        if "note" in changes and changes["note"] != visitor.note:
            visitor.note = _checked_note(changes["note"])
            changed.append("note")
        if "trust" in changes and (changes["trust"] or "") != visitor.trust_fixed:
            visitor.trust_fixed = changes["trust"] or ""
            visitor.role = wire_role(trust_of_visitor(visitor, site))
            changed.append("trust")
        if changed:
            visitor.save(update_fields=["note", "trust_fixed", "role"])
            audit.record(
                site_id=site.pk,
                by=by,
                action="visitor.update",
                target=("visitor", visitor_id),
                before=before,
                after={**_facts(visitor), "changed": changed},
            )
        if "trust" in changed:
            bump_access_version(site.pk)
    return visitor_of(site, visitor_id)


def _facts(visitor: Visitor) -> dict[str, Any]:
    """No name and no note: a record is not erased."""
    return {"trust": visitor.trust_fixed or None}


def _checked_note(note: str) -> str:
    if len(note) > NOTE_CHARS:
        raise TooLong(f"A note has {NOTE_CHARS} characters at most.", field="note")
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in note):
        raise Invalid("`note` has a character that cannot be stored.", field="note")
    return note


def _trust(site: Site, now: datetime) -> Case:
    """`trust.trust_of` as SQL."""
    known = Q(
        trust_since__lte=now - timedelta(minutes=site.known_minutes),
        trust_messages__gte=site.known_messages,
    )
    trusted = Q(
        trust_since__lte=now - timedelta(days=site.trusted_days),
        trust_messages__gte=site.trusted_messages,
    )
    earned = [When(trusted, then=Value("trusted"))] if site.trusted_days else []
    return Case(
        When(~Q(trust_fixed=""), then=F("trust_fixed")),
        *earned,
        When(known, then=Value("known")),
        default=Value("new"),
        output_field=CharField(),
    )

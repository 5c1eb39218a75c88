"""Every decision of the team about somebody: mutes, bans and shadows, each on record.

impose ─> one transaction: the row of the person is locked, what is in force of this kind ends,
          the new sanction, the audit, the access version ── COMMIT ─> live sockets judged again
impose_on_each ─> the same for many people, in one transaction: a raid
lift   ─> the same with nothing new in its place
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from inglenook.moderation import audit
from inglenook.moderation.addresses import copy_for_sanction
from inglenook.moderation.models import Sanction
from inglenook.protocol.errors import Invalid, NotFound
from inglenook.sites.actors import SYSTEM, Actor, actor_columns, note_actor
from inglenook.sites.models import Account, Site
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.services import bump_access_version
from inglenook.visitors.models import Visitor

REASON_CHARS: Final = 200
MOST_SECONDS: Final = 365 * 24 * 60 * 60
KINDS: Final = tuple(Sanction.Kind.values)
SCOPES: Final = tuple(Sanction.Scope.values)


def impose(
    *,
    site: Site,
    visitor_id: str,
    kind: str,
    seconds: int | None,
    reason: str = "",
    scope: str = Sanction.Scope.PERSON,
    by: Actor,
) -> Sanction:
    """Mutes, bans or shadow bans a visitor for so many seconds, or for good.

    With the scope `address` or `range`, visitors who come later from there wait for approval.
    One of this kind in force is replaced.
    Raises NotFound for somebody who never was on this site, Invalid(field kind, scope, seconds or
    reason).
    """
    if kind not in KINDS:
        raise Invalid("A sanction is `mute`, `ban` or `shadow`.", field="kind")
    if scope not in SCOPES:
        raise Invalid(f"A scope is one of {', '.join(SCOPES)}.", field="scope")
    if seconds is not None and not 1 <= seconds <= MOST_SECONDS:
        raise Invalid(f"A sanction lasts 1 to {MOST_SECONDS} seconds, or null.", field="seconds")
    until = timezone.now() + timedelta(seconds=seconds) if seconds else None
    return _impose(
        site=site,
        visitor_id=visitor_id,
        kind=kind,
        until=until,
        reason=reason,
        scope=scope,
        by=by,
    )


def impose_on_each(
    *,
    site: Site,
    visitor_ids: Sequence[str],
    kind: str,
    seconds: int | None,
    reason: str = "",
    scope: str = Sanction.Scope.PERSON,
    by: Actor,
) -> list[Sanction]:
    """As `impose` for each of these people: for all of them, or, where it raises, for nobody.

    Returns the sanctions in the order of `visitor_ids`; who is named twice has one.
    """
    named = list(dict.fromkeys(visitor_ids))
    with transaction.atomic():
        # In id order, so that two of these do not wait for each other.
        people = Visitor.objects.select_for_update().filter(site=site, public_id__in=_plain(named))
        list(people.order_by("pk").values_list("pk", flat=True))
        return [
            impose(
                site=site,
                visitor_id=each,
                kind=kind,
                seconds=seconds,
                reason=reason,
                scope=scope,
                by=by,
            )
            for each in named
        ]


def lift(*, site: Site, sanction_id: int, by: Actor) -> Sanction:
    """Ends a sanction now. Raises NotFound for one that has ended, or is another site's."""
    require_actor(by, site.pk, Action.SANCTION)
    with transaction.atomic():
        sanction = (
            Sanction.objects.select_for_update()
            .filter(site=site, pk=sanction_id, lifted_at__isnull=True)
            .exclude(until__lte=timezone.now())
            .first()
        )
        if sanction is None:
            raise NotFound("There is no such sanction in force here.")
        _end(sanction, by)
        _record(sanction, by, "sanction.lift", before=_facts(sanction))
        _take_trust(site.pk, sanction.visitor_id)
        bump_access_version(site.pk, withdraws=False)
    return sanction


def ban_visitor(
    *,
    site: Site,
    visitor_id: str,
    until: datetime | None = None,
    reason: str = "",
    by: Account | None = None,
) -> Sanction:
    """Shuts a visitor out until `until`, or for good; their sockets close.

    A ban in force is replaced.

    Raises NotFound for somebody who never was on this site, Invalid(field until or reason).
    """
    if until is not None and until <= timezone.now():
        raise Invalid("The end of a ban lies in the future.", field="until")
    return _impose(
        site=site,
        visitor_id=visitor_id,
        kind=Sanction.Kind.BAN,
        until=until,
        reason=reason,
        by=_actor(site, by),
        account=by,
    )


def unban_visitor(*, site: Site, visitor_id: str, by: Account | None = None) -> bool:
    """Lets a visitor in again; False where no ban was in force."""
    with transaction.atomic():
        actor = _actor(site, by)
        require_actor(actor, site.pk, Action.SANCTION)
        ended = _end_all(_locked(site, visitor_id, Sanction.Kind.BAN), actor)
        for sanction in ended:
            _record(sanction, actor, "sanction.lift", before=_facts(sanction))
        if ended:
            _take_trust(site.pk, visitor_id)
            bump_access_version(site.pk, withdraws=False)
    return bool(ended)


# --- the small steps


def _impose(
    *,
    site: Site,
    visitor_id: str,
    kind: str,
    until: datetime | None,
    reason: str,
    by: Actor,
    account: Account | None = None,
    scope: str = Sanction.Scope.PERSON,
) -> Sanction:
    require_actor(by, site.pk, Action.SANCTION)
    reason = " ".join(reason.split())
    if len(reason) > REASON_CHARS:
        raise Invalid(f"A reason has {REASON_CHARS} characters at most.", field="reason")
    with transaction.atomic():
        # Two moderators at once: the row of the person is the turnstile.
        people = Visitor.objects.select_for_update().filter(site=site)
        person = people.filter(public_id__in=_plain([visitor_id])).first()
        if person is None:
            raise NotFound(f"There is no visitor {visitor_id} on this site.")
        address_hash, address_expires_at = copy_for_sanction(person, scope, until)
        replaced = _end_all(_locked(site, visitor_id, kind), by)
        sanction = Sanction.objects.create(
            site=site,
            visitor_id=visitor_id,
            kind=kind,
            scope=scope,
            address_hash=address_hash,
            address_expires_at=address_expires_at,
            until=until,
            reason=reason,
            created_by=account,
            **actor_columns("maker", by),
        )
        before = _facts(replaced[-1]) if replaced else None
        _record(sanction, by, "sanction.create", before=before, after=_facts(sanction))
        _take_trust(site.pk, visitor_id)
        bump_access_version(site.pk)
    return sanction


def _plain(ids: Sequence[str]) -> list[str]:
    """PostgreSQL raises on text with a NUL."""
    return [each for each in ids if each.isprintable()]


def _locked(site: Site, visitor_id: str, kind: str) -> QuerySet[Sanction]:
    rows = Sanction.objects.select_for_update().filter(
        site=site, visitor_id=visitor_id, kind=kind, lifted_at__isnull=True
    )
    return rows.order_by("pk")


def _end_all(rows: QuerySet[Sanction], by: Actor) -> list[Sanction]:
    """Ends those in force, and returns them. One that ran out by itself was lifted by nobody."""
    now = timezone.now()
    in_force = [row for row in rows if row.until is None or row.until > now]
    for sanction in in_force:
        _end(sanction, by)
    return in_force


def _end(sanction: Sanction, by: Actor) -> None:
    sanction.lifted_at = timezone.now()
    note_actor(sanction, "lifted_by", by)
    sanction.save(update_fields=["lifted_at", *actor_columns("lifted_by", by)])


def _take_trust(site_id: int, visitor_id: str) -> None:
    """Earned trust counts anew, from the end of the last sanction in force; else from now."""
    now = timezone.now()
    in_force = Sanction.objects.filter(site_id=site_id, visitor_id=visitor_id, lifted_at=None)
    ends = list(in_force.exclude(until__lte=now).values_list("until", flat=True))
    lasting = [until for until in ends if until is not None]
    since = max(lasting, default=now) if len(lasting) == len(ends) else None
    visitors = Visitor.objects.filter(site_id=site_id, public_id=visitor_id)
    fixed = When(trust_fixed=Visitor.Trust.TRUSTED, then=Value(Visitor.Role.TRUSTED.value))
    role = Case(fixed, default=Value(Visitor.Role.VISITOR.value))
    visitors.update(trust_since=since, trust_messages=0, role=role)


def _record(
    sanction: Sanction,
    by: Actor,
    action: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        site_id=sanction.site_id,
        by=by,
        action=action,
        target=("visitor", sanction.visitor_id),
        before=before,
        after=after,
    )


def _facts(sanction: Sanction) -> dict[str, Any]:
    """Without the reason: words about a person are not kept where nothing is erased."""
    until = sanction.until.isoformat() if sanction.until else None
    return {
        "sanction": sanction.pk,
        "kind": sanction.kind,
        "scope": sanction.scope,
        "until": until,
    }


def _actor(site: Site, account: Account | None) -> Actor:
    """The account as a member of the site's team; without one the command line."""
    if account is None:
        return SYSTEM
    member = site.members.filter(account=account).first()
    if member is None:
        raise NotFound("That account is not on this site's team.")
    return Actor(kind="member", id=member.public_id, name=member.name)

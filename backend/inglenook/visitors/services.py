"""Who is chatting: sessions, tokens and names.

Whether somebody is banned is asked one layer up, by the edges.

POST session ──► open_session ──► the visitor of the token, or a new one, and a fresh token
every other call ──► visitor_for_token
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from inglenook.protocol.errors import (
    BlockedWord,
    ChatError,
    InvalidToken,
    Reserved,
    TokenExpired,
)
from inglenook.protocol.text import is_reserved, normalise_name, speaks_for_the_site
from inglenook.sites import audit
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.selectors import CachedSite
from inglenook.sites.services import bump_access_version
from inglenook.visitors import names, selectors
from inglenook.visitors.addresses import AddressHashes, columns_to_change, new_columns
from inglenook.visitors.models import Visitor, folded
from inglenook.visitors.signals import visitor_renamed
from inglenook.visitors.tokens import TokenClaims, make_token, read_old_token, read_token

# One write a minute says well enough when somebody was last here.
SEEN_EVERY: Final = timedelta(minutes=1)
_NAME_TRIES: Final = 5

team_names = selectors.team_names
_random = random.SystemRandom()


def open_session(
    *,
    site: CachedSite,
    token: str | None,
    came_from: AddressHashes | None = None,
    is_held: Callable[[], bool] = lambda: False,
) -> tuple[Visitor, str]:
    """The visitor a genuine token speaks of, even an expired one, else a new one; and a token from
    now on.

    A broken token, another site's, an erased visitor's and a killed one (older version) make a new
    visitor. `is_held` is asked for a new one alone, just before it is stored.
    """
    visitor = _visitor_of_old_token(site.id, token) if token else None
    if visitor is None:
        visitor = _new_visitor(site, came_from, is_held=is_held())
    else:
        _note_seen(visitor, came_from)
    return visitor, make_token(visitor)


def visitor_for_token(*, site_id: int, token: str) -> Visitor:
    """The visitor of a token.

    Raises TokenExpired; InvalidToken for every other reason, the erased visitor included.
    """
    (found,) = visitors_for_tokens(site_id=site_id, tokens=[token])
    if isinstance(found, ChatError):
        raise found
    return found


def visitors_for_tokens(*, site_id: int, tokens: Sequence[str]) -> list[Visitor | ChatError]:
    """As `visitor_for_token` for many, in one query; what it raises is given instead."""
    read: list[TokenClaims | ChatError] = []
    for token in tokens:
        try:
            read.append(read_token(token, site_id))
        except (InvalidToken, TokenExpired) as error:
            read.append(error)
    ids = {claims.visitor for claims in read if isinstance(claims, TokenClaims)}
    known = selectors.visitors_by_ids(site_id, ids) if ids else {}
    found: list[Visitor | ChatError] = []
    for claims in read:
        if isinstance(claims, ChatError):
            found.append(claims)
            continue
        visitor = known.get(claims.visitor)
        is_current = visitor is not None and visitor.token_version == claims.version
        found.append(visitor if visitor is not None and is_current else InvalidToken())
    return found


def rename_visitor(*, visitor: Visitor, name: str, is_blocked: Callable[[str], bool]) -> Visitor:
    """Gives a visitor another name; messages already written keep the old one.

    `is_blocked` is asked last, by the name as it would be stored: `moderation/names.py` asks the
    word rules, a layer above. Raises what `allowed_name` raises, and BlockedWord.
    """
    clean = allowed_name(site_id=visitor.site_id, name=name)
    if is_blocked(clean):
        raise BlockedWord("This chat does not take a word in that name.", field="name")
    if clean != visitor.name:
        with transaction.atomic():
            Visitor.objects.filter(pk=visitor.pk).update(name=clean, name_folded=folded(clean))
            transaction.on_commit(lambda: _announce_name(visitor, clean))
        visitor.name = clean
    return visitor


def allowed_name(*, site_id: int, name: str) -> str:
    """The name as it would be stored.

    Raises Empty, TooLong or InvalidText, and Reserved for a name that looks like the team's or the
    site's.
    """
    clean = normalise_name(name, settings.LIMITS.name_chars)
    if speaks_for_the_site(clean, selectors.site_name(site_id), team_names(site_id)):
        raise Reserved(field="name")
    return clean


def end_tokens(*, visitor: Visitor, by: Actor = SYSTEM) -> None:
    """Kills every token the visitor was given; their sockets close, and the next session under one
    is a new visitor's.

    For a token that somebody else got hold of. Raises Forbidden.
    """
    require_actor(by, visitor.site_id, Action.SANCTION)
    with transaction.atomic():
        audit.record(
            site_id=visitor.site_id,
            by=by,
            action="visitor.end_tokens",
            target=("visitor", visitor.public_id),
        )
        Visitor.objects.filter(pk=visitor.pk).update(token_version=F("token_version") + 1)
        bump_access_version(visitor.site_id)
    visitor.refresh_from_db(fields=["token_version"])


def note_role(*, visitor_id: str, role: str) -> None:
    """Stores the role that a visitor's trust gives them; who reads the row needs no rules then."""
    Visitor.objects.filter(public_id=visitor_id).update(role=role)


def count_messages(*, visitor_id: str | None, change: int) -> None:
    """So many more messages of a visitor stand for their trust; fewer, where some were deleted.

    A row that another transaction holds is passed over, so that the two do not wait for each other.
    """
    if visitor_id is None or not change:
        return
    with transaction.atomic():
        own = Visitor.objects.filter(public_id=visitor_id)
        free = own.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)
        counted = Greatest(F("trust_messages") + change, 0)
        Visitor.objects.filter(pk__in=list(free)).update(trust_messages=counted)


def wipe_visitor(visitor: Visitor) -> None:
    """Empties a visitor's row, which stays as an id; their tokens end.

    Inside a transaction. What they wrote is `chat.erasing`'s.
    """
    blank = Visitor(site_id=visitor.site_id, erased_at=timezone.now())
    kept = ("id", "site", "public_id", "token_version", "created_at", "last_seen_at")
    for field in Visitor._meta.concrete_fields:  # noqa: SLF001  Django documents it
        if field.name not in kept:
            setattr(visitor, field.attname, getattr(blank, field.attname))
    visitor.token_version += 1
    visitor.save(force_update=True)
    bump_access_version(visitor.site_id)


def _visitor_of_old_token(site_id: int, token: str) -> Visitor | None:
    try:
        claims = read_old_token(token, site_id)
    except InvalidToken:
        return None
    visitor = selectors.visitor_by_id(site_id, claims.visitor)
    return visitor if visitor and visitor.token_version == claims.version else None


def _new_visitor(site: CachedSite, came_from: AddressHashes | None, *, is_held: bool) -> Visitor:
    # None of our words is one for an office.
    taken = (site.name, *team_names(site.id))
    name = names.random_name(_random)
    for _ in range(_NAME_TRIES):
        if not is_reserved(name, taken):
            break
        name = names.random_name(_random)
    address = new_columns(came_from, timezone.now()) if came_from else {}
    return Visitor.objects.create(site_id=site.id, name=name, held_by_address=is_held, **address)


def _announce_name(visitor: Visitor, name: str) -> None:
    # The name is stored: a listener that fails must not make it look undone.
    visitor_renamed.send_robust(
        sender=Visitor, site_id=visitor.site_id, visitor_id=visitor.public_id, name=name
    )


def _note_seen(visitor: Visitor, came_from: AddressHashes | None) -> None:
    """When and where; one statement, and none where the row says both well enough."""
    now = timezone.now()
    changes = columns_to_change(visitor, came_from)
    if changes or now - visitor.last_seen_at >= SEEN_EVERY:
        changes["last_seen_at"] = now
        Visitor.objects.filter(pk=visitor.pk).update(**changes)
        for column, value in changes.items():
            setattr(visitor, column, value)

"""Who a connection is: read at its `hello`, in our own pages at the handshake too."""

from __future__ import annotations

from msgspec import Struct

from inglenook.moderation.selectors import banned_among
from inglenook.protocol.errors import Banned, ChatError, Forbidden, InvalidToken
from inglenook.realtime.admission.access import Credentials
from inglenook.sites.logins import accounts_of_logins
from inglenook.sites.selectors import CachedSite, member_of, site_for_key
from inglenook.visitors.addresses import AddressHashes, columns_to_change, hashes_of
from inglenook.visitors.models import Visitor
from inglenook.visitors.page_logins import is_page_token, page_member_for_token
from inglenook.visitors.participants import (
    Participant,
    participant_from_member,
    participant_from_visitor,
)
from inglenook.visitors.services import visitors_for_tokens


class Admission(Struct, frozen=True):
    """Who came in, by which credentials, and the access version by which that was judged."""

    participant: Participant
    credentials: Credentials
    access_version: int
    # Where the visitor is now, if the row does not say so yet.
    new_address: AddressHashes | None = None


class AdmissionRequest(Struct, frozen=True, kw_only=True):
    """A socket of the widget that said hello. `origin` None: from our own pages."""

    site: CachedSite
    origin: str | None
    token: str | None
    address: str | None = None


def admit_visitors(requests: list[AdmissionRequest]) -> list[Admission | ChatError]:
    """Admits visitors of one site in two queries; a member of the team takes some more.

    Returns for each request its admission, or InvalidToken, TokenExpired, Banned.
    """
    visitors = [request for request in requests if not is_page_token(request.token)]
    admitted = iter(_admit_visitors(visitors)) if visitors else iter(())
    return [
        _admit_page_member(request) if is_page_token(request.token) else next(admitted)
        for request in requests
    ]


def _admit_visitors(requests: list[AdmissionRequest]) -> list[Admission | ChatError]:
    site_id = requests[0].site.id
    found = visitors_for_tokens(
        site_id=site_id, tokens=[request.token or "" for request in requests]
    )
    ids = {visitor.public_id for visitor in found if isinstance(visitor, Visitor)}
    banned = banned_among(site_id, ids) if ids else set()
    return [
        visitor if isinstance(visitor, ChatError) else _admit(request, visitor, banned)
        for request, visitor in zip(requests, found, strict=True)
    ]


def _admit(request: AdmissionRequest, visitor: Visitor, banned: set[str]) -> Admission | ChatError:
    if visitor.public_id in banned:
        return Banned()
    site = request.site
    credentials = Credentials(
        site_id=site.id, key=site.key, origin=request.origin, version=visitor.token_version
    )
    return Admission(
        participant_from_visitor(visitor),
        credentials,
        site.access_version,
        _new_address(request, visitor),
    )


def _admit_page_member(request: AdmissionRequest) -> Admission | ChatError:
    site = request.site
    try:
        found = page_member_for_token(
            site_id=site.id, token=request.token or "", origin=request.origin
        )
    except InvalidToken as error:
        return error
    credentials = Credentials(
        site_id=site.id,
        key=site.key,
        origin=request.origin,
        login=found.login,
        until=found.until,
    )
    return Admission(participant_from_member(found.member), credentials, site.access_version)


def _new_address(request: AdmissionRequest, visitor: Visitor) -> AddressHashes | None:
    key = request.site.address_key
    if request.address is None or not key:
        return None
    hashes = hashes_of(request.address, key=key)
    return hashes if columns_to_change(visitor, hashes) else None


def admit_member(*, key: str, login: str | None) -> Admission:
    """Admits a member of the team. `login` is the key of a session.

    Raises Forbidden for a login that is not valid, an unknown key and another owner's site alike.
    """
    account = accounts_of_logins([login]).get(login) if login else None
    if account is None:
        raise Forbidden()
    site = site_for_key(key)
    member = member_of(site.id, account) if site else None
    if site is None or member is None:
        raise Forbidden()
    credentials = Credentials(site_id=site.id, key=key, login=login)
    return Admission(participant_from_member(member), credentials, site.access_version)

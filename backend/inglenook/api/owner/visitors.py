"""Visitors: found, looked at, changed, exported, erased. Nobody sees their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpResponse
from msgspec import UNSET, Meta, Struct, UnsetType

from inglenook.api.http.parameters import word_parameter
from inglenook.api.http.responses import json_response, no_content
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import OwnerBody, owner_call
from inglenook.api.owner.lists import asked_page, page_of
from inglenook.api.owner.rooms import TEXT_CODES
from inglenook.api.owner.sanctions import SanctionResponse, sanction_response
from inglenook.chat import people
from inglenook.chat.person_copy import consent_of
from inglenook.chat.selectors import timestamp
from inglenook.jobs.erasure import erase
from inglenook.moderation.models import Sanction
from inglenook.moderation.selectors import sanctions_in_force
from inglenook.sites.database import read, take_time
from inglenook.sites.models import Site
from inglenook.visitors import directory
from inglenook.visitors.models import Visitor
from inglenook.visitors.selectors import trust_of_visitor
from inglenook.visitors.trust import wire_role

Level = Literal["new", "known", "trusted"]


class VisitorPatch(OwnerBody, frozen=True, kw_only=True):
    name: str | UnsetType = UNSET
    trust: Level | UnsetType | None = UNSET
    note: Annotated[str, Meta(max_length=directory.NOTE_CHARS)] | UnsetType = UNSET


class IdentityResponse(Struct, frozen=True, kw_only=True):
    """Whom the site's own server says the visitor is."""

    id: str
    name: str | None
    email: str | None
    avatar: str | None


class OwnersVisitorResponse(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    role: str
    trust: str
    trust_fixed: bool
    created_at: str
    last_seen_at: str
    messages: int
    sanctions: list[SanctionResponse]
    identity: IdentityResponse | None
    email: str | None
    note: str


class VisitorsResponse(Struct, frozen=True, kw_only=True):
    items: list[OwnersVisitorResponse]
    next: str | None


class PersonResponse(Struct, frozen=True, kw_only=True):
    """Everything that is stored of a visitor. `messages` are frames, with what a deletion took."""

    visitor: OwnersVisitorResponse
    consent: dict[str, str] | None
    answers: dict[str, str]
    attributes: dict[str, str]
    page: dict[str, str] | None
    sanctions: list[SanctionResponse]
    messages: list[dict[str, Any]]
    held: list[dict[str, Any]]
    reactions: list[dict[str, Any]]
    read_marks: list[dict[str, Any]]
    reports: list[dict[str, Any]]
    reported: list[dict[str, Any]]


@owner_call(
    "GET",
    "visitors",
    "people:read",
    "Visitors, the newest first, by a part of name, e-mail or id, by trust, by identity",
    {200: VisitorsResponse},
    query={
        "query": {"type": "string", "minLength": 1, "maxLength": directory.QUERY_CHARS},
        "trust": {"enum": list(Visitor.Trust.values)},
        "identity": {"type": "string"},
    },
    is_list=True,
)
async def get_visitors(call: KeyCall) -> HttpResponse:
    names = ("query", "trust", "identity")
    filters = {name: word_parameter(call.request, name) for name in names}
    rows = directory.found_visitors(call.site, query=filters["query"], trust=filters["trust"])
    if filters["identity"] is not None:
        rows = rows.none()  # nobody's identity is stored yet
    ask = asked_page(call.request, "visitors", call.site.pk, **filters)

    def found() -> VisitorsResponse:
        page, cursor = page_of(rows, ask)
        return VisitorsResponse(items=_visitors(call.site, page), next=cursor)

    return json_response(await read(found))


@owner_call(
    "GET", "visitors/{visitor_id}", "people:read", "A visitor", {200: OwnersVisitorResponse}
)
async def get_visitor(call: KeyCall, visitor_id: str) -> HttpResponse:
    return await read(_answer, call, visitor_id)


@owner_call(
    "PATCH",
    "visitors/{visitor_id}",
    "people:write",
    "Changes a name or a note, or fixes the trust; `trust` null frees it",
    {200: OwnersVisitorResponse},
    codes=(*TEXT_CODES, "reserved"),
    body=VisitorPatch,
)
async def patch_visitor(call: KeyCall, visitor_id: str) -> HttpResponse:
    changes: dict[str, Any] = msgspec.to_builtins(call.body(VisitorPatch))

    def change() -> HttpResponse:
        directory.change_visitor(
            site=call.site, visitor_id=visitor_id, changes=changes, by=call.actor
        )
        return _answer(call, visitor_id)

    return await call.write(change)


@owner_call(
    "GET",
    "visitors/{visitor_id}/export",
    "people:write",
    "Everything that is stored of a visitor; the private room for `inbox` alone",
    {200: PersonResponse},
)
async def get_visitor_export(call: KeyCall, visitor_id: str) -> HttpResponse:
    return json_response(await take_time(_export, call, visitor_id))


@owner_call(
    "DELETE",
    "visitors/{visitor_id}",
    "people:write",
    "Erases a visitor with everything they wrote; done when it answers",
    {204: None},
)
async def delete_visitor(call: KeyCall, visitor_id: str) -> HttpResponse:
    await take_time(erase, site=call.site, visitor_id=visitor_id, by=call.actor)
    return no_content()


def _answer(call: KeyCall, visitor_id: str) -> HttpResponse:
    (found,) = _visitors(call.site, [directory.visitor_of(call.site, visitor_id)])
    return json_response(found)


def _export(call: KeyCall, visitor_id: str) -> PersonResponse:
    visitor = directory.export_visitor(site=call.site, visitor_id=visitor_id, by=call.actor)
    rows = Sanction.objects.filter(site=call.site, visitor_id=visitor_id).order_by("pk")
    (found,) = _visitors(call.site, [visitor])
    return PersonResponse(
        visitor=found,
        consent=consent_of(visitor),
        answers=visitor.answers or {},
        attributes=visitor.attributes or {},
        page=visitor.page,
        sanctions=[sanction_response(row) for row in rows],
        **people.export_of(visitor, has_private=call.may("inbox")),
    )


def _visitors(site: Site, rows: Sequence[Visitor]) -> list[OwnersVisitorResponse]:
    """Two queries, however many there are."""
    counts = people.message_counts(rows)
    sanctions = sanctions_in_force(site.pk, [row.public_id for row in rows]) if rows else []
    by_visitor: dict[str, list[SanctionResponse]] = {}
    for sanction in sanctions:
        by_visitor.setdefault(sanction.visitor_id, []).append(sanction_response(sanction))
    return [
        OwnersVisitorResponse(
            id=row.public_id,
            name=row.name,
            role=wire_role(trust),
            trust=trust,
            trust_fixed=bool(row.trust_fixed),
            created_at=timestamp(row.created_at),
            last_seen_at=timestamp(row.last_seen_at),
            messages=counts.get(row.public_id, 0),
            sanctions=by_visitor.get(row.public_id, []),
            identity=None,
            email=row.email or None,
            note=row.note,
        )
        for row in rows
        for trust in (trust_of_visitor(row, site),)
    ]

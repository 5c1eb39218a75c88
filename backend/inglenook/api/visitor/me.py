"""`me`: who the visitor is and what they said of themselves; all they wrote, to take or to erase.

GET, PATCH me       the row of the visitor
GET me/export       chat/person_copy.py writes a file ─► own_download.py
DELETE me           jobs/erasure.py ─► tokens end, sockets get 4502
"""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from msgspec import UNSET

from inglenook.api.http.operations import operation
from inglenook.api.http.responses import json_response, no_content
from inglenook.api.visitor.authentication import VISITOR, VisitorCall
from inglenook.api.visitor.bodies import TEXT_CODES, MeBody
from inglenook.api.visitor.responses import ErasureResponse, MeResponse, OwnCopyResponse
from inglenook.chat.own_download import download_of
from inglenook.chat.people import message_counts
from inglenook.jobs.erasure import erase_own
from inglenook.limits.policy import spend_own_copy, spend_own_erasure, spend_rename
from inglenook.moderation.names import rename_visitor
from inglenook.protocol.errors import Invalid
from inglenook.sites.database import read, take_time, write
from inglenook.visitors.answers import Said, take_answers
from inglenook.visitors.models import Visitor


@operation("GET", "me", VISITOR, "Who the visitor is", {200: MeResponse})
async def get_me(call: VisitorCall) -> HttpResponse:
    return json_response(await read(_me, call.visitor))


@operation(
    "PATCH",
    "me",
    VISITOR,
    "Gives the visitor another name; notes consent, an e-mail address, answers and attributes",
    {200: MeResponse},
    body=MeBody,
    codes=(*TEXT_CODES, "reserved", "blocked_word", "rate"),
)
async def patch_me(call: VisitorCall) -> HttpResponse:
    body, visitor = call.body(MeBody), call.visitor
    if body == MeBody():
        what = "`name`, `email`, `consent`, `answers`, `attributes`"
        raise Invalid(f"Say what changes: {what}.", field="name")
    await read(spend_rename, call.participant)
    return json_response(await write(_changed, call, visitor, body))


@operation(
    "GET",
    "me/export",
    VISITOR,
    "A copy of everything that the visitor wrote",
    {200: OwnCopyResponse},
    codes=("rate",),
)
async def get_own_copy(call: VisitorCall) -> HttpResponseBase:
    visitor = call.visitor
    await read(spend_own_copy, call.participant)
    return await download_of(visitor)


@operation(
    "DELETE",
    "me",
    VISITOR,
    "Erases the visitor with everything they wrote; 202 where that goes on by itself",
    {204: None, 202: ErasureResponse},
    codes=("rate",),
)
async def delete_me(call: VisitorCall) -> HttpResponse:
    visitor = call.visitor
    await read(spend_own_erasure, call.participant)
    job = await take_time(erase_own, visitor)
    if job is None:
        return no_content()
    return json_response(ErasureResponse(job.state, job.progress), 202)


def _changed(call: VisitorCall, visitor: Visitor, body: MeBody) -> MeResponse:
    said = Said(
        email=body.email,
        consent=body.consent,
        answers=body.answers,
        attributes=body.attributes,
    )
    with transaction.atomic():
        take_answers(visitor=visitor, site=call.site, said=said)
        if body.name is not UNSET:
            visitor = rename_visitor(visitor=visitor, name=body.name)
    return _me(visitor)


def _me(visitor: Visitor) -> MeResponse:
    return MeResponse(
        id=visitor.public_id,
        name=visitor.name,
        role=visitor.role,
        messages=message_counts([visitor]).get(visitor.public_id, 0),
        consent=visitor.consent_version or None,
        email=visitor.email or None,
        answers=visitor.answers or {},
        attributes=visitor.attributes or {},
    )

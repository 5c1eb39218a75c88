"""`GET me`, `PATCH me`: who the visitor is, and another name."""

from __future__ import annotations

from django.http import HttpResponse

from inglenook.api.http.operations import operation
from inglenook.api.http.responses import json_response
from inglenook.api.visitor.authentication import VISITOR, VisitorCall
from inglenook.api.visitor.bodies import TEXT_CODES, NameBody
from inglenook.api.visitor.responses import VisitorResponse
from inglenook.limits.policy import spend_rename
from inglenook.moderation.names import rename_visitor
from inglenook.sites.database import read, write
from inglenook.visitors.models import Visitor


@operation("GET", "me", VISITOR, "Who the visitor is", {200: VisitorResponse})
async def get_me(call: VisitorCall) -> HttpResponse:
    return json_response(_visitor_response(call.visitor))


@operation(
    "PATCH",
    "me",
    VISITOR,
    "Gives the visitor another name",
    {200: VisitorResponse},
    body=NameBody,
    codes=(*TEXT_CODES, "reserved", "blocked_word", "rate"),
)
async def patch_me(call: VisitorCall) -> HttpResponse:
    body = call.body(NameBody)
    await read(spend_rename, call.participant)
    return json_response(
        _visitor_response(await write(rename_visitor, visitor=call.visitor, name=body.name))
    )


def _visitor_response(visitor: Visitor) -> VisitorResponse:
    return VisitorResponse(visitor.public_id, visitor.name, visitor.role)

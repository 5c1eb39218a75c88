"""`GET me`, `PATCH me`: who the visitor is, and another name."""

from __future__ import annotations

from django.http import HttpResponse

from inglenook.api.answers import json_answer
from inglenook.api.bodies import NameBody
from inglenook.api.calls import Call, endpoint
from inglenook.api.told import VisitorTold
from inglenook.moderation.speed import spend_rename
from inglenook.sites.database import read, write
from inglenook.visitors.models import Visitor
from inglenook.visitors.services import rename_visitor


async def _get(call: Call) -> HttpResponse:
    return json_answer(_told(call.visitor))


async def _patch(call: Call) -> HttpResponse:
    body = call.body(NameBody)
    await read(spend_rename, call.participant)
    return json_answer(_told(await write(rename_visitor, visitor=call.visitor, name=body.name)))


def _told(visitor: Visitor) -> VisitorTold:
    return VisitorTold(visitor.public_id, visitor.name, visitor.role)


me = endpoint(GET=_get, PATCH=_patch)

"""What visitors reported, and how the team settled it."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal

from django.http import HttpResponse
from msgspec import Meta, Struct

from inglenook.api.http.parameters import choice_parameter
from inglenook.api.http.responses import json_response
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import OwnerBody, owner_call
from inglenook.api.owner.lists import list_answer
from inglenook.api.owner.sanctions import MODERATION, row_id
from inglenook.chat import reports
from inglenook.chat.models import Report
from inglenook.chat.selectors import timestamp
from inglenook.protocol.errors import NotFound
from inglenook.sites.actors import Actor

STATES = tuple(Report.State.values)


class ResolveBody(OwnerBody, frozen=True, kw_only=True):
    outcome: Literal["dismissed", "actioned"]
    note: Annotated[str, Meta(max_length=reports.NOTE_CHARS)] = ""


class ReportedAuthor(Struct, frozen=True):
    id: str
    name: str


class ReportResponse(Struct, frozen=True, kw_only=True):
    """`body` is as it was reported; `reasons` says how many named each."""

    id: str
    state: str
    room: str
    seq: int
    body: str
    author: ReportedAuthor
    reasons: dict[str, int]
    notes: list[str]
    first_at: str
    resolved_by: Actor | None
    resolved_at: str | None


class ReportsResponse(Struct, frozen=True, kw_only=True):
    items: list[ReportResponse]
    next: str | None


@owner_call(
    "GET",
    "reports",
    MODERATION,
    "Messages that visitors reported",
    {200: ReportsResponse},
    query={"state": {"enum": list(STATES)}},
    is_list=True,
)
async def get_reports(call: KeyCall) -> HttpResponse:
    state = choice_parameter(call.request, "state", STATES)
    rows = reports.reports_of_site(call.site, with_private=call.may("inbox"))
    if state is not None:
        rows = rows.filter(state=state)
    return await list_answer(call, "reports", rows, ReportsResponse, _report, state=state)


@owner_call(
    "POST",
    "reports/{report_id}/resolve",
    MODERATION,
    "Settles a report; the other outcome afterwards is refused",
    {201: ReportResponse},
    codes=("invalid_text",),
    body=ResolveBody,
)
async def resolve_report(call: KeyCall, report_id: str) -> HttpResponse:
    body, pk = call.body(ResolveBody), row_id(report_id)

    def resolve() -> HttpResponse:
        rows = reports.reports_of_site(call.site, with_private=call.may("inbox"))
        found = rows.filter(pk=pk).first()
        if found is None:
            raise NotFound("There is no such report here.")
        settled = reports.resolve_report(
            report=found, outcome=body.outcome, note=body.note, by=call.actor
        )
        return json_response(_report(settled), 201)

    return await call.write(resolve)


def _report(row: Report) -> ReportResponse:
    entries = sorted(row.entries.all(), key=lambda entry: entry.pk)
    return ReportResponse(
        id=str(row.pk),
        state=row.state,
        room=row.room.slug,
        seq=row.seq,
        body=row.body,
        author=ReportedAuthor(row.author_id, row.author_name),
        reasons=dict(Counter(entry.reason for entry in entries)),
        notes=[entry.note for entry in entries if entry.note],
        first_at=timestamp(row.first_at),
        resolved_by=row.resolved_by,
        resolved_at=timestamp(row.resolved_at) if row.resolved_at else None,
    )

"""Log: who did what to whom, when; before and after on opening; all of it as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inglenook.chat.selectors import timestamp
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.csv_cells import cell
from inglenook.dashboard.keyset import page_after
from inglenook.dashboard.log.entries import entries_of, line_of, read_filters
from inglenook.dashboard.log.words import ACTIONS
from inglenook.sites.models import AuditEntry, Member
from inglenook.sites.roles import Action

_COLUMNS: Final = (
    *("id", "at", "actor_kind", "actor_id", "actor_name", "action"),
    *("target_kind", "target_id", "before", "after"),
)


@require_safe
@page_for(Action.READ_AUDIT)
def log(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    filters = read_filters(request.GET)
    rows = entries_of(membership.site, filters)
    found = page_after(rows, ("-id",), request.GET.get("after", ""))
    team = Member.objects.filter(site=membership.site).order_by("name", "pk")
    context = {
        "membership": membership,
        "filters": filters,
        "lines": [line_of(entry) for entry in found.items],
        "next": found.next,
        "team": team.values_list("public_id", "name"),
        "actions": sorted(ACTIONS.items(), key=lambda item: str(item[1])),
    }
    return render(request, "dashboard/log/log.html", context)


@require_safe
@page_for(Action.READ_AUDIT)
def log_file(request: HttpRequest, membership: SiteMembership) -> StreamingHttpResponse:
    """What the filters leave, all of it, the newest first."""
    rows = entries_of(membership.site, read_filters(request.GET)).order_by("-id")
    answer = StreamingHttpResponse(_csv(rows.iterator()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="log.csv"'
    return answer


class _Echo:
    """What `csv` writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def _csv(rows: Iterator[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(_COLUMNS)
    for row in rows:
        yield writer.writerow([cell(value) for value in _values(row)])


def _values(row: AuditEntry) -> list[object]:
    facts = [
        "" if each is None else json.dumps(each, ensure_ascii=False)
        for each in (row.before, row.after)
    ]
    names = (getattr(row, name) for name in _COLUMNS[2:-2])
    return [row.pk, timestamp(row.at), *names, *facts]

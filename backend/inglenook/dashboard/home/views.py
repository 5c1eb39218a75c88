"""Home: who is here, what waits, the account's sites, rooms now, what is left to set up."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inglenook.dashboard.access import account_of, signed_in
from inglenook.dashboard.sites import overview


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboard/home/home.html", _facts(request))


@require_safe
@signed_in
def news(request: HttpRequest) -> HttpResponse:
    """The fragment that an open page asks for from time to time."""
    return render(request, "dashboard/home/_home.html", _facts(request))


def _facts(request: HttpRequest) -> dict[str, object]:
    return {"sites": overview.sites_with_facts(account_of(request))}

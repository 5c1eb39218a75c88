"""Home: who is here, what waits, the account's sites, rooms now, what is left to set up."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from inglenook.dashboard.access import account_of, signed_in
from inglenook.dashboard.home.overview import home_of
from inglenook.dashboard.home.set_up import steps_of
from inglenook.dashboard.shell.facts import Shell, shell_of
from inglenook.sites.deletion import deleted_sites_of


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    shell = shell_of(request, None)
    drawn, mark = _drawn(request, shell)
    context = {"shell": shell, "drawn": drawn, "mark": mark}
    return render(request, "dashboard/home/home.html", context)


@require_safe
@signed_in
def news(request: HttpRequest) -> HttpResponse:
    """What an open page asks for from time to time; nothing where nothing is another."""
    drawn, mark = _drawn(request, shell_of(request, None))
    if request.GET.get("mark") == mark:
        return HttpResponse(status=204)
    return render(request, "dashboard/home/_home.html", {"drawn": drawn, "mark": mark})


def _drawn(request: HttpRequest, shell: Shell) -> tuple[str, str]:
    """The page's content, and what tells whether it is another than before."""
    steps = steps_of(shell.membership) if shell.membership else []
    context = {
        "home": home_of(account_of(request)),
        "shell": shell,
        "deleted": len(deleted_sites_of(account_of(request))),
        "steps": steps,
        "steps_done": sum(step.is_done for step in steps),
        "is_set_up": all(step.is_done for step in steps),
    }
    drawn = render_to_string("dashboard/home/_content.html", context, request)
    return drawn, hashlib.sha256(drawn.encode()).hexdigest()[:16]

"""The root: Home for those who are signed in, and for others what this is.

While nobody owns the installation it leads to the set-up page.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inglenook.dashboard.first_owner import leads_to_set_up


@never_cache
@require_safe
@leads_to_set_up
def entrance(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("dashboard:home")
    return render(request, "dashboard/entrance.html")

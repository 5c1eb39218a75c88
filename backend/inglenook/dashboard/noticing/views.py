"""What the browser of a member makes them notice, and the page where they say what and when."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inglenook.dashboard.access import SiteMembership, account_of, signed_in, team_page
from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.noticing.forms import NoticesForm
from inglenook.dashboard.noticing.news import news_of
from inglenook.dashboard.shell.toasts import toast
from inglenook.sites.notices import change_notices


@require_safe
@signed_in
def noticed(request: HttpRequest) -> HttpResponse:
    """What waits on all sites of the account, for widget/src/dashboard/noticing/."""
    news = msgspec.json.encode(news_of(account_of(request)))
    return HttpResponse(news, content_type="application/json")


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def notices(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    form = bound(NoticesForm, request, member=membership.member)
    if request.method == "POST" and form.is_valid():
        change_notices(member=membership.member, **form.cleaned_data)
        toast(request, _("Saved."))
        return redirect("dashboard:notices", membership.site.pk)
    context = {"membership": membership, "form": form}
    return render(request, "dashboard/noticing/notices.html", context, status=status_of(form))

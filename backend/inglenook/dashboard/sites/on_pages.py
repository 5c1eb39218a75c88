"""Moderating on the site's own pages: which website, and then the website itself.

    GET   the websites of the site, one button each
    POST  a code for this login and one website ─► a page that goes on there at once

The page goes on by itself, because the policy of our pages lets no form lead elsewhere. The code
stands in the fragment of the address, which browsers send to nobody.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.sites.forms import OnPageForm
from inglenook.protocol.errors import ChatError
from inglenook.sites import selectors
from inglenook.visitors.page_logins import NEEDS, make_code

# What embed.js looks for.
FRAGMENT: Final = "#ing-"


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(NEEDS)
def on_pages(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    websites = selectors.websites_of_site(membership.site)
    form = bound(OnPageForm, request, websites=websites)
    if request.method == "POST" and form.is_valid():
        origin = form.cleaned_data["origin"]
        try:
            code = make_code(
                member=membership.member,
                origin=origin,
                login=request.session.session_key or "",
            )
        except ChatError as error:
            form.refuse(error)
        else:
            address = f"{origin}{form.cleaned_data['path']}{FRAGMENT}{code}"
            context = {"membership": membership, "website": origin, "address": address}
            return render(request, "dashboard/sites/opening.html", context)
    context = {"membership": membership, "form": form, "websites": websites}
    return render(request, "dashboard/sites/on_pages.html", context, status=status_of(form))

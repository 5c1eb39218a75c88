"""My sites, a new one, what to paste, and what a site is called."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inglenook.chat.room_services import make_first_room
from inglenook.chat.selectors import rooms_of_site
from inglenook.dashboard.access import SiteMembership, account_of, page_for, signed_in, team_page
from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.sites import overview
from inglenook.dashboard.sites.forms import CreateSiteForm, SiteSettingsForm
from inglenook.dashboard.sites.how_tos import HOW_TOS, how_to_of
from inglenook.dashboard.sites.install_check import install_check as check_of
from inglenook.dashboard.sites.install_check import websites_of
from inglenook.dashboard.sites.letter import letter_of
from inglenook.dashboard.sites.origin_lines import with_suggestions
from inglenook.protocol.errors import ChatError
from inglenook.sites import selectors, services
from inglenook.sites.models import Site
from inglenook.sites.roles import Action
from inglenook.sites.site_settings import change_settings


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def create_site(request: HttpRequest) -> HttpResponse:
    corrected = _corrected(request)
    if corrected is not None:
        return render(
            request, "dashboard/sites/create.html", {"form": corrected, "corrected": True}
        )
    form = bound(CreateSiteForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            site = _make_site(request, form.cleaned_data["name"], form.cleaned_data["origins"])
        except ChatError as error:
            form.refuse(error, field={"origin": "origins"}.get(error.field or ""))
        else:
            messages.success(
                request,
                _("%(site)s is ready. Paste the tag, and the chat is on your page.")
                % {"site": site.name},
            )
            return redirect("dashboard:site", site.pk)
    return render(request, "dashboard/sites/create.html", {"form": form}, status=status_of(form))


@require_safe
@team_page
def site(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """What to paste, and whether it works."""
    keys = selectors.live_keys(membership.site)
    room = overview.first_room(membership.site)
    snippets = overview.snippets_of(membership.site, keys[0] if keys else "", room)
    how_to = how_to_of(request.GET.get("kind", ""))
    context = {
        "membership": membership,
        "how_to": how_to,
        "how_tos": HOW_TOS,
        "code": how_to.code(snippets.bubble),
        "letter": letter_of(membership.site.name, how_to, snippets),
        "key": keys[0] if keys else "",
        "room": room,
        "snippets": snippets,
        "check": check_of(membership.site),
        "websites": websites_of(membership.site),
    }
    return render(request, "dashboard/sites/install.html", context)


@require_safe
@team_page
def install_check(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """The fragment that an open install page asks for; nothing where nothing changed."""
    check = check_of(membership.site)
    if request.GET.get("mark") == check.mark:
        return HttpResponse(status=204)
    return render(
        request, "dashboard/sites/_check.html", {"membership": membership, "check": check}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.CHANGE_SITE)
def site_settings(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    rooms = [(room.slug, room.name) for room in rooms_of_site(membership.site.pk)]
    known = {slug for slug, _ in rooms}
    initial = {
        "name": membership.site.name,
        "default_room": membership.site.default_room
        if membership.site.default_room in known
        else "",
        "previews": membership.site.previews,
        "track_page": membership.site.track_page,
    }
    form = bound(SiteSettingsForm, request, rooms=rooms, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_settings(site=membership.site, changes=form.cleaned_data, by=membership.actor)
        except ChatError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("dashboard:site_settings", membership.site.pk)
    # A refused name is shown in its field only: the heading keeps the one that stands.
    membership.site.refresh_from_db(fields=["name"])
    return render(
        request,
        "dashboard/sites/settings.html",
        {"membership": membership, "form": form},
        status=status_of(form),
    )


def _make_site(request: HttpRequest, name: str, origins: list[str]) -> Site:
    with transaction.atomic():
        site = services.create_site(name=name, origins=origins, owner=account_of(request))
        make_first_room(site)
    return site


def _corrected(request: HttpRequest) -> CreateSiteForm | None:
    """The form with suggestions taken over, where one of their buttons was pressed.

    Nothing is stored yet.
    """
    accepted = request.POST.get("accept")
    if accepted is None:
        return None
    numbers = (
        {int(accepted)} if accepted.isascii() and accepted.isdigit() and len(accepted) < 6 else None
    )
    text = with_suggestions(request.POST.get("origins", ""), numbers)
    corrected = CreateSiteForm({"name": request.POST.get("name", ""), "origins": text})
    if corrected.origin_mistakes:
        return corrected
    # All lines can be used: the form is shown as if nothing had been wrong.
    return CreateSiteForm(initial={"name": request.POST.get("name", ""), "origins": text})

"""What is done about one person: note, trust, deleting, export, erasure. Sanctions are Review's."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inglenook.chat.decisions import delete_all
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.forms import TypedForm, bound, status_of
from inglenook.dashboard.people.forms import NoteForm, TrustForm
from inglenook.dashboard.people.person import export_file
from inglenook.dashboard.people.views import page_of
from inglenook.dashboard.shell.toasts import toast
from inglenook.dashboard.undo import done
from inglenook.jobs.erasure import erase
from inglenook.protocol.errors import ChatError
from inglenook.sites.roles import Action
from inglenook.visitors.directory import change_visitor, visitor_of

_SAVED: Final = {"note": NoteForm, "trust": TrustForm}


@require_POST
@page_for(Action.WRITE)
def note(request: HttpRequest, membership: SiteMembership, visitor_id: str) -> HttpResponse:
    return _save(request, membership, visitor_id, "note")


@require_POST
@page_for(Action.CHANGE_TRUST)
def trust(request: HttpRequest, membership: SiteMembership, visitor_id: str) -> HttpResponse:
    return _save(request, membership, visitor_id, "trust")


@require_POST
@page_for(Action.DELETE_MESSAGES)
def delete_messages(
    request: HttpRequest, membership: SiteMembership, visitor_id: str
) -> HttpResponse:
    visitor = visitor_of(membership.site, visitor_id)
    steps = delete_all(
        site=membership.site, visitor_ids=[visitor.public_id], by=membership.participant
    )
    said = _("All that %(name)s wrote is deleted.") % {"name": visitor.name}
    then = _address(membership, visitor_id)
    return done(request, said, then=then, membership=membership, steps=steps)


@require_POST
@page_for(Action.EXPORT)
def export(_request: HttpRequest, membership: SiteMembership, visitor_id: str) -> HttpResponse:
    """A file with everything that is stored of the person."""
    with export_file(membership, visitor_id) as file:
        answer = HttpResponse(file.read(), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{visitor_id}.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.ERASE)
def erase_person(request: HttpRequest, membership: SiteMembership, visitor_id: str) -> HttpResponse:
    visitor = visitor_of(membership.site, visitor_id)
    form = bound(TypedForm, request, words=visitor.name)
    if request.method == "POST" and form.is_valid():
        try:
            erase(site=membership.site, visitor_id=visitor_id, by=membership.actor)
        except ChatError as error:
            form.refuse(error)
        else:
            toast(request, _("Erased: nothing of what they wrote is left."))
            return redirect("dashboard:people", membership.site.pk)
    context = {"membership": membership, "visitor": visitor, "form": form}
    return render(request, "dashboard/people/erase.html", context, status=status_of(form))


def _save(
    request: HttpRequest, membership: SiteMembership, visitor_id: str, field: str
) -> HttpResponse:
    visitor = visitor_of(membership.site, visitor_id)
    form: Any = bound(_SAVED[field], request)
    if form.is_valid():
        try:
            change_visitor(
                site=membership.site,
                visitor_id=visitor_id,
                changes=form.cleaned_data,
                by=membership.actor,
            )
        except ChatError as error:
            form.refuse(error)
        else:
            toast(request, _("Saved."))
            return redirect(_address(membership, visitor_id))
    context = page_of(request, membership, visitor, **{f"{field}_form": form})
    return render(request, "dashboard/people/person.html", context, status=status_of(form))


def _address(membership: SiteMembership, visitor_id: str) -> str:
    return reverse("dashboard:person", args=[membership.site.pk, visitor_id])

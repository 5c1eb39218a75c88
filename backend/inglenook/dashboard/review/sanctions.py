"""Bans, mutes and shadows: what is in force, what ended, a new one, and lifting one."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec import Struct

from inglenook.chat.decisions import Step, delete_all
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.keyset import page_after
from inglenook.dashboard.review.forms import SanctionForm
from inglenook.dashboard.review.queue import counts_of
from inglenook.dashboard.shell.views import address_of_ours
from inglenook.dashboard.undo import done
from inglenook.moderation.models import Sanction
from inglenook.moderation.services import impose, lift
from inglenook.protocol.errors import ChatError, NotFound
from inglenook.sites.roles import Action
from inglenook.visitors.models import Visitor


class SanctionLine(Struct, frozen=True):
    """`name` is empty for somebody who was erased."""

    sanction: Sanction
    name: str
    is_active: bool


@require_safe
@page_for(Action.SANCTION)
def sanctions(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    has_ended = request.GET.get("show") == "ended"
    rows = Sanction.objects.filter(site=membership.site)
    rows = rows.exclude(_in_force()) if has_ended else rows.filter(_in_force())
    found = page_after(rows, ("-id",), request.GET.get("after", ""))
    ids = {row.visitor_id for row in found.items}
    people = Visitor.objects.filter(site=membership.site, public_id__in=ids, erased_at=None)
    names = dict(people.values_list("public_id", "name"))
    context = {
        "membership": membership,
        "lines": [
            SanctionLine(row, names.get(row.visitor_id, ""), not has_ended) for row in found.items
        ],
        "next": found.next,
        "has_ended": has_ended,
        "counts": counts_of(membership),
    }
    return render(request, "dashboard/review/sanctions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.SANCTION)
def create_sanction(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    kind = request.GET.get("kind", "mute")
    initial = {"visitor": request.GET.get("visitor", ""), "kind": kind, "seconds": "86400"}
    form = bound(SanctionForm, request, site=membership.site, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            said, steps = _impose(membership, **form.cleaned_data)
        except ChatError as error:
            form.refuse(error)
        else:
            then = reverse("dashboard:sanctions", args=[membership.site.pk])
            return done(request, said, then=then, membership=membership, steps=steps)
    context = {
        "membership": membership,
        "form": form,
        "counts": counts_of(membership),
        # Where somebody came from, such as the page of the person.
        "back": address_of_ours(request.POST.get("next") or request.GET.get("next", ""), ""),
    }
    return render(request, "dashboard/review/create_sanction.html", context, status=status_of(form))


@require_POST
@page_for(Action.SANCTION)
def lift_sanction(
    request: HttpRequest, membership: SiteMembership, sanction_id: int
) -> HttpResponse:
    if sanction_id >= 2**62:
        raise NotFound
    lift(site=membership.site, sanction_id=sanction_id, by=membership.actor)
    then = reverse("dashboard:sanctions", args=[membership.site.pk])
    return done(request, _("Lifted: it is over now."), then=then)


def _impose(
    membership: SiteMembership, *, visitor: str, delete_messages: bool, **fields: object
) -> tuple[str, list[Step]]:
    made = impose(
        site=membership.site,
        visitor_id=visitor,
        by=membership.actor,
        **fields,  # type: ignore[arg-type]  # the form's fields are its arguments
    )
    steps = [Step("lift", str(made.pk))]
    if delete_messages:
        steps += delete_all(site=membership.site, visitor_ids=[visitor], by=membership.participant)
    return _("It is in force now."), steps


def _in_force() -> Q:
    return Q(lifted_at=None) & (Q(until=None) | Q(until__gt=timezone.now()))

"""Word rules: the list with its test box and the calm; one rule; the instance's, on or off."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inglenook.chat.check_text import Checked
from inglenook.chat.check_text import check_text as checked
from inglenook.chat.models import Room
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.keyset import page_after
from inglenook.dashboard.review.calm import MINUTES, OTHER_MINUTES
from inglenook.dashboard.review.forms import CheckForm, WordRuleForm
from inglenook.dashboard.review.queue import counts_of
from inglenook.dashboard.undo import done
from inglenook.moderation import word_rule_services as services
from inglenook.moderation.models import WordRule
from inglenook.protocol.errors import ChatError
from inglenook.sites.htmx import is_htmx
from inglenook.sites.roles import Action

MOST_ROOMS: Final = 100
WHY: Final[dict[str, Promise]] = {
    "blocked_word": gettext_lazy("A word rule blocks it."),
    "blocked_link": gettext_lazy("Links are not allowed there from somebody new."),
    "reserved": gettext_lazy("The name belongs to the team."),
    "room_locked": gettext_lazy("Nobody new may write there."),
    "room_archived": gettext_lazy("The room is archived."),
}


@require_safe
@page_for(Action.CHECK_TEXT)
def word_rules(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    form = CheckForm(rooms=_rooms(membership))
    return _list(request, membership, form, None)


@require_POST
@page_for(Action.CHECK_TEXT)
def check_text(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """What would become of a text by somebody new. It stores nothing."""
    form = CheckForm(request.POST, rooms=_rooms(membership))
    found: Checked | None = None
    if form.is_valid():
        rooms = Room.objects.filter(site=membership.site, gone=False)
        try:
            found = checked(
                site_id=membership.site.pk,
                text=form.cleaned_data["text"],
                name=form.cleaned_data["name"] or None,
                room=rooms.filter(slug=form.cleaned_data["room"]).first(),
                visitor=None,
            )
        except ChatError as error:
            form.refuse(error)
    if is_htmx(request):
        context = {"membership": membership, "check": form, **_verdict(membership, found)}
        return render(request, "dashboard/review/_check.html", context, status=status_of(form))
    return _list(request, membership, form, found)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.CHANGE_WORD_RULES)
def create_word_rule(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    initial = {"match": "word", "action": "block", "where": ["body", "name"], "enabled": True}
    form = bound(WordRuleForm, request, rooms=_rooms(membership), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_rule(site=membership.site, by=membership.actor, **form.cleaned_data)
        except ChatError as error:
            form.refuse(error)
        else:
            return _back(request, membership, _("The rule holds from now on."))
    return _form(request, membership, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.CHANGE_WORD_RULES)
def word_rule(request: HttpRequest, membership: SiteMembership, rule_id: int) -> HttpResponse:
    rule = services.rule_of_site(membership.site, str(rule_id))
    initial = {
        "pattern": rule.pattern,
        "match": rule.match,
        "action": rule.action,
        "where": services.where_of(rule),
        "rooms": rule.rooms or [],
        "enabled": services.is_enabled(rule),
    }
    form = bound(WordRuleForm, request, rooms=_rooms(membership, rule), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_rule(
                site=membership.site,
                rule_id=str(rule_id),
                changes=form.cleaned_data,
                by=membership.actor,
            )
        except ChatError as error:
            form.refuse(error)
        else:
            return _back(request, membership, _("Saved. It holds from now on."))
    return _form(request, membership, form, rule)


@require_POST
@page_for(Action.CHANGE_WORD_RULES)
def switch_word_rule(
    request: HttpRequest, membership: SiteMembership, rule_id: int
) -> HttpResponse:
    """On or off: of the instance's rules that is all that a site can change."""
    is_on = request.POST.get("enabled") == "on"
    services.change_rule(
        site=membership.site,
        rule_id=str(rule_id),
        changes={"enabled": is_on},
        by=membership.actor,
    )
    return _back(request, membership, _("The rule is on.") if is_on else _("The rule is off."))


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.CHANGE_WORD_RULES)
def remove_word_rule(
    request: HttpRequest, membership: SiteMembership, rule_id: int
) -> HttpResponse:
    """Asks first: what is removed has to be written again."""
    rule = services.rule_of_site(membership.site, str(rule_id))
    if request.method == "POST":
        services.remove_rule(site=membership.site, rule_id=str(rule_id), by=membership.actor)
        return _back(request, membership, _("The rule is gone."))
    context = {"membership": membership, "rule": rule}
    return render(request, "dashboard/review/remove_word_rule.html", context)


def _list(
    request: HttpRequest, membership: SiteMembership, form: CheckForm, found: Checked | None
) -> HttpResponse:
    piece = page_after(
        services.rules_of_site(membership.site), ("-id",), request.GET.get("after", "")
    )
    context = {
        "membership": membership,
        "rules": [(rule, services.is_enabled(rule)) for rule in piece.items],
        "next": piece.next,
        "check": form,
        "counts": counts_of(membership),
        "calm_minutes": MINUTES,
        "other_minutes": OTHER_MINUTES,
        **_verdict(membership, found),
    }
    return render(request, "dashboard/review/word_rules.html", context, status=status_of(form))


def _verdict(membership: SiteMembership, found: Checked | None) -> dict[str, Any]:
    if found is None:
        return {}
    rules = services.rules_of_site(membership.site)
    rule = rules.filter(pk=found.rule).first() if found.rule else None
    return {"found": found, "rule": rule, "why": WHY.get(found.code or "", found.code)}


def _form(
    request: HttpRequest, membership: SiteMembership, form: WordRuleForm, rule: WordRule | None
) -> HttpResponse:
    context = {
        "membership": membership,
        "form": form,
        "rule": rule,
        "counts": counts_of(membership),
    }
    return render(request, "dashboard/review/word_rule.html", context, status=status_of(form))


def _back(request: HttpRequest, membership: SiteMembership, said: str) -> HttpResponse:
    return done(request, said, then=reverse("dashboard:word_rules", args=[membership.site.pk]))


def _rooms(membership: SiteMembership, rule: WordRule | None = None) -> list[tuple[str, str]]:
    """The first rooms, and those that the rule names already."""
    rooms = Room.objects.filter(site=membership.site, gone=False, archived=False)
    rooms = rooms.exclude(kind=Room.Kind.PRIVATE).order_by("position", "slug")
    found = list(rooms.values_list("slug", "name")[:MOST_ROOMS])
    known = {slug for slug, _name in found}
    named = (rule.rooms if rule else None) or []
    return [*found, *((slug, slug) for slug in named if slug not in known)]

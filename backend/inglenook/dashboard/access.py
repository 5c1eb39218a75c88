"""Who may open which page of the dashboard.

    signed_in    any account
    team_page    the site's team
    page_for     whoever's role in the team may do what the page is for (`sites/roles.py`)

Anybody else gets 404, so that nobody learns which ids exist. A member whose role does not allow a
page gets 403 with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRefresh
from msgspec import Struct

from inglenook.protocol.errors import NotFound, Unavailable
from inglenook.sites import last_seen, selectors, set_up
from inglenook.sites.actors import Actor
from inglenook.sites.database import unavailable_when_away
from inglenook.sites.htmx import is_htmx
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.roles import Action, may
from inglenook.sites.services import actor_of_member
from inglenook.visitors.participants import Participant, participant_from_member

P = ParamSpec("P")
Page = Callable[..., HttpResponseBase]
# Of a page of a site: the action that its role needs; None: any role.
ACTION: Final = "inglenook_action"
LAST_SITE: Final = "inglenook_site"
LAST_SITE_SECONDS: Final = 180 * 24 * 60 * 60


class SiteMembership(Struct, frozen=True):
    """An account's place in the team of one site: what a page of that site starts from."""

    account: Account
    site: Site
    member: Member

    @property
    def may(self) -> dict[str, bool]:
        """For templates, by the action's name: `membership.may.change_rooms`."""
        return {action.name.lower(): may(self.member.role, action) for action in Action}

    @property
    def actor(self) -> Actor:
        """Who the record names."""
        return actor_of_member(self.member)

    @property
    def participant(self) -> Participant:
        return participant_from_member(self.member)


def signed_in(view: Callable[Concatenate[HttpRequest, P], HttpResponseBase]) -> Page:
    """Asks everybody else to sign in.

    What is shown stays out of caches. Where the database is away, the page says so, with 503.
    """

    @never_cache
    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            with unavailable_when_away():
                if not request.user.is_authenticated:
                    return _ask_to_sign_in(request)
                last_seen.note_seen(account_of(request).pk)
                return view(request, *args, **kwargs)
        except NotFound as error:
            raise Http404(error.message) from error
        except Unavailable:
            return render(
                None, "errors/503.html", status=503
            )  # without the request: its session is there too

    return page


def team_page(
    view: Callable[Concatenate[HttpRequest, SiteMembership, P], HttpResponseBase],
) -> Page:
    return signed_in(_with_membership(view, None))


def page_for(
    action: Action,
) -> Callable[[Callable[Concatenate[HttpRequest, SiteMembership, P], HttpResponseBase]], Page]:
    def declare(
        view: Callable[Concatenate[HttpRequest, SiteMembership, P], HttpResponseBase],
    ) -> Page:
        return signed_in(_with_membership(view, action))

    return declare


def refuse_unless_allowed(membership: SiteMembership, action: Action) -> None:
    """Raises PermissionDenied where the role does not allow it."""
    if not may(membership.member.role, action):
        raise PermissionDenied(_("Your role in the team does not allow this."))


def remember_site(request: HttpRequest, response: HttpResponseBase, site: Site) -> None:
    """Pages that are of no site show the rail of the one that was open last."""
    if request.COOKIES.get(LAST_SITE) != str(site.pk):
        response.set_cookie(
            LAST_SITE,
            str(site.pk),
            max_age=LAST_SITE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def account_of(request: HttpRequest) -> Account:
    return cast(Account, request.user)


def _with_membership(
    view: Callable[Concatenate[HttpRequest, SiteMembership, P], HttpResponseBase],
    action: Action | None,
) -> Page:
    @wraps(view)
    def page(request: HttpRequest, site_id: int, **kwargs: Any) -> HttpResponseBase:
        # Larger numbers do not fit into a column, which would be an error instead of a 404.
        if site_id >= 2**62:
            raise NotFound
        account = account_of(request)
        site = selectors.site_of_account(account, site_id)
        member = selectors.member_of(site.pk, account)
        if member is None:
            raise NotFound
        membership = SiteMembership(account, site, member)
        if action is not None:
            refuse_unless_allowed(membership, action)
        response = view(request, membership, **kwargs)  # type: ignore[call-arg]  # urls.py names them
        remember_site(request, response, site)
        return response

    setattr(page, ACTION, action)
    return page


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if set_up.needs_owner():
        return HttpResponseClientRefresh() if is_htmx(request) else redirect("set_up")
    if is_htmx(request):
        # A fragment cannot show the sign-in page: the whole page is asked for again, and that
        # redirects.
        return HttpResponseClientRefresh()
    return redirect_to_login(request.get_full_path())

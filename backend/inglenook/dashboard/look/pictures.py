"""The card of a site's pictures: each is taken, or taken away, at once, without the rest of the
page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.forms import PictureField, PlainForm, bytes_of, status_of
from inglenook.dashboard.shell.toasts import toast
from inglenook.protocol.errors import ChatError, NotFound
from inglenook.sites.htmx import is_htmx
from inglenook.sites.models import Site
from inglenook.sites.roles import Action
from inglenook.sites.site_pictures import PARTS, set_site_picture

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LABELS: Final[dict[str, _StrPromise]] = {
    "logo": gettext_lazy("Logo"),
    "icon": gettext_lazy("Picture on the button"),
}
HINTS: Final[dict[str, _StrPromise]] = {
    "logo": gettext_lazy("Stands in the header of the chat."),
    "icon": gettext_lazy("In place of the chat's own, once the chat was opened there."),
}


class SitePictureForm(PlainForm):
    picture = PictureField()


@require_POST
@page_for(Action.CHANGE_SITE)
def upload(request: HttpRequest, membership: SiteMembership, part: str) -> HttpResponse:
    form = _form(part, request)
    if form.is_valid():
        _set(form, membership, part, bytes_of(form.cleaned_data["picture"]))
    return _answer(request, membership, part, form, _("Saved. Open pages follow within seconds."))


@require_POST
@page_for(Action.CHANGE_SITE)
def remove(request: HttpRequest, membership: SiteMembership, part: str) -> HttpResponse:
    form = _form(part)
    _set(form, membership, part, b"")
    return _answer(request, membership, part, form, _("The picture is removed."))


def pictures_of(site: Site, refused: dict[str, SitePictureForm] | None = None) -> list[Any]:
    """For the template: each part with its form and with what is there."""
    forms = refused or {}
    return [
        {
            "part": part,
            "form": forms.get(part) or _form(part),
            "hint": HINTS[part],
            "path": site.theme.get(part) or "",
        }
        for part in PARTS
    ]


def _form(part: str, request: HttpRequest | None = None) -> SitePictureForm:
    if part not in PARTS:
        raise NotFound
    sent = (request.POST, request.FILES) if request else ()
    form = SitePictureForm(*sent, auto_id=f"id_{part}_%s")
    form.fields["picture"].label = LABELS[part]
    return form


def _set(form: SitePictureForm, membership: SiteMembership, part: str, content: bytes) -> None:
    try:
        set_site_picture(site=membership.site, part=part, content=content, by=membership.actor)
    except ChatError as error:
        form.refuse(error)


def _answer(
    request: HttpRequest, membership: SiteMembership, part: str, form: SitePictureForm, said: str
) -> HttpResponse:
    site = membership.site
    if not form.errors:
        toast(request, said)
        if not is_htmx(request):
            return redirect("dashboard:look", site.pk)
    site.refresh_from_db(fields=["theme"])
    context = {"membership": membership, "pictures": pictures_of(site, {part: form}), "oob": True}
    page = "_pictures" if is_htmx(request) else "pictures"
    return render(request, f"dashboard/look/{page}.html", context, status=status_of(form))

"""You: name, picture, language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from inglenook.dashboard.access import account_of, signed_in
from inglenook.dashboard.forms import PictureField, PlainForm, bytes_of, status_of
from inglenook.dashboard.new_account import NameForm
from inglenook.dashboard.shell.toasts import toast
from inglenook.protocol.errors import ChatError
from inglenook.sites.pictures import keep_picture, remove_picture
from inglenook.sites.profile import give_picture, rename_account


class PictureForm(PlainForm):
    picture = PictureField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("JPEG, PNG, WebP or GIF, 5 MB at most. It is cut to a square."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    form = NameForm(request.POST or None, initial={"name": account.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_account(account=account, name=form.cleaned_data["name"])
        except ChatError as error:
            form.refuse(error)
        else:
            toast(request, _("Saved."))
            return redirect("dashboard:profile")
    return _page(request, form, PictureForm())


@require_POST
@signed_in
def picture(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            name = keep_picture(bytes_of(form.cleaned_data["picture"]))
        except ChatError as error:
            form.refuse(error)
        else:
            remove_picture(give_picture(account=account, name=name))
            toast(request, _("Here you are."))
            return redirect("dashboard:profile")
    return _page(request, NameForm(initial={"name": account.name}), form)


@require_POST
@signed_in
def no_picture(request: HttpRequest) -> HttpResponse:
    remove_picture(give_picture(account=account_of(request), name=""))
    toast(request, _("The picture is removed."))
    return redirect("dashboard:profile")


def _page(request: HttpRequest, name: NameForm, picture: PictureForm) -> HttpResponse:
    context = {"name_form": name, "picture_form": picture}
    status = max(status_of(name), status_of(picture))
    return render(request, "dashboard/profile/profile.html", context, status=status)

"""A forgotten password: a link by mail, and what to do where this server sends none."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from inglenook.dashboard.accounts import MailFailed

NOT_SENT = _(
    "The mail could not be sent just now. Try again in some minutes, "
    "or ask whoever runs this server for a one-time link."
)


def sends_mail() -> bool:
    """Whether mail can be sent.

    Without `EMAIL_URL` the settings name Django's backend that sends nothing (`config/mail.py`).
    """
    return settings.EMAIL_BACKEND != "django.core.mail.backends.dummy.EmailBackend"


class NeedsMail(View):
    """A page that is of no use where no mail is sent, and says so."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not sends_mail():
            return render(request, "account/no_mail.html")
        return super().dispatch(request, *args, **kwargs)


class ForgottenPasswordView(NeedsMail, views.PasswordResetView):
    def form_valid(self, form: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().form_valid(form)
        except MailFailed:
            # The same for an address that nobody has: a mail would have gone there, too.
            form.add_error(None, NOT_SENT)
            response = self.render_to_response(self.get_context_data(form=form), status=503)
        return response


class MailSentView(NeedsMail, views.PasswordResetDoneView):
    """What is shown once the mail is on its way."""

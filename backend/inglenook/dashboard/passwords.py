"""Pages that send mails: signing up, a forgotten password; what to do where none is sent."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from django.db import transaction
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from inglenook.sites.mails import MailFailed, sends_mail

NOT_SENT = _(
    "The mail could not be sent just now. Try again in some minutes, "
    "or ask whoever runs this server for a one-time link."
)


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


class SignupView(views.SignupView):
    """Whoever signs up proves the address by a mail, where mail is sent."""

    def form_valid(self, form: Any) -> HttpResponseBase:
        try:
            with transaction.atomic():
                response: HttpResponseBase = super().form_valid(form)
        except MailFailed:
            # No account is left behind that nobody could enter.
            form.add_error(None, NOT_SENT)
            response = self.render_to_response(self.get_context_data(form=form), status=503)
        return response


signup = SignupView.as_view()

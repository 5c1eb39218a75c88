"""What the dashboard's forms share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest

from inglenook.protocol.errors import ChatError


class PlainForm(forms.Form):
    """A form that takes refusals of services as errors of its fields.

    Its labels end without a colon.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def refuse(self, error: ChatError, *, field: str | None = None) -> None:
        """Shows a service's refusal beside the field at fault, or above all of them."""
        at_fault = field or error.field
        self.add_error(at_fault if at_fault in self.fields else None, error.message)


def bound(form: type[PlainForm], request: HttpRequest, **kwargs: Any) -> Any:
    """The form with what was sent, or fresh for a GET."""
    return form(request.POST, **kwargs) if request.method == "POST" else form(**kwargs)


def status_of(form: PlainForm) -> int:
    """422 where something was refused, so that scripts and tests need not read the page."""
    return 422 if form.errors else 200

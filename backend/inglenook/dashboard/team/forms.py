from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.forms import NOT_AN_EMAIL, PlainForm
from inglenook.sites.models import Member


class RoleForm(PlainForm):
    """`roles`: those that whoever fills it in may give."""

    role = forms.ChoiceField(
        label=_("Role"), error_messages={"invalid_choice": _("You cannot give this role.")}
    )

    def __init__(self, *args: Any, roles: list[tuple[str, Promise]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for types
        field.choices = roles
        if any(role == Member.Role.MODERATOR for role, _name in roles):
            field.initial = Member.Role.MODERATOR.value


class InviteForm(RoleForm):
    """By mail."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Write whom to invite."),
            "invalid": NOT_AN_EMAIL,
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=40,
        required=False,
        help_text=_("As visitors see it. They can change it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "name", "role")

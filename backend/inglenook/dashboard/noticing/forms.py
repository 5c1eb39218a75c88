"""What a member notices of a site, and when."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.forms import PlainForm
from inglenook.sites.models import Member
from inglenook.sites.roles import Action, may

TIMES: Final = (
    (Member.NoticeTime.ALWAYS, _("at any time")),
    (Member.NoticeTime.HERE, _("not while I am away")),
    (Member.NoticeTime.OPEN, _("in the opening hours of the site")),
    (Member.NoticeTime.NEVER, _("never")),
)


def _switch(label: Any, help_text: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=help_text, required=False)


class NoticesForm(PlainForm):
    """It has what the role of the member can do something about; the rest stays as it was."""

    lines = _switch(_("Private messages"), _("Somebody wrote to the team and waits."))
    review = _switch(_("Reports and held messages"), _("A message waits for a decision."))
    sound = _switch(_("A soft sound"), _("Beside the number in the tab's title."))
    when = forms.ChoiceField(label=_("When"), choices=TIMES)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        now = {name: getattr(member, f"notices_{name}") for name in self.base_fields}
        super().__init__(*args, initial=now, **kwargs)
        self._now = now
        for name, action in (("lines", Action.INBOX), ("review", Action.HANDLE_REPORTS)):
            if not may(member.role, action):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        return self._now | (super().clean() or {})

    @property
    def switches(self) -> list[forms.BoundField]:
        return [self[name] for name in ("lines", "review", "sound") if name in self.fields]

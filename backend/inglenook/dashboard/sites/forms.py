from __future__ import annotations

from typing import Any

from django import forms
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inglenook.dashboard.forms import TYPED_EXACTLY, PlainForm
from inglenook.dashboard.sites.origin_lines import OriginLine, read_lines
from inglenook.sites.services import SITE_NAME_CHARS

ORIGINS_HELP = _("Where the chat may be used, one address a line, as your browser shows it.")


class SiteNameForm(PlainForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=SITE_NAME_CHARS,
        help_text=_("What you call the website. Visitors see it as the chat's title."),
        error_messages={
            "required": _("Give the site a name, such as the one on its front page."),
            "max_length": _(
                "A name has %(limit_value)d characters at most; this one has %(show_value)d."
            ),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CreateSiteForm(SiteNameForm):
    origins = forms.CharField(
        label=_("Addresses"),
        max_length=20_000,
        help_text=ORIGINS_HELP,
        error_messages={
            "required": _("Without an address nobody could open the chat. Write at least one.")
        },
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                **TYPED_EXACTLY,
                "placeholder": "https://shop.example\nhttps://www.shop.example",
            }
        ),
    )

    def clean_origins(self) -> list[str]:
        lines = read_lines(self.cleaned_data["origins"])
        wrong = [line for line in lines if line.entry is None]
        if wrong:
            # What is wrong with each is said by `origin_mistakes`, beside its correction.
            which = ", ".join(gettext("line %d") % line.number for line in wrong[:5])
            more = ", …" if len(wrong) > 5 else ""
            raise forms.ValidationError(
                gettext("Not an address that can be used: %s.") % f"{which}{more}"
            )
        return [line.entry for line in lines if line.entry]

    @property
    def origin_mistakes(self) -> list[OriginLine]:
        """The lines that mean nothing, each with its reason and perhaps its correction."""
        if "origins" not in self.errors:
            return []
        return [line for line in read_lines(self.data.get("origins", "")) if line.entry is None]

    @property
    def has_several_suggestions(self) -> bool:
        return sum(line.suggestion is not None for line in self.origin_mistakes) > 1


class OriginForm(PlainForm):
    origin = forms.CharField(
        label=_("Address"),
        max_length=300,
        error_messages={
            "required": _("Write the address of the page, such as https://shop.example.")
        },
        widget=forms.TextInput(
            attrs={
                **TYPED_EXACTLY,
                "placeholder": "https://shop.example",
                "inputmode": "url",
            }
        ),
    )
    suggestion: str | None = None

    def clean_origin(self) -> str:
        line, *more = read_lines(self.cleaned_data["origin"])
        if more:
            raise forms.ValidationError(gettext("Write one address at a time."))
        if line.entry is None:
            self.suggestion = line.suggestion
            raise forms.ValidationError(line.message)
        return line.entry


class SiteSettingsForm(SiteNameForm):
    def __init__(self, *args: Any, rooms: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["default_room"] = forms.ChoiceField(
            label=_("First room"),
            required=False,
            choices=[("", _("The oldest public room")), *rooms],
            help_text=_("Opened where the tag names no room."),
        )
        self.fields["previews"] = forms.BooleanField(
            label=_("Show previews of links"),
            required=False,
            help_text=_(
                "This server asks the page behind each link for its title and picture, and shows "
                "them below the message. That website sees the server's address, never a reader's."
            ),
        )
        self.fields["track_page"] = forms.BooleanField(
            label=_("Show the team which page a visitor is on"),
            required=False,
            help_text=_(
                "The chat then sends the page's address and title once it is opened. A tag with "
                'data-track-url="false" keeps those of its page.'
            ),
        )

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """All but the switches, which are drawn apart."""
        return [self[name] for name in self.fields if name not in ("previews", "track_page")]


class OnPageForm(PlainForm):
    """Which page to moderate on. `websites` are the origins to choose from."""

    path = forms.CharField(
        label=_("Page"),
        max_length=500,
        required=False,
        help_text=_("The part of the address after the website: a page that has the chat."),
        widget=forms.TextInput(attrs={**TYPED_EXACTLY, "placeholder": "/"}),
    )

    def __init__(self, *args: Any, websites: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["origin"] = forms.ChoiceField(
            label=_("Website"),
            choices=[(website, website) for website in websites],
            error_messages={
                "required": _("Choose a website."),
                "invalid_choice": _("The chat may not stand on this website."),
            },
        )
        self.order_fields(["origin", "path"])

    def clean_path(self) -> str:
        path = str(self.cleaned_data["path"]) or "/"
        if not path.startswith("/") or "#" in path or "\\" in path:
            raise forms.ValidationError(gettext("A page begins with a slash, such as /prices."))
        return iri_to_uri(path)

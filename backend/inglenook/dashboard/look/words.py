"""Every sentence of the widget, by language: the site's own beside the widget's."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.shell.toasts import toast
from inglenook.dashboard.sites.section_forms import ConsentForm
from inglenook.protocol.errors import ChatError
from inglenook.sites.look import TEXT_CHARS
from inglenook.sites.models import Site
from inglenook.sites.roles import Action
from inglenook.sites.site_settings import change_settings
from inglenook.sites.widget_words import widget_words

PREFIX: Final = "word:"


class WordsForm(ConsentForm):
    """What visitors agree to, and one field a sentence; an empty one leaves the widget's own."""

    def __init__(self, *args: Any, site: Site, lang: str) -> None:
        super().__init__(*args, initial=site.consent or {})
        self.site = site
        self.lang = lang
        texts = site.texts.get(lang, {})
        written = {"lang": lang, "dir": "rtl" if _info(lang)["bidi"] else "ltr"}
        for key, words in widget_words()[lang].items():
            self.fields[f"{PREFIX}{key}"] = forms.CharField(
                label=_english(key),
                required=False,
                max_length=TEXT_CHARS,
                initial=texts.get(key, ""),
                widget=forms.TextInput(attrs={"placeholder": words, **written}),
            )

    def word_fields(self) -> list[forms.BoundField]:
        """For the template."""
        return [field for field in self if field.name.startswith(PREFIX)]

    def changes(self) -> dict[str, Any]:
        """With the site's texts, of which those of this language are replaced.

        Sentences that the page does not show stay: another client may have them. A language
        without any goes.
        """
        said = {
            name.removeprefix(PREFIX): text
            for name, text in self.cleaned_data.items()
            if text and name.startswith(PREFIX)
        }
        before = self.site.texts.get(self.lang, {})
        unshown = {key: text for key, text in before.items() if f"{PREFIX}{key}" not in self.fields}
        texts = {**self.site.texts, self.lang: {**unshown, **said}}
        return {**super().changes(), "texts": {lang: each for lang, each in texts.items() if each}}


def languages() -> list[tuple[str, str]]:
    """The languages of the widget, each by its own name; English, in which they are written, first.

    Raises KeyError where Django does not know the name of one.
    """
    names = {tag: capfirst(_info(tag)["name_local"]) for tag in widget_words()}
    return sorted(names.items(), key=lambda language: (language[0] != "en", language[1]))


def _info(tag: str) -> dict[str, Any]:
    """Django writes tags in small letters."""
    info: dict[str, Any] = get_language_info(tag.lower())
    return info


def _english(key: str) -> str:
    """The English of a sentence. A form of a number that English lacks says its own name."""
    english = widget_words()["en"]
    base, _dot, form = key.rpartition(".")
    return english.get(key) or f"{english[f'{base}.other']} ({form})"


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.CHANGE_SITE)
def words(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """The sentences of one language, `?lang=`, and the text that asks for consent."""
    site = membership.site
    wanted = request.GET.get("lang", "en")
    lang = wanted if wanted in widget_words() else "en"
    form = bound(WordsForm, request, site=site, lang=lang)
    if request.method == "POST" and form.is_valid():
        try:
            change_settings(site=site, changes=form.changes(), by=membership.actor)
        except ChatError as error:
            form.refuse(error)
        else:
            toast(request, _("Saved. Open pages follow within seconds."))
            return redirect(f"{reverse('dashboard:words', args=[site.pk])}?lang={lang}")
    context = {"membership": membership, "form": form, "lang": lang, "languages": languages()}
    return render(request, "dashboard/look/words.html", context, status=status_of(form))

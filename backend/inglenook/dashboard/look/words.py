"""Every sentence of the widget, by language: the site's own beside the widget's."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.forms import status_of
from inglenook.dashboard.shell.toasts import toast
from inglenook.dashboard.sites.section_forms import ConsentForm
from inglenook.protocol.errors import ChatError
from inglenook.sites.look import TEXT_CHARS
from inglenook.sites.models import Site
from inglenook.sites.roles import Action
from inglenook.sites.site_settings import change_settings
from inglenook.sites.widget_words import widget_words

PREFIX: Final = "word:"
LANGUAGES: Final = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
}


class WordsForm(forms.Form):
    """One field a sentence; an empty one leaves the widget's own."""

    def __init__(self, *args: Any, lang: str, texts: dict[str, Any], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        own = widget_words()[lang]
        english = widget_words()["en"]
        for key, words in own.items():
            self.fields[f"{PREFIX}{key}"] = forms.CharField(
                label=english.get(key, key),
                required=False,
                max_length=TEXT_CHARS,
                initial=texts.get(key, ""),
                widget=forms.TextInput(attrs={"placeholder": words, "lang": lang, "dir": "auto"}),
            )

    @property
    def words(self) -> dict[str, str]:
        """What was written, by key."""
        return {name.removeprefix(PREFIX): text for name, text in self.cleaned_data.items() if text}


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.CHANGE_SITE)
def words(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """The sentences of one language, `?lang=`, and the text that asks for consent."""
    site = membership.site
    wanted = request.GET.get("lang", "en")
    lang = wanted if wanted in LANGUAGES else "en"
    data = request.POST if request.method == "POST" else None
    form = WordsForm(data, lang=lang, texts=site.texts.get(lang, {}))
    consent = ConsentForm(data, initial=site.consent or {})
    if data is not None and form.is_valid() and consent.is_valid():
        try:
            changes = {"texts": _texts_with(site, lang, form.words), **consent.changes()}
            change_settings(site=site, changes=changes, by=membership.actor)
        except ChatError as error:
            form.add_error(None, error.message)
        else:
            toast(request, _("Saved. Open pages follow within seconds."))
            return redirect(f"{reverse('dashboard:words', args=[site.pk])}?lang={lang}")
    context = {
        "membership": membership,
        "form": form,
        "consent": consent,
        "lang": lang,
        "languages": LANGUAGES.items(),
    }
    status = status_of(consent) if form.is_valid() or data is None else 422
    return render(request, "dashboard/look/words.html", context, status=status)


def _texts_with(site: Site, lang: str, words: dict[str, str]) -> dict[str, Any]:
    """The site's texts with those of one language replaced; a language without any goes.

    Sentences that the page does not show stay: another client may have them.
    """
    own = widget_words()[lang]
    unshown = {key: text for key, text in site.texts.get(lang, {}).items() if key not in own}
    found = {**site.texts, lang: {**unshown, **words}}
    return {name: each for name, each in found.items() if each}

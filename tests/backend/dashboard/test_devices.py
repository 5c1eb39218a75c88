"""Which browser on which system, in words."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from inglenook.dashboard.devices import device
from inglenook.sites.models import Account

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
LINES = {
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/130.0 Safari/537.36": "Chrome on Linux",
    f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/130.0 Safari/537.36 Edg/130.0": (
        "Edge on Windows"
    ),
    f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} SamsungBrowser/27.0 Chrome/125.0 Safari/537.36": (
        "Samsung Internet on Android"
    ),
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/18.0 Safari/605.1.15": (
        "Safari on macOS"
    ),
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {WEBKIT} FxiOS/131.0 Safari/605.1": (
        "Firefox on iPhone"
    ),
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0) Chrome/130.0 Safari/537.36": "Chrome on ChromeOS",
    "Firefox/130.0": "Firefox",
    "curl/8.5": "curl/8.5",
    "": "",
}


@pytest.mark.parametrize(("said", "words"), LINES.items())
def test_a_browser_is_named(said: str, words: str) -> None:
    assert device(said) == words


@pytest.mark.django_db
def test_the_page_of_sessions_has_the_words(as_owner: Client, owner: Account) -> None:
    UserSession.objects.filter(user=owner).update(user_agent=next(iter(LINES)))
    page = as_owner.get(reverse("usersessions_list")).content.decode()
    assert ">Chrome on Linux</p>" in page

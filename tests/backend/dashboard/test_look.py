"""The page of the look: what it stores, what it refuses, and the preview in a real browser."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from inglenook.dashboard.look.contrast import contrast_on
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor

from .visits import Visit

FORM = {
    "accent": "#3d5a45",
    "title": "Ask us",
    "welcome": "What can we do for you?",
    "starters": "Is this in stock?\n\nWhen do you open?\n",
    "side": "left",
    "offset_x": "8",
    "offset_y": "",
    "label": "Chat with us",
    "css": ".panel { border-radius: 4px }",
}
pytestmark = pytest.mark.django_db(transaction=True)


def theme_of(site: Site) -> object:
    return Site.objects.get(pk=site.pk).theme


def test_what_is_saved_is_the_theme_and_what_the_form_lacks_stays(
    as_owner: Client, site: Site
) -> None:
    Site.objects.filter(pk=site.pk).update(theme={"logo": "https://shop.example/a.png"})
    answer = as_owner.post(reverse("dashboard:look", args=[site.pk]), FORM)
    assert answer.status_code == 302
    assert theme_of(site) == {
        "logo": "https://shop.example/a.png",
        "accent": "#3d5a45",
        "title": "Ask us",
        "welcome": "What can we do for you?",
        "starters": ["Is this in stock?", "When do you open?"],
        "side": "left",
        "offset_x": 8,
        "label": "Chat with us",
        "css": ".panel { border-radius: 4px }",
    }
    page = as_owner.get(reverse("dashboard:look", args=[site.pk])).content.decode()
    assert "White text on it is easy to read: 7.6 to 1" in page
    as_owner.post(reverse("dashboard:look", args=[site.pk]), {})
    assert theme_of(site) == {"logo": "https://shop.example/a.png"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accent", "red"),
        ("accent", "#12345g"),
        ("css", "@import 'https://evil.example/a.css';"),
        ("css", ".panel { background: url(https://evil.example/a.png) }"),
        ("starters", "a\nb\nc\nd"),
        ("offset_x", "1001"),
        ("side", "top"),
    ],
)
def test_a_refused_value_stays_in_its_field_with_the_reason(
    as_owner: Client, site: Site, field: str, value: str
) -> None:
    answer = as_owner.post(reverse("dashboard:look", args=[site.pk]), {**FORM, field: value})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert form["title"].value() == "Ask us"
    assert theme_of(site) == {}


def test_markup_in_a_word_is_text(as_owner: Client, site: Site) -> None:
    script = "</script><script>alert(1)</script>"
    as_owner.post(reverse("dashboard:look", args=[site.pk]), {"title": script, "welcome": script})
    for name in ("look", "look_preview"):
        page = as_owner.get(reverse(f"dashboard:{name}", args=[site.pk])).content.decode()
        assert "<script>alert" not in page


def test_only_our_own_pages_may_frame_the_preview(as_owner: Client, site: Site) -> None:
    answer = as_owner.get(reverse("dashboard:look_preview", args=[site.pk]))
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    around = as_owner.get(reverse("dashboard:look", args=[site.pk]))
    assert "frame-src 'self'" in around["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in around["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("accent", "ink", "ratio"),
    [("#000000", "white", 21.0), ("#ffffff", "black", 21.0), ("#a8431f", "white", 6.0)],
)
def test_the_contrast_is_that_of_the_guidelines(accent: str, ink: str, ratio: float) -> None:
    assert contrast_on(accent) == (ink, pytest.approx(ratio, abs=0.05))


def test_the_preview_is_the_widget_and_follows_the_form_at_once(visit: Visit, site: Site) -> None:
    # Django's server for tests takes the address for that of the source.
    built = settings.EMBED_DIR / "embed.js"
    visit.page.route("**/embed.js", lambda route: route.fulfill(path=built))
    page = visit.go(reverse("dashboard:look", args=[site.pk]))
    frame = page.frame_locator("iframe[data-look-preview]")
    expect(frame.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Headline").fill("Ask us")
    expect(frame.get_by_role("dialog", name="Ask us")).to_be_visible()
    page.get_by_label("First line").fill("What can we do for you?")
    expect(frame.get_by_text("What can we do for you?")).to_be_visible()
    page.get_by_label("Questions below it").fill("Is this in stock?\nWhen do you open?")
    expect(frame.get_by_role("button", name="When do you open?")).to_be_visible()
    page.get_by_label("Colour").fill("#ffd400")
    expect(page.get_by_text("Black text on it is easy to read")).to_be_visible()
    panel = frame.locator("inglenook-chat .ing")
    expect(panel).to_have_attribute("style", re.compile("--ing-accent: ?#ffd400"))
    page.get_by_label("Where it stands").select_option("left")
    expect(frame.locator("inglenook-chat")).to_have_attribute("style", re.compile("--ing-left"))
    page.get_by_label("Dark").check()
    expect(panel).to_have_attribute("data-theme", "dark")
    page.get_by_label("Phone").check()
    expect(page.locator("iframe")).to_have_css("max-width", "390px")
    visit.assert_well()
    assert theme_of(site) == {}
    assert not Visitor.objects.exists()

"""The page of the look: what it stores, what it refuses, and the preview in a real browser."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from playwright.sync_api import FilePayload, expect
from pytest_django.fixtures import Settings

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


def test_where_the_button_is_shown_is_stored_and_a_wrong_path_stays_at_its_field(
    as_owner: Client, site: Site
) -> None:
    address = reverse("dashboard:look", args=[site.pk])
    sent = {"paths": " /blog/* \n\n/help", "devices": "phone"}
    assert as_owner.post(address, sent).status_code == 302
    assert theme_of(site) == {"show": {"paths": ["/blog/*", "/help"], "devices": ["phone"]}}
    page = as_owner.get(address).content.decode()
    assert "/blog/*\n/help" in page
    assert 'value="phone" selected' in page
    install = as_owner.get(reverse("dashboard:site", args=[site.pk])).content.decode()
    assert "data-show=&quot;phone /blog/* /help&quot;" in install
    refused = as_owner.post(address, {"paths": "blog"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["paths"])
    as_owner.post(address, {})
    assert theme_of(site) == {}


def test_what_is_not_saved_is_counted_and_can_be_taken_back(visit: Visit, site: Site) -> None:
    page = visit.go(reverse("dashboard:look", args=[site.pk]))
    page.get_by_label("Headline").fill("Ask us")
    expect(page.get_by_text("1 change not saved yet")).to_be_visible()
    page.get_by_role("button", name="Green").click()
    expect(page.get_by_label("Colour")).to_have_value("#3d5a45")
    expect(page.get_by_role("button", name="Green")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("2 changes not saved yet")).to_be_visible()
    page.get_by_role("button", name="Undo them").click()
    expect(page.get_by_label("Colour")).to_have_value("")
    expect(page.get_by_text("not saved yet")).to_have_count(0)
    expect(page.get_by_role("button", name="Undo them")).to_be_hidden()
    page.get_by_label("Devices").select_option("phone")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Open pages follow within seconds.")).to_be_visible()
    expect(page.get_by_text("not saved yet")).to_have_count(0)
    assert theme_of(site) == {"show": {"devices": ["phone"]}}


def test_a_logo_is_in_the_preview_at_once_and_the_draft_stays(
    visit: Visit, site: Site, settings: Settings, tmp_path: Path
) -> None:
    settings.PICTURES_DIR = tmp_path
    built = settings.EMBED_DIR / "embed.js"
    visit.page.route("**/embed.js", lambda route: route.fulfill(path=built))
    page = visit.go(reverse("dashboard:look", args=[site.pk]))
    frame = page.frame_locator("iframe[data-look-preview]")
    expect(frame.locator("section.panel")).to_be_visible()
    page.get_by_label("Headline").fill("Ask us")
    expect(frame.locator("section.panel")).to_have_attribute("aria-label", "Ask us")
    content = BytesIO()
    Image.new("RGB", (40, 20), "#3d5a45").save(content, "PNG")
    file = FilePayload(name="logo.png", mimeType="image/png", buffer=content.getvalue())
    page.get_by_label("Logo").set_input_files(file)
    expect(frame.locator("img.mark")).to_be_visible()
    expect(page.get_by_label("Headline")).to_have_value("Ask us")
    page.locator("#pictures form[action$='/logo/remove/'] button").click()
    expect(frame.locator("img.mark")).to_have_count(0)
    visit.assert_well()


def test_on_a_narrow_window_the_preview_is_behind_a_button(visit: Visit, site: Site) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 800})
    page = visit.go(reverse("dashboard:look", args=[site.pk]))
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(preview).to_be_visible()
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    expect(page.get_by_role("button", name="Preview")).to_be_focused()


def test_the_preview_is_the_widget_and_follows_the_form_at_once(
    visit: Visit, site: Site, settings: Settings
) -> None:
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

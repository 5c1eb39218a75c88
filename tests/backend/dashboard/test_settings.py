"""The sections of Settings: who may write, consent, keys, what is kept."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inglenook.chat.models import Message, Room
from inglenook.jobs import runner
from inglenook.jobs.models import Job
from inglenook.jobs.room_export import _parts, forget_exports
from inglenook.sites.api_keys import api_key_for_secret
from inglenook.sites.models import AuditEntry, Member, Site
from inglenook.sites.services import rotate_key
from tests.backend.conftest import forget_record
from tests.backend.dashboard.conftest import Says


def address(name: str, site: Site, *args: Any) -> str:
    return reverse(f"dashboard:{name}", args=[site.pk, *args])


WRITING = {
    "known_minutes": "5",
    "known_messages": "1",
    "trusted_days": "0",
    "trusted_messages": "9",
    "repeat_s": "60",
    "new_visitors_per_hour": "3",
}


def test_trust_and_limits_are_set(as_owner: Client, site: Site) -> None:
    writing = address("writing", site)
    assert as_owner.post(writing, WRITING)["Location"] == writing
    site.refresh_from_db()
    found = [getattr(site, name) for name in WRITING]
    assert found == [int(value) for value in WRITING.values()]


def test_previews_of_links_are_switched(as_owner: Client, site: Site, room: Room) -> None:
    general = address("site_settings", site)
    assert 'name="previews" aria-describedby="id_previews_helptext" id="id_previews">' in (
        as_owner.get(general).content.decode()
    )
    as_owner.post(general, {"name": site.name, "default_room": "", "previews": "on"})
    site.refresh_from_db()
    assert site.previews
    assert AuditEntry.objects.filter(action="site.update", after__previews=True).exists()
    assert 'id="id_previews" checked>' in as_owner.get(general).content.decode()
    as_owner.post(general, {"name": site.name, "default_room": ""})
    site.refresh_from_db()
    assert not site.previews


def test_the_page_of_a_visitor_is_asked_for_by_a_switch(
    as_owner: Client, site: Site, room: Room
) -> None:
    general = address("site_settings", site)
    as_owner.post(general, {"name": site.name, "default_room": "", "track_page": "on"})
    site.refresh_from_db()
    assert site.track_page
    assert 'id="id_track_page" checked>' in as_owner.get(general).content.decode()
    as_owner.post(general, {"name": site.name, "default_room": ""})
    site.refresh_from_db()
    assert not site.track_page


def test_what_is_wrong_stays_in_the_form(as_owner: Client, site: Site) -> None:
    answer = as_owner.post(address("writing", site), {**WRITING, "known_minutes": "-1"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="-1"' in page
    assert 'value="60"' in page
    site.refresh_from_db()
    assert site.known_minutes == 10


def test_consent_has_a_version_and_can_be_taken_away(as_owner: Client, site: Site) -> None:
    consent = address("consent", site)
    answer = as_owner.post(consent, {"text": "We keep it.", "version": ""})
    assert answer.status_code == 422
    assert "Name the version" in answer.content.decode()
    as_owner.post(consent, {"text": "We keep it.", "version": "2"})
    site.refresh_from_db()
    assert site.consent == {"text": "We keep it.", "version": "2"}
    as_owner.post(consent, {"text": "", "version": "2"})
    site.refresh_from_db()
    assert site.consent is None


def test_questions_are_set_and_keep_their_keys(as_owner: Client, site: Site) -> None:
    questions = address("questions", site)
    lines = "Order number *\nÖrtchen?\n東京"
    typed = {"name": "optional", "email": "required", "fields_asked": lines}
    assert as_owner.post(questions, typed)["Location"] == questions
    site.refresh_from_db()
    fields = [
        {"key": "order_number", "label": "Order number", "required": True},
        {"key": "ortchen", "label": "Örtchen?", "required": False},
        {"key": "question", "label": "東京", "required": False},
    ]
    assert site.prechat == {"name": "optional", "email": "required", "fields": fields}
    assert lines in as_owner.get(questions).content.decode()
    as_owner.post(questions, {**typed, "fields_asked": "東京 *\n大阪"})
    site.refresh_from_db()
    kept = [(field["key"], field["required"]) for field in (site.prechat or {})["fields"]]
    assert kept == [("question", True), ("question_2", False)]


def test_opening_hours_are_read_as_people_write_them(as_owner: Client, site: Site) -> None:
    hours = address("hours", site)
    typed = {"mon": "13:00 – 17:30, 9-12", "sun": "0:00-24:00", "time_zone": "Europe/Berlin"}
    assert as_owner.post(hours, {**typed, "away_text": "Back soon."})["Location"] == hours
    site.refresh_from_db()
    monday = [["09:00", "12:00"], ["13:00", "17:30"]]
    assert site.opening_hours == {"mon": monday, "sun": [["00:00", "24:00"]]}
    assert (site.time_zone, site.away_text) == ("Europe/Berlin", "Back soon.")
    assert "09:00–12:00, 13:00–17:30" in as_owner.get(hours).content.decode()
    as_owner.post(hours, {"time_zone": "UTC"})
    site.refresh_from_db()
    assert (site.opening_hours, site.time_zone, site.away_text) == (None, "UTC", "")


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ("nine to five", "is no time of a day"),
        ("09:00-25:00", "is no time of a day"),
        ("09:60-10:00", "is no time of a day"),
        ("24:30-24:40", "is no time of a day"),
        ("22:00-06:00", "ends before it begins"),
        (",".join(f"{hour}-{hour + 1}" for hour in range(11)), "Ten times a day"),
        ("٩-١٠", "is no time of a day"),
    ],
)
def test_opening_hours_that_will_not_do_are_refused_and_kept_as_typed(
    as_owner: Client, site: Site, times: str, words: str
) -> None:
    typed = {"mon": times, "time_zone": "UTC"}
    answer = as_owner.post(address("hours", site), typed)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert times in answer.content.decode()
    site.refresh_from_db()
    assert site.opening_hours is None


@pytest.mark.parametrize("lines", ["a\nb\nc\nd\ne\nf", "x" * 201, "*", "Same\nSame *"])
def test_questions_that_will_not_do_are_refused(as_owner: Client, site: Site, lines: str) -> None:
    typed = {"name": "off", "email": "off", "fields_asked": lines}
    assert as_owner.post(address("questions", site), typed).status_code == 422
    site.refresh_from_db()
    assert site.prechat is None


def test_retention_says_what_would_go(as_owner: Client, site: Site, room: Room, says: Says) -> None:
    says("old")
    Message.objects.update(at="2026-01-01T00:00:00Z")
    preview = as_owner.get(address("kept_preview", site), {"retention_days": "30"})
    assert "1 message is older than 30 days" in preview.content.decode()
    assert (
        "older"
        not in as_owner.get(address("kept_preview", site), {"retention_days": "0"}).content.decode()
    )
    as_owner.post(address("kept", site), {"retention_days": "30"})
    site.refresh_from_db()
    assert site.retention_days == 30
    as_owner.post(address("kept", site), {"retention_days": ""})
    site.refresh_from_db()
    assert site.retention_days is None


def test_an_export_is_followed_fetched_and_gone(
    as_owner: Client, site: Site, room: Room, says: Says, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    says("kept for a file")
    as_owner.post(address("export_room", site), {"room": "lobby"})
    job = Job.objects.get(target="lobby")
    followed = as_owner.get(address("room_exports", site)).content.decode()
    assert "0 % written" in followed
    assert "every 3s" in followed
    assert as_owner.get(address("exported_file", site, job.pk)).status_code == 404
    runner.finish(job.pk, _parts)
    page = as_owner.get(address("kept", site)).content.decode()
    assert "every 3s" not in page
    link = re.search(r'href="([^"]+/exports/\d+/)"', page)
    assert link
    answer = as_owner.get(link[1])
    lines = b"".join(answer.streaming_content).splitlines()  # type: ignore[arg-type]  # it is no async one
    assert [json.loads(line)["body"] for line in lines] == ["kept for a file"]
    forget_exports(site.pk)
    assert as_owner.get(link[1]).status_code == 404
    assert "no longer here" in as_owner.get(address("kept", site)).content.decode()


def test_no_private_line_is_exported(as_owner: Client, site: Site, room: Room) -> None:
    Room.objects.create(site=site, slug="p_1", name="Line", kind="private")
    for slug in ("p_1", "nowhere", "\0"):
        assert as_owner.post(address("export_room", site), {"room": slug}).status_code == 404
    assert not Job.objects.exists()


def test_an_api_key_is_shown_once_and_ended(as_owner: Client, site: Site) -> None:
    keys = address("keys", site)
    sent = {"name": "Bot", "scopes": ["audit"], "days": "30"}
    page = as_owner.post(keys, sent).content.decode()
    found = re.search(r"sk_[A-Za-z0-9]{40}", page)
    assert found
    key = api_key_for_secret(found[0])
    assert key
    assert key.scopes == ["audit"]
    assert key.expires_at
    page = as_owner.get(keys).content.decode()
    assert found[0] not in page
    assert found[0][:12] in page
    assert "never used" in page
    as_owner.post(address("end_api_key", site, key.public_id))
    assert api_key_for_secret(found[0]) is None


def test_a_key_without_a_scope_is_refused_beside_the_form(as_owner: Client, site: Site) -> None:
    answer = as_owner.post(address("keys", site), {"name": "Bot"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose at least one" in page
    assert 'value="Bot"' in page


def test_a_replaced_public_key_is_ended_and_the_last_is_not(as_owner: Client, site: Site) -> None:
    old = site.keys.get().key
    new = rotate_key(site=site).key
    page = as_owner.get(address("keys", site)).content.decode()
    assert "Replaced; works until" in page
    as_owner.post(address("end_site_key", site, old))
    assert [key.key for key in site.keys.all()] == [new]
    answer = as_owner.post(address("end_site_key", site, new))
    assert answer.status_code == 409
    assert site.keys.count() == 1


def test_a_public_key_says_when_it_was_last_seen(as_owner: Client, site: Site) -> None:
    assert "not seen on a page yet" in as_owner.get(address("keys", site)).content.decode()
    site.keys.update(last_seen_at=timezone.now())
    page = as_owner.get(address("keys", site)).content.decode()
    assert "not seen on a page yet" not in page
    assert re.search(r"last seen <time[^>]*>just now</time>", page)


def test_the_identity_secret_is_shown_by_a_press_and_on_record(
    as_owner: Client, site: Site
) -> None:
    forget_record()
    identity = address("identity_secret", site)
    shown = as_owner.post(identity, {"act": "show"}).content.decode()
    first = site.identity_secrets.get().secret
    assert first in shown
    assert first not in as_owner.get(address("keys", site)).content.decode()
    replaced = as_owner.post(identity, {"act": "replace"}).content.decode()
    assert first not in replaced
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["identity_secret.create", "identity_secret.rotate"]


@pytest.mark.parametrize(("role", "status"), [("manager", 403), ("owner", 200)])
def test_keys_are_the_owners(role: str, status: int, as_moderator: Client, site: Site) -> None:
    Member.objects.filter(account__email="moderator@shop.example").update(role=role)
    assert as_moderator.get(address("keys", site)).status_code == status
    page = as_moderator.get(address("site_settings", site)).content.decode()
    assert (address("keys", site) in page) == (role == "owner")

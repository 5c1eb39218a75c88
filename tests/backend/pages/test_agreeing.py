"""Consent and rules on pages that need no script."""

from __future__ import annotations

import pytest

from inglenook.chat.models import Message, Room
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from tests.backend.pages.conftest import Reader

BOX = 'name="agree"'


@pytest.fixture(autouse=True)
def _asking(site: Site, room: Room) -> None:
    site.consent = {"text": "We keep <b>it</b>.", "version": "2"}
    site.save()


def test_who_has_not_agreed_sees_the_text_and_a_box(reader: Reader) -> None:
    page = reader.get().content.decode()
    assert BOX in page
    assert "We keep &lt;b&gt;it&lt;/b&gt;." in page
    assert not Visitor.objects.exists()


@pytest.mark.parametrize("agreed", ["", "1"])
def test_without_the_box_nothing_is_stored_and_the_text_stays(reader: Reader, agreed: str) -> None:
    answer = reader.say("Hello", agree=agreed)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "tick the box" in page
    assert "Hello" in page
    assert not Visitor.objects.exists()


def test_who_agrees_writes_and_is_not_asked_again(reader: Reader) -> None:
    assert reader.say("Hello", agree="2").status_code == 303
    visitor = Visitor.objects.get()
    assert (visitor.consent_version, visitor.consent_at is not None) == ("2", True)
    assert BOX not in reader.get().content.decode()
    assert reader.say("Again").status_code == 303
    assert Message.objects.count() == 2


def test_another_version_asks_again(reader: Reader, site: Site) -> None:
    reader.say("Hello", agree="2")
    site.consent = {"text": "For a year.", "version": "3"}
    site.save()
    assert BOX in reader.get().content.decode()
    assert reader.say("Again", agree="2").status_code == 400
    assert reader.say("Again", agree="3").status_code == 303


def test_a_script_gets_the_form_back_with_what_is_wrong(scripted: Reader) -> None:
    answer = scripted.say("Hello")
    assert (answer.status_code, answer["HX-Retarget"]) == (400, "#composer")
    assert BOX in answer.content.decode()
    answer = scripted.say("Hello", agree="2")
    page = answer.content.decode()
    assert (answer.status_code, 'id="composer"' in page, BOX in page) == (200, True, False)


def test_the_rules_of_the_room_can_be_read(reader: Reader, room: Room) -> None:
    assert "Rules of this room" not in reader.get().content.decode()
    room.rules = "1. Be kind.\n2. No <b>adverts</b>."
    room.save()
    page = reader.get().content.decode()
    assert "1. Be kind.<br>2. No &lt;b&gt;adverts&lt;/b&gt;." in page

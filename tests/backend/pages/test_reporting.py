"""A reader reports a message by links and forms alone."""

from __future__ import annotations

import pytest

from inglenook.chat.models import Report, ReportEntry, Room
from inglenook.moderation.services import ban_visitor
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.api.owner.examples import say
from tests.backend.pages.conftest import Reader

PATH = "report/1/"


@pytest.fixture(autouse=True)
def _a_message(room: Room, visitor: Visitor) -> None:
    say(room, participant_from_visitor(visitor), "00000001", "Buy <b>now</b>")


def test_the_room_leads_to_the_form_and_the_form_back(reader: Reader) -> None:
    assert f'href="{reader.url(path=PATH)}"' in reader.get().content.decode()
    form = reader.get(path=PATH).content.decode()
    assert "Buy &lt;b&gt;now&lt;/b&gt;" in form
    assert form.count('type="radio"') == 5
    answer = reader.post("lobby", PATH, reason="spam", note="Look")
    assert answer.status_code == 302
    assert answer["Location"] == f"{reader.url()}?reported&before=2#m-1"
    assert "Thank you" in reader.client.get(answer["Location"]).content.decode()
    entry = ReportEntry.objects.get()
    assert (entry.reason, entry.note, entry.report.body) == ("spam", "Look", "Buy <b>now</b>")
    assert Visitor.objects.count() == 2


def test_what_is_wrong_is_said_and_what_was_typed_stays(reader: Reader) -> None:
    reader.get(path=PATH)
    for fields, status in (({"reason": ""}, 400), ({"reason": "spam", "note": "x" * 501}, 422)):
        answer = reader.post("lobby", PATH, **fields)
        assert answer.status_code == status
        assert 'role="alert"' in answer.content.decode()
    assert "x" * 501 in answer.content.decode()
    assert Visitor.objects.count() == 1
    assert not Report.objects.exists()


def test_a_message_that_is_not_there_has_no_form(reader: Reader) -> None:
    for path in ("report/2/", "report/0/", f"report/{10**30}/"):
        assert reader.get(path=path).status_code == 404


def test_who_is_banned_reports_nothing(reader: Reader, site: Site) -> None:
    reader.get(path=PATH)
    reader.post("lobby", PATH, reason="spam")
    me = ReportEntry.objects.get().reporter_id
    ban_visitor(site=site, visitor_id=me)
    assert reader.post("lobby", PATH, reason="abuse").status_code == 403
    assert ReportEntry.objects.get().reason == "spam"


def test_one_s_own_message_has_no_link(reader: Reader) -> None:
    reader.say("Mine")
    assert reader.get().content.decode().count("/report/") == 1

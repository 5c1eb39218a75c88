"""Writing from a page.

By a form and a redirect, or by HTMX; whoever writes becomes a visitor by it.
"""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.http import HttpResponse
from pytest_django import DjangoAssertNumQueries

from inglenook.chat import services as chat
from inglenook.chat.models import Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.moderation.services import ban_visitor
from inglenook.pages import writing
from inglenook.pages.visits import COOKIE
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.pages.conftest import Reader


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def seqs(answer: HttpResponse) -> list[int]:
    return [int(seq) for seq in re.findall(r'id="m-(\d+)"', text_of(answer))]


class TestForms:
    """Without any script."""

    def test_a_message_is_stored_and_the_page_comes_back(self, reader: Reader, room: Room) -> None:
        answer = reader.say("Hello\r\nthere")
        assert (answer.status_code, answer["Location"]) == (303, f"{reader.url()}?wrote")
        message = Message.objects.get()
        assert message.body == "Hello\nthere"
        page = text_of(reader.get(path="?wrote"))
        assert "Hello\nthere" in page
        assert Visitor.objects.get().name in page
        assert "autofocus" in page

    def test_the_visitor_is_remembered_for_this_site_alone(
        self, reader: Reader, room: Room
    ) -> None:
        reader.say("Hello")
        cookie = reader.client.cookies[COOKIE]
        assert cookie["httponly"] is True
        assert (cookie["samesite"], cookie["path"]) == ("Lax", f"/s/{reader.site_key}/")
        assert cookie["max-age"] == 30 * 86_400
        assert not cookie["secure"]
        reader.hidden["cid"] = "another-cid"
        reader.say("Again")
        assert Visitor.objects.count() == 1
        assert len(set(Message.objects.values_list("author_id", flat=True))) == 1

    def test_over_https_the_cookie_is_secure(
        self, reader: Reader, room: Room, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "IS_HTTPS", True)
        reader.say("Hello")
        assert reader.client.cookies[COOKIE]["secure"] is True

    def test_a_form_sent_twice_is_one_message(self, reader: Reader, room: Room) -> None:
        assert reader.say("Hello").status_code == 303
        assert reader.say("Hello").status_code == 303
        assert Message.objects.count() == 1

    def test_a_name_is_taken_before_the_first_message(self, reader: Reader, room: Room) -> None:
        answer = reader.take_name("Robin")
        assert (answer.status_code, answer["Location"]) == (303, f"{reader.url()}?wrote")
        assert "Robin" in text_of(reader.get())
        reader.say("Hello")
        assert Message.objects.get().author_name == "Robin"
        assert Visitor.objects.count() == 1

    def test_a_refused_name_is_explained_and_makes_nobody(self, reader: Reader, room: Room) -> None:
        answer = reader.take_name("Olive")
        assert answer.status_code == 422
        assert 'id="name-error"' in text_of(answer)
        assert 'value="Olive"' in text_of(answer)
        assert not Visitor.objects.exists()
        assert COOKIE not in reader.client.cookies

    def test_reloading_a_refused_name_leads_back(self, reader: Reader, room: Room) -> None:
        answer = reader.get(path="name/")
        assert (answer.status_code, answer["Location"]) == (303, f"{reader.url()}?wrote")

    def test_a_private_room_begins_with_its_first_message(self, reader: Reader, site: Site) -> None:
        assert reader.say("A question", slug="private").status_code == 303
        room = Room.objects.get()
        assert (room.kind, room.visitor) == ("private", Visitor.objects.get())
        assert "A question" in text_of(reader.get("private"))


class TestRefusals:
    """Beside the form, with the text kept and the status that fits; with and without a script."""

    @pytest.fixture(params=[False, True], ids=["form", "htmx"])
    def person(self, request: pytest.FixtureRequest, site_key: str) -> Reader:
        return Reader(site_key, is_script_on=request.param)

    def assert_refused(
        self, person: Reader, answer: HttpResponse, status: int, words: str, kept: str
    ) -> None:
        assert answer.status_code == status
        page = text_of(answer)
        assert f'role="alert">{words}' in page
        assert kept in page
        assert ("<html" in page) is not bool(person.headers)
        if person.headers:
            assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#composer", "outerHTML")

    @pytest.mark.parametrize("body", ["", "   ", "\r\n\r\n", "\u200b"])
    def test_nothing_in_it(self, person: Reader, room: Room, body: str) -> None:
        answer = person.say(body)
        self.assert_refused(person, answer, 422, "There is nothing in it.", "<textarea")
        assert not Visitor.objects.exists()

    def test_too_long(self, person: Reader, room: Room) -> None:
        text = "wax " * 501
        answer = person.say(text)
        self.assert_refused(person, answer, 422, "A message may have 2000 characters.", text)
        assert not Visitor.objects.exists()

    def test_a_locked_room(self, person: Reader, room: Room) -> None:
        person.get()
        Room.objects.update(locked=True)
        answer = person.say("My words")
        self.assert_refused(person, answer, 409, "This room is closed", "My words</textarea>")
        assert not Visitor.objects.exists()

    def test_an_archived_room(self, person: Reader, room: Room) -> None:
        person.get()
        Room.objects.update(archived=True)
        answer = person.say("My words")
        self.assert_refused(person, answer, 409, "This room is archived", "My words</textarea>")

    def test_slow_mode(self, person: Reader, room: Room) -> None:
        Room.objects.update(slow_s=60)
        person.say("First")
        answer = person.say("My words", cid="another-cid")
        self.assert_refused(person, answer, 429, "This room is in slow mode", "My words</textarea>")
        assert 50 <= int(answer["Retry-After"]) <= 60

    def test_too_fast(self, person: Reader, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(policy, "of_visitor", RateLimit(Allowance(0.01, 1)))
        person.say("First")
        answer = person.say("My words", cid="another-cid")
        self.assert_refused(person, answer, 429, "That is too fast.", "My words</textarea>")

    def test_a_ban(self, person: Reader, room: Room, site: Site, visitor: Visitor) -> None:
        person.get()
        person.become(visitor)
        ban_visitor(site=site, visitor_id=visitor.public_id)
        answer = person.say("My words")
        assert answer.status_code == 403
        assert "You cannot take part in this chat." in text_of(answer)
        assert not Message.objects.exists()

    def test_what_is_typed_stays_text(self, person: Reader, room: Room) -> None:
        answer = person.say("</textarea><script>alert(1)</script>" + "x" * 2000)
        assert "&lt;/textarea&gt;&lt;script&gt;" in text_of(answer)
        assert "<script>alert" not in text_of(answer)

    def test_a_forged_cid(self, person: Reader, room: Room) -> None:
        answer = person.say("Hello", cid="x")
        assert answer.status_code == 400
        assert not Message.objects.exists()

    def test_a_room_that_is_not_there(self, person: Reader, room: Room) -> None:
        person.get()
        assert person.post("never", "", body="Hello").status_code == 404
        assert person.post("never", "name/", name="Robin").status_code in (200, 303, 404)
        assert not Message.objects.exists()


def test_new_people_are_limited_by_address(
    site_key: str, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever drops the cookie does not get new limits with it."""
    monkeypatch.setattr(policy, "of_newcomers", RateLimit(Allowance(0.001, 2)))
    statuses = []
    for cookie in (None, "garbage", None):
        reader = Reader(site_key)
        reader.client.defaults["REMOTE_ADDR"] = "198.51.100.7"
        if cookie:
            reader.client.cookies[COOKIE] = cookie
        statuses.append(reader.say("Hello").status_code)
    assert statuses == [303, 303, 429]
    assert Visitor.objects.count() == 2


@pytest.mark.parametrize("path", ["", "name/"])
def test_a_form_of_another_page_is_refused(reader: Reader, room: Room, path: str) -> None:
    """T22: without the token of our own form nothing happens."""
    reader.get()
    for token in (None, "", "x" * 64):
        fields = {"body": "Hello", "name": "Robin", "cid": "00000001"}
        if token is not None:
            fields["csrfmiddlewaretoken"] = token
        answer = reader.client.post(reader.url(path=path), fields)
        assert answer.status_code == 403
    assert not Message.objects.exists()
    assert not Visitor.objects.exists()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_do_nothing(reader: Reader, room: Room, method: str) -> None:
    client = reader.client
    client.handler.enforce_csrf_checks = False
    for path in ("", "news/", "name/"):
        assert client.generic(method, reader.url(path=path)).status_code == 405
    assert client.post(reader.url(path="news/")).status_code == 405


def test_posting_costs_few_queries(
    reader: Reader, room: Room, visitor: Visitor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reader.get()
    reader.become(visitor)
    with django_assert_num_queries(16, exact=False) as queries:
        assert reader.say("Hello").status_code == 303
    assert len(queries) <= 16


class TestNews:
    """HTMX asks every three seconds for what is new, and gets nothing where nothing is."""

    def say(self, visitor: Visitor, room: Room, body: str, cid: str) -> int:
        room.refresh_from_db()
        author = participant_from_visitor(visitor)
        ack = post_message(Draft(slug=room.slug, author=author, cid=cid, body=body))
        assert ack.seq
        return ack.seq

    def test_nothing_new_is_no_content(self, scripted: Reader, full_room: Room) -> None:
        scripted.get()
        answer = scripted.news()
        assert (answer.status_code, answer.content) == (204, b"")

    def test_what_is_new_is_added(
        self, scripted: Reader, full_room: Room, visitor: Visitor
    ) -> None:
        scripted.get()
        self.say(visitor, full_room, "Fresh", "00000001")
        answer = scripted.news()
        assert seqs(answer) == [71]
        assert re.search(r'id="since" value="71"[^>]*hx-swap-oob="true"', text_of(answer))
        assert "<textarea" not in text_of(answer)
        assert scripted.news(since="71").status_code == 204

    def test_what_changed_is_replaced_in_its_place(
        self, scripted: Reader, full_room: Room, visitor: Visitor
    ) -> None:
        self.say(visitor, full_room, "Helo", "00000001")
        scripted.get()
        author = participant_from_visitor(visitor)
        chat.edit_message(room=full_room, actor=author, seq=71, body="Hello")
        answer = scripted.news()
        assert seqs(answer) == []
        assert re.search(r'id="b-71" hx-swap-oob="true"', text_of(answer))
        assert "Hello" in text_of(answer)
        assert "edited" in text_of(answer)

    def test_what_is_not_on_the_page_is_not_replaced(
        self, scripted: Reader, full_room: Room, visitor: Visitor
    ) -> None:
        self.say(visitor, full_room, "Hello", "00000001")
        chat.delete_message(room=full_room, actor=participant_from_visitor(visitor), seq=71)
        answer = scripted.client.get(
            scripted.url(path="news/"), {"since": 71, "floor": 72, "epoch": full_room.epoch}
        )
        assert answer.status_code == 200
        assert 'id="b-71"' not in text_of(answer)

    def test_a_change_of_the_room_is_shown(self, scripted: Reader, full_room: Room) -> None:
        from inglenook.chat.room_services import change_room

        scripted.get()
        change_room(room=full_room, name="Parlour", locked=True)
        answer = text_of(scripted.news())
        assert 'id="room-head" hx-swap-oob="true"' in answer
        assert "Parlour" in answer
        assert "This room is closed for new messages" in answer

    def test_cleared_history_draws_the_page_anew(self, scripted: Reader, full_room: Room) -> None:
        from inglenook.chat.room_services import clear_history

        scripted.get()
        clear_history(room=full_room)
        assert scripted.news()["HX-Refresh"] == "true"

    def test_after_a_long_sleep_the_page_is_drawn_anew(
        self, scripted: Reader, full_room: Room
    ) -> None:
        scripted.get()
        Room.objects.update(head=400)
        Message.objects.bulk_create(
            Message(room=full_room, seq=n, rev=n, at=full_room.created_at, body="x")
            for n in range(71, 401)
        )
        assert scripted.news()["HX-Refresh"] == "true"

    @pytest.mark.parametrize("field", ["since", "floor"])
    def test_a_wrong_number_is_refused(self, scripted: Reader, full_room: Room, field: str) -> None:
        scripted.get()
        assert scripted.news(**{field: "abc"}).status_code == 400

    def test_ones_own_message_comes_with_all_that_is_new_and_an_empty_box(
        self, scripted: Reader, full_room: Room, visitor: Visitor
    ) -> None:
        scripted.get()
        self.say(visitor, full_room, "Between", "00000001")
        first_cid = scripted.hidden["cid"]
        answer = scripted.say("Mine")
        page = text_of(answer)
        assert (answer.status_code, seqs(answer)) == (200, [71, 72])
        assert 'id="composer" hx-swap-oob="true"' in page
        assert 'id="me" hx-swap-oob="true"' in page
        assert re.search(r'class="message mine[^"]*" id="m-72"', page)
        assert scripted.hidden["cid"] != first_cid
        assert answer.cookies[COOKIE].value

    def test_one_name_stands_over_what_one_says_in_a_row(
        self, scripted: Reader, room: Room, visitor: Visitor, other_visitor: Visitor
    ) -> None:
        self.say(visitor, room, "One", "00000001")
        scripted.get()
        self.say(visitor, room, "Two", "00000002")
        self.say(other_visitor, room, "Three", "00000003")
        page = text_of(scripted.news())
        assert page.count('class="author"') == 1
        assert "Teal Heron" in page
        assert 'class="day"' not in page

    def test_another_name_is_a_piece(self, scripted: Reader, room: Room) -> None:
        answer = scripted.take_name("Robin")
        assert answer.status_code == 200
        assert text_of(answer).lstrip().startswith('<div class="me" id="me"')
        assert "Robin" in text_of(answer)
        refused = scripted.take_name("Olive")
        assert (refused.status_code, refused["HX-Retarget"]) == (422, "#me")
        assert "Robin" in text_of(refused)


def test_a_database_that_is_away_gives_the_words_back(
    reader: Reader, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def gone(*_: object, **__: object) -> None:
        raise OperationalError("gone")

    reader.get()
    monkeypatch.setattr(writing, "post_message", gone)
    answer = reader.say("My words")
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert "Back in a moment" in text_of(answer)
    assert "My words</textarea>" in text_of(answer)

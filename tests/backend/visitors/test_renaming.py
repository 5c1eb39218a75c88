"""Another name: cleaned, not too long, and never one that passes for the team."""

from __future__ import annotations

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from inglenook.moderation.names import rename_visitor
from inglenook.protocol.errors import ChatError
from inglenook.sites.models import Account, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.services import team_names
from inglenook.visitors.signals import visitor_renamed


def test_a_visitor_takes_another_name(visitor: Visitor) -> None:
    assert rename_visitor(visitor=visitor, name="  Robin   Hood ").name == "Robin Hood"
    assert Visitor.objects.get(pk=visitor.pk).name == "Robin Hood"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("\u200b\u202e", "empty"),
        ("n" * 41, "too_long"),
        ("Ro\x00bin", "invalid_text"),
        ("Ro\ud800bin", "invalid_text"),
        ("Olive", "reserved"),
        ("oLiVe", "reserved"),
        ("O l i v e", "reserved"),
        ("Ol\u0456ve", "reserved"),
        ("Candle Shop", "reserved"),
        ("candleshop", "reserved"),
        ("Moderator", "reserved"),
        ("M0derator", "reserved"),
        ("Morris", "reserved"),
        ("Alice (team)", "reserved"),
        ("Admin1", "reserved"),
        ("Alice (Candle Shop)", "reserved"),
    ],
)
def test_a_name_that_will_not_do_is_refused(
    visitor: Visitor, moderator: Account, name: str, code: str
) -> None:
    with pytest.raises(ChatError) as refused:
        rename_visitor(visitor=visitor, name=name)
    assert (refused.value.code, refused.value.field) == (code, "name")
    assert Visitor.objects.get(pk=visitor.pk).name == "Amber Otter"


def test_the_other_sites_team_does_not_take_names_here(visitor: Visitor, other_site: Site) -> None:
    assert rename_visitor(visitor=visitor, name="Sly").name == "Sly"
    assert "Sly" in team_names(other_site.pk)
    assert "Sly" not in team_names(visitor.site_id)


def test_it_says_so_after_commit(
    visitor: Visitor, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard: list[tuple[int, str, str]] = []

    def hear(site_id: int, visitor_id: str, name: str, **_: object) -> None:
        heard.append((site_id, visitor_id, name))

    visitor_renamed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            rename_visitor(visitor=visitor, name="Robin")
            assert heard == []
        with django_capture_on_commit_callbacks(execute=True):
            rename_visitor(visitor=visitor, name="Robin")
    finally:
        visitor_renamed.disconnect(hear)
    assert heard == [(visitor.site_id, visitor.public_id, "Robin")]


@pytest.mark.django_db(transaction=True)
def test_what_it_says_at_once_is_the_new_name(visitor: Visitor) -> None:
    """Without a transaction around it, the commit comes before the caller's object has the name."""
    heard: list[str] = []

    def hear(name: str, **_: object) -> None:
        heard.append(name)

    visitor_renamed.connect(hear)
    try:
        rename_visitor(visitor=visitor, name="Robin")
    finally:
        visitor_renamed.disconnect(hear)
    assert heard == ["Robin"]

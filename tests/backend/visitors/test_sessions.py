"""Opening a session: the same visitor for a genuine token, a new one for everything else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.protocol.errors import InvalidToken, TokenExpired
from inglenook.sites.models import Site
from inglenook.sites.selectors import CachedSite
from inglenook.visitors.models import Visitor
from inglenook.visitors.services import end_tokens, open_session, visitor_for_token
from inglenook.visitors.tokens import make_token


def test_somebody_new_gets_a_friendly_name_and_a_token(card: CachedSite) -> None:
    visitor, token = open_session(site=card, token=None)
    assert visitor.public_id.startswith("v_")
    assert len(visitor.name.split()) == 2
    assert visitor_for_token(site_id=card.id, token=token) == visitor


def test_a_genuine_token_stays_the_same_visitor(card: CachedSite, visitor: Visitor) -> None:
    again, token = open_session(site=card, token=make_token(visitor))
    assert again == visitor
    assert visitor_for_token(site_id=card.id, token=token) == visitor
    assert Visitor.objects.count() == 1


def test_an_expired_token_stays_the_same_visitor_and_gets_a_fresh_one(
    card: CachedSite, visitor: Visitor
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        token = make_token(visitor)
        clock.shift(timedelta(days=200))
        with pytest.raises(TokenExpired):
            visitor_for_token(site_id=card.id, token=token)
        again, fresh = open_session(site=card, token=token)
        assert again == visitor
        assert visitor_for_token(site_id=card.id, token=fresh) == visitor


@pytest.mark.parametrize("token", ["", "garbage", "t1.1.v_x.1.2.3"])
def test_a_broken_token_is_a_new_visitor(card: CachedSite, visitor: Visitor, token: str) -> None:
    new, _ = open_session(site=card, token=token)
    assert new != visitor


def test_another_sites_token_is_a_new_visitor(card: CachedSite, foreign_visitor: Visitor) -> None:
    new, _ = open_session(site=card, token=make_token(foreign_visitor))
    assert new != foreign_visitor
    assert new.site_id == card.id


def test_an_erased_visitors_token_is_a_new_visitor(card: CachedSite, visitor: Visitor) -> None:
    token = make_token(visitor)
    Visitor.objects.update(erased_at=timezone.now())
    with pytest.raises(InvalidToken):
        visitor_for_token(site_id=card.id, token=token)
    new, _ = open_session(site=card, token=token)
    assert new != visitor


def test_ended_tokens_are_dead(card: CachedSite, visitor: Visitor, site: Site) -> None:
    token = make_token(visitor)
    end_tokens(visitor=visitor)
    with pytest.raises(InvalidToken):
        visitor_for_token(site_id=card.id, token=token)
    new, _ = open_session(site=card, token=token)
    assert new != visitor
    assert visitor_for_token(site_id=card.id, token=make_token(visitor)) == visitor
    assert Site.objects.get(pk=site.pk).access_version == card.access_version + 1


def test_another_sites_token_opens_nothing_here(card: CachedSite, foreign_visitor: Visitor) -> None:
    with pytest.raises(InvalidToken):
        visitor_for_token(site_id=card.id, token=make_token(foreign_visitor))


def test_last_seen_is_written_once_a_minute(
    card: CachedSite, visitor: Visitor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token = make_token(visitor)
    with django_assert_num_queries(1):
        open_session(site=card, token=token)
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        with django_assert_num_queries(2):
            open_session(site=card, token=token)
        assert Visitor.objects.get().last_seen_at == timezone.now()

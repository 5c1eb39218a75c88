"""Visitors who say hello together are read together, each with an answer of its own."""

from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.moderation.services import ban_visitor
from inglenook.protocol.errors import Banned, InvalidToken
from inglenook.realtime.admission.admit import Admission, AdmissionRequest, admit_visitors
from inglenook.sites.models import Site
from inglenook.sites.selectors import CachedSite
from inglenook.visitors.addresses import hashes_of, note_address
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from inglenook.visitors.services import end_tokens
from inglenook.visitors.tokens import make_token

pytestmark = pytest.mark.django_db


def test_a_crowd_is_admitted_by_two_queries(
    site: Site,
    card: CachedSite,
    foreign_visitor: Visitor,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    names = ("admitted", "trusted", "banned", "erased", "of an old token")
    crowd = {name: Visitor.objects.create(site=site, name=name) for name in names}
    tokens = [make_token(person) for person in (*crowd.values(), foreign_visitor)]
    Visitor.objects.filter(pk=crowd["trusted"].pk).update(role=Visitor.Role.TRUSTED)
    Visitor.objects.filter(pk=crowd["erased"].pk).update(erased_at=timezone.now())
    ban_visitor(site=site, visitor_id=crowd["banned"].public_id)
    end_tokens(visitor=crowd["of an old token"])
    requests = [
        AdmissionRequest(site=card, origin="https://shop.example", token=token)
        for token in (*tokens, "no token", None, tokens[0])
    ]
    with django_assert_num_queries(2):
        found = admit_visitors(requests)
    refused = [type(answer) for answer in found if not isinstance(answer, Admission)]
    assert refused == [Banned, *[InvalidToken] * 5]
    admitted = [answer for answer in found if isinstance(answer, Admission)]
    again = [Visitor.objects.get(name=name) for name in ("admitted", "trusted", "admitted")]
    assert [answer.participant for answer in admitted] == [
        participant_from_visitor(visitor) for visitor in again
    ]
    assert {answer.credentials.version for answer in admitted} == {1}


def test_where_they_are_costs_no_query_more(
    site: Site, card: CachedSite, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    here, elsewhere = "203.0.113.7", "198.51.100.7"
    of_here = hashes_of(here, key=card.address_key)
    crowd = [Visitor.objects.create(site=site, name=name) for name in ("known here", "new here")]
    note_address(crowd[0].pk, of_here)
    requests = [
        AdmissionRequest(site=card, origin=None, token=make_token(person), address=address)
        for person, address in ((crowd[0], here), (crowd[0], elsewhere), (crowd[1], here))
    ]
    with django_assert_num_queries(2):
        found = admit_visitors(requests)
    noted = [answer.new_address for answer in found if isinstance(answer, Admission)]
    assert noted == [None, hashes_of(elsewhere, key=card.address_key), of_here]

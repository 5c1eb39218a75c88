"""The card of a site: what it says, how old it may be, who may see a site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inglenook.protocol.errors import NotFound
from inglenook.sites import selectors, services, site_settings
from inglenook.sites.models import Account, Site


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(selectors.time, "monotonic", clock)
    return clock


@pytest.mark.django_db
def test_a_card_says_what_the_edges_need(site: Site, site_key: str) -> None:
    card = selectors.site_for_key(site_key)
    assert card is not None
    assert (card.id, card.name, card.key, card.keys) == (
        site.pk,
        "Candle Shop",
        site_key,
        (site_key,),
    )
    assert [str(entry) for entry in card.entries] == ["https://shop.example"]
    assert card.is_enabled
    assert not card.allows_null_origin


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "pk_unknown", "pk_\x00", "é", "x" * 5000, "pk_a/../b"])
def test_an_unknown_or_odd_key_has_no_site(key: str) -> None:
    assert selectors.site_for_key(key) is None


@pytest.mark.django_db
def test_an_expired_key_has_no_site_and_a_disabled_site_says_so(site: Site, site_key: str) -> None:
    new = services.rotate_key(site=site)
    site.keys.filter(key=site_key).update(expires_at=timezone.now() - timedelta(seconds=1))
    site_settings.disable_site(site=site)
    assert selectors.site_for_key(site_key) is None
    card = selectors.site_for_key(new.key)
    assert card is not None
    assert not card.is_enabled
    assert card.keys == (new.key,)


@pytest.mark.django_db
def test_the_newest_key_is_the_one_to_hand_out(site: Site, site_key: str) -> None:
    new = services.rotate_key(site=site)
    card = selectors.site_by_id(site.pk)
    assert (card.key, card.keys) == (new.key, (new.key, site_key))
    with pytest.raises(NotFound):
        selectors.site_by_id(0)


@pytest.mark.django_db(transaction=True)
class TestCache:
    def test_a_second_question_asks_no_database(
        self, site_key: str, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(3):
            card = selectors.site_for_key(site_key)
        with django_assert_num_queries(0):
            assert selectors.site_for_key(site_key) is card
            assert selectors.cached_site_for_key(site_key) is card

    def test_an_unknown_key_is_remembered_too(
        self, db: None, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(1):
            assert selectors.site_for_key("pk_unknown") is None
            assert selectors.site_for_key("pk_unknown") is None

    def test_a_card_is_a_second_old_at_most(self, site: Site, site_key: str, clock: Clock) -> None:
        selectors.site_for_key(site_key)
        Site.objects.update(name="Changed by another process")
        clock.now += 0.9
        card = selectors.site_for_key(site_key)
        assert card is not None
        assert card.name == "Candle Shop"
        clock.now += 0.2
        assert selectors.cached_site_for_key(site_key) is selectors.MISSING
        card = selectors.site_for_key(site_key)
        assert card is not None
        assert card.name == "Changed by another process"

    def test_a_change_in_this_process_is_seen_at_once(self, site: Site, site_key: str) -> None:
        selectors.site_for_key(site_key)
        site_settings.disable_site(site=site)
        assert selectors.cached_site_for_key(site_key) is selectors.MISSING
        card = selectors.site_for_key(site_key)
        assert card is not None
        assert not card.is_enabled

    def test_what_was_read_before_a_change_is_not_kept_after_it(
        self, site_key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        load = selectors._load

        def slow_load(key: str) -> selectors.CachedSite | None:
            card = load(key)
            selectors.forget_sites()
            return card

        monkeypatch.setattr(selectors, "_load", slow_load)
        selectors.site_for_key(site_key)
        assert selectors.cached_site_for_key(site_key) is selectors.MISSING

    def test_made_up_keys_do_not_fill_the_memory(
        self, db: None, site_key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(selectors, "_cards", selectors.new_cache(3))
        for number in range(5):
            selectors.site_for_key(f"pk_{number}")
        assert selectors.cached_site_for_key("pk_1") is selectors.MISSING
        assert selectors.cached_site_for_key("pk_4") is None


@pytest.mark.django_db
def test_the_cache_needs_no_database_for_what_cannot_be_a_key() -> None:
    assert selectors.cached_site_for_key("no key at all") is None


@pytest.mark.django_db
def test_a_site_is_its_team_s_alone(
    site: Site, owner: Account, moderator: Account, stranger: Account
) -> None:
    for account, role in ((owner, "owner"), (moderator, "moderator")):
        assert selectors.site_of_account(account, site.pk) == site
        assert list(selectors.sites_of_account(account)) == [site]
        member = selectors.member_of(site.pk, account)
        assert member is not None
        assert member.role == role
    with pytest.raises(NotFound):
        selectors.site_of_account(stranger, site.pk)
    assert selectors.member_of(site.pk, stranger) is None

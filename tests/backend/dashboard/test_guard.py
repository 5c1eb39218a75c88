"""Origins, keys and the switch: what they do to live visitors is said before it is done."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from inglenook.sites import selectors
from inglenook.sites.models import Site


def address(name: str, site: Site) -> str:
    return reverse(f"dashboard:{name}", args=[site.pk])


def entries(site: Site) -> list[str]:
    return selectors.origins_of_site(site)


def test_an_origin_is_added_in_its_plain_form(as_owner: Client, site: Site) -> None:
    answer = as_owner.post(address("origins", site), {"origin": " HTTPS://WWW.Shop.Example:443 "})
    assert answer["Location"] == address("origins", site)
    assert entries(site) == ["https://shop.example", "https://www.shop.example"]


@pytest.mark.parametrize("typed", ["www.shop.example", "https://www.shop.example/"])
def test_an_origin_is_added_as_browsers_show_and_copy_it(
    as_owner: Client, site: Site, typed: str
) -> None:
    as_owner.post(address("origins", site), {"origin": typed})
    assert entries(site) == ["https://shop.example", "https://www.shop.example"]


def test_a_mistake_is_explained_with_a_button_for_what_was_meant(
    as_owner: Client, site: Site
) -> None:
    answer = as_owner.post(address("origins", site), {"origin": "www.shop.example/basket"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="www.shop.example/basket"' in page
    assert '<input type="hidden" name="origin" value="https://www.shop.example">' in page
    assert entries(site) == ["https://shop.example"]


@pytest.mark.parametrize(
    "wrong", ["", "*", "https://*", "https://*.com", "a\nb", "https://user@shop.example", "x" * 400]
)
def test_what_means_no_origin_is_refused(as_owner: Client, site: Site, wrong: str) -> None:
    assert as_owner.post(address("origins", site), {"origin": wrong}).status_code == 422
    assert entries(site) == ["https://shop.example"]


def test_removing_says_what_it_does_to_visitors_and_that_it_is_the_last(
    as_owner: Client, site: Site
) -> None:
    page = as_owner.get(
        address("remove_origin", site), {"entry": "https://shop.example"}
    ).content.decode()
    assert "disconnected within two seconds" in page
    assert "It is the last one" in page


def test_an_origin_is_removed_after_it_was_confirmed(as_owner: Client, site: Site) -> None:
    version = site.access_version
    answer = as_owner.post(address("remove_origin", site), {"entry": "https://shop.example"})
    assert answer["Location"] == address("origins", site)
    assert entries(site) == []
    site.refresh_from_db()
    assert site.access_version > version
    assert "nobody can open the chat" in as_owner.get(address("origins", site)).content.decode()


@pytest.mark.parametrize("entry", ["", "https://never.example", "<script>"])
def test_an_origin_that_is_not_listed_cannot_be_removed(
    as_owner: Client, site: Site, entry: str
) -> None:
    assert as_owner.get(address("remove_origin", site), {"entry": entry}).status_code == 404
    assert as_owner.post(address("remove_origin", site), {"entry": entry}).status_code == 404


def test_a_replaced_key_goes_on_for_a_while_and_both_are_shown(
    as_owner: Client, site: Site, site_key: str
) -> None:
    assert "7 more days" in as_owner.get(address("rotate_key", site)).content.decode()
    as_owner.post(address("rotate_key", site))
    new, old = selectors.live_keys(site)
    assert old == site_key
    page = as_owner.get(address("keys", site)).content.decode()
    assert new in page
    assert old in page
    assert "Replaced; works until" in page
    assert new in as_owner.get(address("site", site)).content.decode()


def test_the_switch_closes_and_opens_the_chat(as_owner: Client, site: Site) -> None:
    assert (
        "closes within two seconds" in as_owner.get(address("disable_site", site)).content.decode()
    )
    as_owner.post(address("disable_site", site))
    site.refresh_from_db()
    assert not site.is_enabled
    as_owner.post(address("enable_site", site))
    site.refresh_from_db()
    assert site.is_enabled

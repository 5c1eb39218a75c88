"""Every page of a site by everybody: what a page's own declaration says, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern

from inglenook.dashboard.access import ACTION
from inglenook.dashboard.urls import SITE, urlpatterns
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.roles import Action, may
from inglenook.sites.services import create_account
from tests.backend.dashboard.test_audit import ACTS, SHOWN, address, sent_to

OF_A_SITE = [each for each in urlpatterns if str(each.pattern).startswith(SITE)]
# Pages that everybody of the team reads, and what changing something there needs.
CHANGING = {
    "room_settings": Action.CHANGE_ROOMS,
    "room": Action.WRITE,
    "team": Action.CHANGE_MODERATORS,
    "leave_team": Action.READ_ROOMS,
    "delete_message": Action.DELETE_MESSAGES,
}
# They lead to what the role may have, and show nothing themselves.
LEADS_ON = {"room_file"}
PARAMETERS = {"remove_origin": {"entry": "https://shop.example"}}


def name_of(page: URLPattern) -> str:
    return str(page.name)


each_page = pytest.mark.parametrize("page", OF_A_SITE, ids=name_of)


@pytest.fixture
def person(site: Site, case_file: None) -> Account:
    account = create_account(email="role@shop.example", name="Rory")
    Member.objects.create(site=site, account=account, name="Rory")
    return account


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


@each_page
@pytest.mark.parametrize("role", Member.Role.values)
@pytest.mark.any_database
def test_a_role_opens_what_the_table_of_roles_says(
    page: URLPattern, role: str, person: Account, site: Site
) -> None:
    Member.objects.filter(account=person).update(role=role)
    name, action = name_of(page), getattr(page.callback, ACTION)
    path = address(name, site)
    answer = signed_in(person).get(path, PARAMETERS.get(name))
    allowed = action is None or may(role, action)
    opened = (302,) if name in LEADS_ON else (200, 204, 405)
    assert answer.status_code in (opened if allowed else (403, 405))
    if name not in ACTS:
        return
    needed = action or CHANGING[name]
    changed = signed_in(person).post(path, sent_to(name))
    # What is written in a room is refused beside the form, by the service.
    assert changed.status_code == ((200 if name in SHOWN else 302) if may(role, needed) else 403)


@each_page
@pytest.mark.any_database
def test_nobody_else_finds_it(
    page: URLPattern, person: Account, site: Site, other_site: Site, stranger: Account
) -> None:
    path = address(name_of(page), site)
    for method in ("GET", "POST"):
        assert signed_in(stranger).generic(method, path).status_code in (404, 405)
        assert Client().generic(method, path).status_code in (302, 405)
    Member.objects.filter(account=person).update(state=Member.State.INVITED)
    assert Client().get(path).status_code in (302, 405)
    assert Member.objects.filter(site=site, state="invited").exists()


def test_every_page_that_changes_something_says_what_that_needs() -> None:
    for page in OF_A_SITE:
        if name_of(page) in ACTS:
            assert getattr(page.callback, ACTION) or name_of(page) in CHANGING

"""Codes of an app, recovery codes, sessions: over HTTP, as somebody uses them."""

from __future__ import annotations

import re
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains
from pytest_django.fixtures import Settings

from inglenook.dashboard import second_step
from inglenook.sites.models import Account, Site
from inglenook.sites.services import add_owner
from tests.backend.dashboard.test_login import LOGIN, PASSWORD, account, is_signed_in, link_of

__all__ = ["account"]
STEP_SECONDS = 30
CODE = "/accounts/code/"


def code_of(secret: str, *, steps: int = 0) -> str:
    counter = int(time.time()) // STEP_SECONDS + steps
    return str(auth.format_hotp_value(auth.hotp_value(secret, counter)))


def log_in(client: Client, account: Account) -> str:
    answer = client.post(LOGIN, {"login": account.email, "password": PASSWORD})
    return str(answer["Location"])


def confirm(client: Client) -> None:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def switch_on(client: Client) -> str:
    """The secret of the app."""
    confirm(client)
    page = client.get("/accounts/app/add/").content.decode()
    found = re.search(r'<code class="secret">(\w+)</code>', page)
    assert found
    assert '<svg class="qr"' in page
    answer = client.post("/accounts/app/add/", {"code": code_of(found[1], steps=-1)})
    assert answer["Location"] == "/accounts/recovery-codes/"
    return found[1]


@pytest.fixture
def secret(client: Client, account: Account) -> str:
    """The account asks for codes; nobody is signed in."""
    log_in(client, account)
    found = switch_on(client)
    client.logout()
    cache.clear()
    return found


def test_the_password_is_asked_again_before_anything_changes(
    client: Client, account: Account
) -> None:
    log_in(client, account)
    for page in ("app/add", "passkeys/add", "recovery-codes/new"):
        assert "/reauthenticate/" in client.get(f"/accounts/{page}/")["Location"]


def test_a_wrong_code_switches_nothing_on(client: Client, account: Account) -> None:
    log_in(client, account)
    confirm(client)
    client.get("/accounts/app/add/")
    assertContains(client.post("/accounts/app/add/", {"code": "000000"}), "This is not right")
    assert not Authenticator.objects.exists()


def test_the_code_of_the_app_is_the_second_step(
    client: Client, account: Account, secret: str
) -> None:
    assert log_in(client, account) == CODE
    assert not is_signed_in(client)
    assert client.get("/dashboard/").status_code == 302
    assertContains(client.post(CODE, {"code": "000000"}), "This is not right")
    assert not is_signed_in(client)
    assert client.post(CODE, {"code": code_of(secret)}).status_code == 302
    assert is_signed_in(client)


def test_a_code_works_once_in_every_process(client: Client, account: Account, secret: str) -> None:
    code = code_of(secret)
    log_in(client, account)
    assert client.post(CODE, {"code": code}).status_code == 302
    cache.clear()  # another process remembers nothing
    thief = Client()
    log_in(thief, account)
    assertContains(thief.post(CODE, {"code": code}), "This is not right")
    assert not is_signed_in(thief)
    # Nor does the one before it, which was not used.
    assertContains(thief.post(CODE, {"code": code_of(secret, steps=-1)}), "This is not right")
    with time_machine.travel(time.time() + 2 * STEP_SECONDS):
        assert thief.post(CODE, {"code": code_of(secret)}).status_code == 302


def test_codes_are_not_guessed(client: Client, account: Account, secret: str) -> None:
    log_in(client, account)
    for n in range(30):
        client.post(CODE, {"code": f"{n:06}"})
    client.post(CODE, {"code": code_of(secret)})
    assert not is_signed_in(client)


def test_a_recovery_code_signs_in_once(client: Client, account: Account, secret: str) -> None:
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    log_in(client, account)
    assert client.post(CODE, {"code": codes[0]}).status_code == 302
    assertContains(client.get("/accounts/security/"), "9 are left")
    thief = Client()
    log_in(thief, account)
    assertContains(thief.post(CODE, {"code": codes[0]}), "This is not right")
    assert thief.post(CODE, {"code": codes[1]}).status_code == 302


def test_switching_off_asks_for_the_password_again(
    client: Client, account: Account, secret: str
) -> None:
    log_in(client, account)
    client.post(CODE, {"code": code_of(secret)})
    assert "reauthenticate" in client.get("/accounts/app/remove/")["Location"]
    confirm(client)
    assert client.post("/accounts/app/remove/")["Location"] == "/accounts/security/"
    assert not Authenticator.objects.filter(type="totp").exists()


def test_a_new_password_by_mail_does_not_pass_over_the_second_step(
    client: Client, account: Account, secret: str
) -> None:
    account.set_password("another hearth, three chairs")
    account.save()
    client.post(LOGIN, {"login": account.email, "password": "another hearth, three chairs"})
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("url", "work"),
    [
        ("https://chat.example.com", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://[::1]", False),
        ("http://chat.example.com", False),
    ],
)
def test_passkeys_are_offered_where_browsers_make_them(
    client: Client, account: Account, settings: Settings, url: str, work: bool
) -> None:
    settings.BASE_URL = url
    assert second_step.passkeys_work() == work
    page = client.get(LOGIN)
    (assertContains if work else assertNotContains)(page, "Sign in with a passkey")
    log_in(client, account)
    page = client.get("/accounts/security/")
    (assertContains if work else assertNotContains)(page, "Add a passkey")


@pytest.mark.parametrize(
    "credential", ["", "{", "[]", "null", "{}", '{"id":"x"}', '{"response":{"userHandle":"MQ"}}']
)
def test_a_made_up_passkey_signs_nobody_in(
    client: Client, account: Account, credential: str
) -> None:
    client.get("/accounts/passkeys/login/", headers={"Accept": "application/json"})
    assert client.post("/accounts/passkeys/login/", {"credential": credential}).status_code == 302
    assert not is_signed_in(client)


@pytest.mark.parametrize("credential", ["{", "[]", "{}", '{"id":"x"}', '{"id":"eA","rawId":"eA"}'])
def test_a_made_up_passkey_is_not_added(client: Client, account: Account, credential: str) -> None:
    log_in(client, account)
    confirm(client)
    client.get("/accounts/passkeys/add/")
    sent = {"credential": credential, "name": "Mine"}
    assert client.post("/accounts/passkeys/add/", sent).status_code == 200
    assert not Authenticator.objects.exists()


def test_all_other_sessions_end_at_once(client: Client, account: Account, site: Site) -> None:
    add_owner(site=site, account=account)
    other = Client(headers={"User-Agent": "A phone of mine"})
    log_in(other, account)
    log_in(client, account)
    assertContains(client.get("/accounts/sessions/"), "A phone of mine")
    before = Site.objects.get(pk=site.pk).access_version
    assert client.post("/accounts/sessions/").status_code == 302
    assert is_signed_in(client)
    assert other.get("/dashboard/").status_code == 302
    assert Session.objects.count() == 1
    # Open sockets look again.
    assert Site.objects.get(pk=site.pk).access_version > before


def test_a_login_link_makes_a_session_that_is_listed_and_ended(
    client: Client, account: Account
) -> None:
    other = Client(headers={"User-Agent": "An old laptop"})
    other.post(link_of(account))
    log_in(client, account)
    assertContains(client.get("/accounts/sessions/"), "An old laptop")
    client.post("/accounts/sessions/")
    assert other.get("/dashboard/").status_code == 302


def test_another_persons_sessions_stay(client: Client, account: Account, as_owner: Client) -> None:
    log_in(client, account)
    client.post("/accounts/sessions/")
    assert as_owner.get("/dashboard/").status_code == 200
    assertNotContains(client.get("/accounts/sessions/"), "owner@shop.example")


# allauth notes it behind the COMMIT.
@pytest.mark.django_db(transaction=True)
def test_who_has_no_password_sees_the_recovery_codes_at_once(
    as_owner: Client, owner: Account
) -> None:
    page = as_owner.get("/accounts/app/add/").content.decode()
    found = re.search(r'<code class="secret">(\w+)</code>', page)
    assert found
    answer = as_owner.post("/accounts/app/add/", {"code": code_of(found[1])}, follow=True)
    (codes,) = re.findall(r'<pre class="code".*?</pre>', answer.content.decode(), re.DOTALL)
    assert len(re.findall(r"\b\d{8}\b", codes)) == 10

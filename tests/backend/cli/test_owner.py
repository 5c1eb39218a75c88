"""`inglenook owner …`"""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from inglenook.sites import services
from inglenook.sites.models import Account
from tests.backend.cli.conftest import Command


def token_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def test_an_owner_without_a_password_gets_a_link(command: Command) -> None:
    found = command("owner", "create", "--email", "new@shop.example", "--json").json
    account = Account.objects.get(email="new@shop.example")
    assert found["login_link"].startswith("http://127.0.0.1:8000/login/")
    assert services.account_for_login_token(token_of(found["login_link"])) == account


def test_an_owner_with_a_password_gets_none(command: Command) -> None:
    words = ("owner", "create", "--email", "new@shop.example", "--password", "kindling and clay")
    assert command(*words, "--json").json["login_link"] is None
    assert Account.objects.get().check_password("kindling and clay")


def test_a_bad_address_a_weak_password_and_a_taken_one_are_refused(
    command: Command, owner: Account
) -> None:
    assert "not an e-mail address" in command("owner", "create", "--email", "x").refused()
    assert "already" in command("owner", "create", "--email", owner.email).refused()
    words = ("owner", "create", "--email", "new@shop.example", "--password", "12345")
    assert "password" in command(*words).refused()
    assert Account.objects.count() == 1


def test_a_login_link_is_printed_alone_so_that_scripts_can_read_it(
    command: Command, owner: Account
) -> None:
    result = command("owner", "login-link", "--email", owner.email.upper())
    assert services.account_for_login_token(token_of(result.out.strip())) == owner


def test_a_link_for_nobody_says_how_to_make_somebody(command: Command) -> None:
    result = command("owner", "login-link", "--email", "no@shop.example").refused()
    assert "inglenook owner create --email no@shop.example" in result


def test_who_has_lost_codes_and_passkeys_signs_in_by_the_password_again(
    command: Command, owner: Account, stranger: Account
) -> None:
    for account in (owner, stranger):
        Authenticator.objects.create(user=account, type="totp", data={"secret": "x"})
    result = command("owner", "reset-second-step", "--email", owner.email, "--json").json
    assert result == {"email": owner.email, "removed": 1}
    assert Authenticator.objects.get().user == stranger

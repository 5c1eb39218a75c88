"""A forgotten password: by a real mail server, and what the page says where there is none."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings as django_settings
from django.test import Client

from inglenook.config import mail
from inglenook.sites import services
from inglenook.sites.models import Account
from tests.testkit.fronts.front import make_certificate
from tests.testkit.mail_server import MailServer, mail_server
from tests.testkit.process import free_port

RESET = "/accounts/password/reset/"
LINK = re.compile(r"(http://127\.0\.0\.1:8000)(/accounts/password/reset/key/\S+)")
EMAIL = "olive@shop.example"
UseMail = Callable[[str], None]


@pytest.fixture
def account(db: None) -> Account:
    return services.create_account(email=EMAIL, password="a hearth with two chairs")


@pytest.fixture
def use_mail(settings: Any, monkeypatch: pytest.MonkeyPatch) -> UseMail:
    """Sets the product up as a start with this `EMAIL_URL` does."""

    def use(url: str) -> None:
        monkeypatch.setenv("EMAIL_URL", url)
        for name, value in mail.mail_settings("EMAIL_URL").items():
            setattr(settings, name, value)

    return use


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Of `localhost`; the product trusts it as it trusts the machine's authorities."""
    made = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made[0]))
    return made


def ask(email: str = EMAIL, **headers: str) -> Any:
    return Client().post(RESET, {"email": email}, follow=True, headers=headers)


def only_link(server: MailServer) -> str:
    (sent,) = server.mails
    found = LINK.search(sent.get_content())
    assert found, sent.get_content()
    return found[2]


def test_the_link_comes_by_smtp_and_sets_a_new_password(
    account: Account, use_mail: UseMail
) -> None:
    with mail_server() as server:
        use_mail(f"smtp://127.0.0.1:{server.port}")
        assert "Look into your mail" in ask().content.decode()
    (sent,) = server.mails
    assert (sent["To"], sent["From"]) == (EMAIL, django_settings.DEFAULT_FROM_EMAIL)
    host = urlsplit(django_settings.BASE_URL).netloc
    assert sent["Subject"] == f"[{host}] Choose a new password"
    client = Client()
    page = client.get(only_link(server), follow=True)
    new = "another hearth, three chairs"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    account.refresh_from_db()
    assert account.check_password(new)


@pytest.mark.parametrize(("scheme", "tls"), [("smtp+tls", "starttls"), ("smtps", "implicit")])
def test_the_line_is_encrypted_and_the_password_is_given(
    account: Account, use_mail: UseMail, certificate: tuple[Path, Path], scheme: str, tls: str
) -> None:
    with mail_server(certificate=certificate, tls=tls) as server:
        use_mail(f"{scheme}://me%40here:a%2F%23b@localhost:{server.port}")
        assert "Look into your mail" in ask().content.decode()
    assert server.logins == [("me@here", "a/#b")]
    assert len(server.mails) == 1


def test_a_mail_server_that_nobody_vouches_for_gets_no_password(
    account: Account, use_mail: UseMail, tmp_path: Path
) -> None:
    with mail_server(certificate=make_certificate(tmp_path), tls="implicit") as server:
        use_mail(f"smtps://me:word@localhost:{server.port}")
        assert ask().status_code == 503
    assert (server.logins, server.mails) == ([], [])


def test_no_host_of_a_request_is_in_a_mail(
    account: Account, use_mail: UseMail, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    with mail_server() as server:
        use_mail(f"smtp://127.0.0.1:{server.port}")
        ask(host="evil.example")
        ask("nobody@shop.example", host="evil.example")
    assert len(server.mails) == 2
    for sent in server.mails:
        assert "evil" not in sent.as_string()
    assert "http://127.0.0.1:8000" in server.mails[1].get_content()


def test_a_mail_that_is_not_taken_is_said_to_whoever_asked_and_not_in_the_log(
    account: Account, use_mail: UseMail, caplog: pytest.LogCaptureFixture
) -> None:
    with mail_server(refuses=f"550 5.1.1 <{EMAIL}> is unknown") as server:
        use_mail(f"smtp://127.0.0.1:{server.port}")
        known, unknown = ask(), ask("nobody@shop.example")
    assert (known.status_code, unknown.status_code) == (503, 503)
    words = [re.sub(r'value="[^"]*"', "", page.content.decode()) for page in (known, unknown)]
    assert words[0] == words[1]
    assert "could not be sent" in words[0]
    said = [record for record in caplog.records if record.name.startswith("inglenook")]
    assert [vars(record)["why"] for record in said] == ["SMTPRecipientsRefused"] * 2
    assert "shop.example" not in caplog.text


def test_a_mail_server_that_is_away_or_says_nothing_is_not_waited_for(
    account: Account, use_mail: UseMail, settings: Any
) -> None:
    assert settings.EMAIL_TIMEOUT == 10
    settings.EMAIL_TIMEOUT = 0.2
    use_mail(f"smtp://127.0.0.1:{free_port()}")
    assert ask().status_code == 503
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use_mail(f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        assert ask().status_code == 503


def test_without_mail_the_pages_say_what_to_do_instead(
    account: Account,
    use_mail: UseMail,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    use_mail("")
    with caplog.at_level(logging.DEBUG):
        pages = [Client().get(RESET), ask(), Client().get(f"{RESET}done/")]
    for page in pages:
        said = page.content.decode()
        assert "sends no mail" in said
        assert "inglenook owner login-link --email" in said
        assert "inglenook changepassword" in said
        assert '<input type="email"' not in said
    wrote = capfd.readouterr()
    assert EMAIL not in caplog.text + wrote.out + wrote.err


def test_a_process_as_it_comes_writes_no_link_and_no_address(serve: Any) -> None:
    """The real command, with its own settings."""
    server = serve()
    server.run("owner", "create", "--email", EMAIL)
    with httpx.Client(base_url=server.base_url, follow_redirects=True) as client:
        login = client.get("/accounts/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', login)
        assert token
        sent = {"email": EMAIL, "csrfmiddlewaretoken": token[1]}
        answer = client.post(RESET, data=sent, headers={"Referer": server.base_url})
        assert "sends no mail" in answer.text
    assert EMAIL not in server.log_text()
    assert "/password/reset/key/" not in server.log_text()


def test_a_process_with_a_mail_server_uses_it(serve: Any) -> None:
    with mail_server() as mails:
        server = serve(EMAIL_URL=f"smtp://127.0.0.1:{mails.port}", EMAIL_FROM="chat@shop.example")
        server.run("owner", "create", "--email", EMAIL, "--password", "a hearth with two chairs")
        with httpx.Client(base_url=server.base_url, follow_redirects=True) as client:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(RESET).text)
            assert token
            sent = {"email": EMAIL, "csrfmiddlewaretoken": token[1]}
            answer = client.post(RESET, data=sent, headers={"Referer": server.base_url})
            assert "Look into your mail" in answer.text
    (sent_mail,) = mails.mails
    assert sent_mail["From"] == "chat@shop.example"
    assert f"{server.base_url}/accounts/password/reset/key/" in sent_mail.get_content()
    assert EMAIL not in server.log_text()

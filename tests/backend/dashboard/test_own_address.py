"""Links come from the base URL, and only our own proxies say by which scheme a request came."""

from __future__ import annotations

import re
from ipaddress import ip_network

import pytest
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from inglenook.dashboard.own_address import own_address
from inglenook.sites.models import Account
from inglenook.sites.services import create_account

BASE_URL = "https://chat.example.com"


@pytest.fixture(autouse=True)
def _elsewhere(settings: Settings) -> None:
    """Another name leads here too, as the address of the machine may."""
    settings.BASE_URL = BASE_URL
    settings.ALLOWED_HOSTS = ["chat.example.com", "evil.example"]


@pytest.fixture
def account(db: None) -> Account:
    return create_account(email="olive@shop.example", password="a hearth with two chairs")


def links_of(text: str) -> set[str]:
    return set(re.findall(r"\w+://[^/\s]+", text))


@pytest.mark.parametrize("email", ["olive@shop.example", "nobody@shop.example"])
def test_a_mail_names_the_base_url_whatever_the_host_header_says(
    account: Account, email: str
) -> None:
    client = Client(headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    client.post("/accounts/password/reset/", {"email": email})
    (sent,) = mail.outbox
    assert links_of(str(sent.body)) <= {BASE_URL}
    assert "evil" not in f"{sent.subject} {sent.body}"
    assert "chat.example.com" in str(sent.body)


def link_of(path: str, location: str | None, **more: str) -> str:
    request = RequestFactory().get(path, **more)
    own_address(lambda _: HttpResponse())(request)
    return request.build_absolute_uri(location)


@pytest.mark.parametrize(
    ("location", "link"),
    [
        (None, f"{BASE_URL}/a/b?c=d"),
        ("/x/?y", f"{BASE_URL}/x/?y"),
        ("x", f"{BASE_URL}/a/x"),
        ("?x", f"{BASE_URL}/a/b?x"),
        ("https://else.example/x", "https://else.example/x"),
        ("/é", f"{BASE_URL}/%C3%A9"),
    ],
)
def test_an_absolute_link_begins_with_the_base_url(location: str | None, link: str) -> None:
    assert link_of("/a/b?c=d", location, HTTP_HOST="evil.example") == link


def test_a_path_with_two_slashes_leads_nowhere_else() -> None:
    request = RequestFactory().get("/")
    request.path = "//evil.example/x"
    own_address(lambda _: HttpResponse())(request)
    assert request.build_absolute_uri().startswith(f"{BASE_URL}/")


@pytest.mark.parametrize(
    ("peer", "scheme"), [("198.51.100.9", "http"), ("10.0.0.1", "https"), ("127.0.0.1", "http")]
)
def test_only_a_trusted_proxy_says_that_a_request_came_by_https(
    settings: Settings, peer: str, scheme: str
) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    seen: list[str | None] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.scheme)
        return HttpResponse()

    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")
    own_address(view)(request)
    assert seen == [scheme]


async def test_it_stands_in_asynchronous_chains_too(settings: Settings) -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.build_absolute_uri("/x"))

    answer = await own_address(view)(RequestFactory().get("/"))  # type: ignore[misc]  # typed for both kinds
    assert answer.content.decode() == f"{BASE_URL}/x"
    assert settings.MIDDLEWARE[0] == "inglenook.dashboard.own_address.own_address"

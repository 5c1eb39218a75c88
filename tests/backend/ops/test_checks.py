"""System checks: each finds its mistake, and a sound installation has none."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core import checks as django_checks
from django.core.checks import CheckMessage

from inglenook.config import checks

Check = Callable[..., Sequence[CheckMessage]]


def ids(check: Check) -> list[str | None]:
    return [message.id for message in check()]


def test_they_run_with_django_s_own() -> None:
    registered = django_checks.registry.registry.get_checks()
    assert {checks.check_secret_key, checks.check_base_url, checks.check_widget} <= set(registered)


def test_a_sound_installation_has_nothing_to_mend(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "embed.js").write_text("")
    settings.EMBED_DIR = tmp_path
    found = [ids(check) for check in (checks.check_secret_key, checks.check_base_url)]
    found += [ids(check) for check in (checks.check_versions, checks.check_proxies)]
    found += [ids(check) for check in (checks.check_widget, checks.check_debug)]
    assert found == [[]] * 6


@pytest.mark.parametrize("key", ["a" * 64, "abcabcabc" * 9, "django-insecure-0123456789abcdefghij"])
def test_a_key_that_can_be_guessed_is_an_error(settings: Any, key: str) -> None:
    settings.SECRET_KEY = key
    assert ids(checks.check_secret_key) == ["inglenook.E001"]
    assert key not in str(checks.check_secret_key()[0])


@pytest.mark.parametrize(
    ("base_url", "hosts", "fits"),
    [
        ("https://chat.example", ["chat.example"], True),
        ("https://chat.example", [".example"], True),
        ("https://chat.example:8443", ["chat.example"], True),
        ("http://[::1]:8000", ["[::1]"], True),
        ("https://chat.example", ["shop.example"], False),
        ("http://[::1]:8000", ["localhost"], False),
    ],
)
def test_the_base_url_must_be_a_host_that_is_allowed(
    settings: Any, base_url: str, hosts: list[str], fits: bool
) -> None:
    settings.BASE_URL, settings.ALLOWED_HOSTS = base_url, hosts
    assert ids(checks.check_base_url) == ([] if fits else ["inglenook.E002"])


@pytest.mark.parametrize("package", checks.FLOORS)
def test_a_package_below_its_floor_is_an_error(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    def one_is_old(asked: str) -> str | None:
        return "0.9" if asked == package else "99.0.0"

    monkeypatch.setattr(checks, "_installed", one_is_old)
    (error,) = checks.check_versions()
    assert (error.id, package in str(error.msg)) == ("inglenook.E003", True)


def test_a_package_that_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "FLOORS", {"no-such-package": ((1,), "there is none")})
    assert ids(checks.check_versions) == ["inglenook.E003"]


def test_https_without_a_known_proxy_is_a_warning(settings: Any) -> None:
    settings.IS_HTTPS, settings.TRUSTED_PROXIES = True, []
    assert ids(checks.check_proxies) == ["inglenook.W001"]
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.1")]
    assert ids(checks.check_proxies) == []


def test_a_widget_that_is_not_built_is_a_warning(settings: Any, tmp_path: Path) -> None:
    settings.EMBED_DIR = tmp_path / "nothing"
    (warning,) = checks.check_widget()
    assert (warning.id, warning.hint) == ("inglenook.W002", "Run: make build")


def test_a_variable_that_nobody_reads_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGLENOOK_BODYCHARS", "100")
    monkeypatch.setenv("INGLENOOK_SECRET_KEY_FILE", "/run/secrets/key")
    (warning,) = checks.check_variables()
    assert (warning.id, "INGLENOOK_BODYCHARS" in str(warning.msg)) == ("inglenook.W004", True)
    assert warning.hint == "Did you mean INGLENOOK_BODY_CHARS?"


def test_debugging_in_public_is_a_warning(settings: Any) -> None:
    settings.DEBUG, settings.IS_HTTPS = True, True
    assert ids(checks.check_debug) == ["inglenook.W003"]

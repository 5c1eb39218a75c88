"""What README tells to type does what it says, also on the data that `make run` leaves."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from inglenook.cli import main
from inglenook.cli.demo_content import OWNER_EMAIL, ensure_demo_site
from inglenook.sites.models import Account, Member, Site

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
@pytest.mark.parametrize("paper", ["README.md", "docs/production.md"])
@pytest.mark.parametrize("is_after_demo", [True, False])
def test_the_commands_of_an_owner_leave_a_site_that_the_owner_owns(
    paper: str,
    is_after_demo: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Else the command sets it, for every test after this one.
    monkeypatch.setenv("INGLENOOK_BASE_URL", "http://127.0.0.1:8000")
    if is_after_demo:
        ensure_demo_site(8100)
    commands = re.findall(
        r"^    (?:\.venv/bin/)?inglenook ((?:owner|site) create .*)$",
        (ROOT / paper).read_text(),
        re.MULTILINE,
    )
    assert len(commands) == 2
    for words in commands:
        assert main(shlex.split(words)) == 0, capsys.readouterr().err
    site = Site.objects.get(name="My site")
    owners = Account.objects.filter(memberships__site=site, memberships__role=Member.Role.OWNER)
    assert [account.email for account in owners] == ["you@example.com"]
    assert Account.objects.filter(email=OWNER_EMAIL).exists() == is_after_demo

"""What scripts/account_scenes.py photographs: an installation with mail, a provider of accounts and
an address that browsers make passkeys for, with three accounts; and one that nobody owns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.testkit.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from tests.testkit.mail_server import MailServer, mail_server
from tests.testkit.process import free_port
from tests.testkit.server import Server

PASSWORD = "a hearth with two chairs"  # noqa: S105  of accounts that are thrown away
OLIVE = "olive@shop.example"
# Has a passkey, codes of an app and an account elsewhere.
STEPS = "steps@shop.example"
VIEWER = "viewer@shop.example"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
LINK = re.compile(r"http://localhost:\d+(/\S+)")


class Accounts:
    """An installation whose accounts can do everything, and who is signed in there."""

    def __init__(self, server: Server, mail: MailServer, provider: IdentityProvider) -> None:
        self.server = server
        self.provider = provider
        # Browsers make passkeys for names, not for numbers.
        self.base_url = f"http://localhost:{server.port}"
        self._mail = mail
        self.cookies: dict[str, Any] = {}

    def go(self, page: Page, path: str) -> None:
        page.goto(self.base_url + path)

    def tell(self, code: str) -> str:
        """What the code prints, run in the installation."""
        return self.server.run("shell", "--verbosity", "0", "--command", code).stdout.strip()

    def link_of_mail(self) -> str:
        """The path of the link in the last mail."""
        return str(LINK.findall(self._mail.mails[-1].get_content())[0])

    def invitation(self) -> str:
        """The path of a new link for whoever opens it first."""
        return self.tell(INVITE).split(str(self.server.port))[-1]

    def page_of(self, template: str) -> str:
        """An error page that no press can bring about, as the server draws it."""
        return self.tell(DRAW % template)


INVITE = """
from inglenook.sites.invitations import invite_by_link
from inglenook.sites.models import Site
print(invite_by_link(site=Site.objects.get(deleted_at=None), role="moderator")[1])
"""
EXPIRE = """
from datetime import timedelta
from django.utils import timezone
from inglenook.sites.models import Invitation
Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
"""
DRAW = """
from django.template.loader import render_to_string
print(render_to_string("%s"))
"""
FURNISH = f"""
from django.utils import timezone
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.services import create_account
site = Site.objects.get()
for email, name, role in (("{STEPS}", "Vera", "moderator"), ("{VIEWER}", "Otto", "viewer")):
    account = create_account(email=email, password="{PASSWORD}")
    account.name = name
    account.save()
    Member.objects.create(site=site, account=account, name=name, role=role)
gone = Site.objects.create(name="Old Kiln", deleted_at=timezone.now())
Member.objects.create(site=gone, account=Account.objects.get(email="{OLIVE}"), role="owner")
"""
SECOND_STEP = f"""
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from inglenook.sites.models import Account
account = Account.objects.get(email="{STEPS}")
TOTP.activate(account, generate_totp_secret())
RecoveryCodes.activate(account)
facts = {{"userinfo": {{"email": account.email}}}}
SocialAccount.objects.create(user=account, provider="sso", uid="17", extra_data=facts)
"""


@contextmanager
def accounts_stage(folder: Path, chromium: Browser) -> Iterator[Accounts]:
    port = free_port()
    with ExitStack() as stack:
        mail = stack.enter_context(mail_server())
        provider = IdentityProvider()
        stack.callback(provider.close)
        env = {
            "INGLENOOK_BASE_URL": f"http://localhost:{port}",
            "INGLENOOK_SIGNUP": "true",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
            "INGLENOOK_OIDC_SERVER": provider.url,
            "INGLENOOK_OIDC_CLIENT_ID": CLIENT_ID,
            "INGLENOOK_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "INGLENOOK_OIDC_NAME": "Our company",
        }
        server = Server(folder, port=port, env=env)
        server.run("owner", "create", "--email", OLIVE, "--password", PASSWORD)
        origin = ("--origin", "https://shop.example")
        server.run("site", "create", "--name", "Candle Shop", *origin, "--owner", OLIVE)
        stack.callback(server.kill)
        server.start()
        accounts = Accounts(server, mail, provider)
        accounts.tell(FURNISH)
        for email in (OLIVE, STEPS, VIEWER):
            context = chromium.new_context()
            page = context.new_page()
            sign_in(page, accounts, email)
            page.wait_for_url("**/dashboard/")
            if email == STEPS:
                for agent in (FIREFOX, IPHONE):
                    other = chromium.new_context(user_agent=agent)
                    sign_in(other.new_page(), accounts, email)
                    other.pages[0].wait_for_url("**/dashboard/")
                    other.close()
                _add_passkey(page, accounts)
            accounts.cookies[email] = context.storage_state()
            context.close()
        accounts.tell(SECOND_STEP)
        yield accounts


@contextmanager
def bare_stage(folder: Path) -> Iterator[Server]:
    """Nobody owns it yet."""
    server = Server(folder)
    try:
        yield server.start()
    finally:
        server.kill()


def sign_in(page: Page, accounts: Accounts, email: str, password: str = PASSWORD) -> None:
    accounts.go(page, "/accounts/login/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _add_passkey(page: Page, accounts: Accounts) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    go_secured(page, accounts, "/accounts/passkeys/add/")
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def go_secured(page: Page, accounts: Accounts, path: str) -> None:
    """To a page that asks for the password first, unless it was asked for a moment ago."""
    accounts.go(page, path)
    if "/reauthenticate/" in page.url:
        page.locator("#id_password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url(f"**{path}")

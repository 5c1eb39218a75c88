"""The scenes of accounts for `make screenshots`: signing up and in, the second step, invitations,
errors; and the first owner's page.

They need mail, a provider of accounts and an address that browsers make passkeys for, so an
installation of their own shows them; the first owner's page needs one that nobody owns.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
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


AccountScene = Callable[[Page, Accounts], None]
INVITE = """
from inglenook.sites.invitations import invite_by_link
from inglenook.sites.models import Site
print(invite_by_link(site=Site.objects.get(), role="moderator")[1])
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
from inglenook.sites.models import Member, Site
from inglenook.sites.services import create_account
site = Site.objects.get()
for email, name, role in (("{STEPS}", "Vera", "moderator"), ("{VIEWER}", "Otto", "viewer")):
    account = create_account(email=email, password="{PASSWORD}")
    account.name = name
    account.save()
    Member.objects.create(site=site, account=account, name=name, role=role)
"""
SECOND_STEP = f"""
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from inglenook.sites.models import Account
account = Account.objects.get(email="{STEPS}")
TOTP.activate(account, generate_totp_secret())
RecoveryCodes.activate(account)
told = {{"userinfo": {{"email": account.email}}}}
SocialAccount.objects.create(user=account, provider="sso", uid="17", extra_data=told)
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
    accounts.go(page, "/accounts/passkeys/add/")
    if page.locator("#id_password").count():
        page.locator("#id_password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def at(path: str) -> AccountScene:
    return lambda page, accounts: accounts.go(page, path)


def _somebody() -> str:
    return f"{uuid.uuid4().hex[:8]}@shop.example"


def _asks_to_join(page: Page, accounts: Accounts, password: str = PASSWORD) -> None:
    accounts.go(page, "/accounts/signup/")
    page.locator("#id_email").fill(_somebody())
    page.locator("#id_password1").fill(password)
    page.locator("#id_password2").fill(password)
    page.get_by_role("button", name="Make an account").click()


def sign_up_errors(page: Page, accounts: Accounts) -> None:
    _asks_to_join(page, accounts, "short")
    expect(page.get_by_role("alert")).to_be_visible()


def mail_sent(page: Page, accounts: Accounts) -> None:
    _asks_to_join(page, accounts)
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()


def confirm_address(page: Page, accounts: Accounts) -> None:
    mail_sent(page, accounts)
    accounts.go(page, accounts.link_of_mail())
    expect(page.get_by_role("button", name="Yes, it is mine")).to_be_visible()


def address_confirmed(page: Page, accounts: Accounts) -> None:
    confirm_address(page, accounts)
    page.get_by_role("button", name="Yes, it is mine").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def sign_in_errors(page: Page, accounts: Accounts) -> None:
    sign_in(page, accounts, _somebody(), "not the password")
    expect(page.get_by_role("alert")).to_be_visible()


def reset_sent(page: Page, accounts: Accounts) -> None:
    # Each time of somebody else: an account may ask a few times a minute.
    email = _somebody()
    accounts.server.run("owner", "create", "--email", email, "--password", PASSWORD)
    accounts.go(page, "/accounts/password/reset/")
    page.locator("#id_email").fill(email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()


def reset_errors(page: Page, accounts: Accounts) -> None:
    accounts.go(page, "/accounts/password/reset/")
    page.locator("#id_email").fill("olive at shop")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("alert")).to_be_visible()


def new_password(page: Page, accounts: Accounts) -> None:
    reset_sent(page, accounts)
    accounts.go(page, accounts.link_of_mail())
    expect(page.get_by_role("button", name="Save password")).to_be_visible()


def password_saved(page: Page, accounts: Accounts) -> None:
    new_password(page, accounts)
    page.locator("#id_password1").fill(PASSWORD + "!")
    page.locator("#id_password2").fill(PASSWORD + "!")
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()


def second_step(page: Page, accounts: Accounts) -> None:
    sign_in(page, accounts, STEPS)
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()


def second_step_errors(page: Page, accounts: Accounts) -> None:
    second_step(page, accounts)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()


def link_to_sign_in(page: Page, accounts: Accounts) -> None:
    link = accounts.server.run("owner", "login-link", "--email", OLIVE).stdout.split()[-1]
    page.goto(link)


def invited(page: Page, accounts: Accounts) -> None:
    accounts.go(page, accounts.invitation())
    expect(page.get_by_role("heading", name="Join the team of")).to_be_visible()


def invited_errors(page: Page, accounts: Accounts) -> None:
    invited(page, accounts)
    page.get_by_role("button", name="Make an account and join").click()
    expect(page.get_by_role("alert")).to_be_visible()


def invitation_expired(page: Page, accounts: Accounts) -> None:
    path = accounts.invitation()
    accounts.tell(EXPIRE)
    accounts.go(page, path)
    expect(page.get_by_text("this one is older")).to_be_visible()


def invited_by_mail(page: Page, accounts: Accounts) -> None:
    """The page of the team that sends one, and says so; at the next size another one waits."""
    accounts.go(page, "/dashboard/sites/1/team/")
    page.get_by_label("E-mail").fill(_somebody())
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("invited until").first).to_be_visible()


def invitation_of_a_mail(page: Page, accounts: Accounts) -> None:
    """Whoever reads the mail, in a browser where somebody else is signed in."""
    invited_by_mail(page, accounts)
    accounts.go(page, accounts.link_of_mail())


def link_of_invitation(page: Page, accounts: Accounts) -> None:
    accounts.go(page, "/dashboard/sites/1/team/")
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator("#invitation-link")).to_be_visible()


def rename_passkey(page: Page, accounts: Accounts) -> None:
    accounts.go(page, "/accounts/security/")
    page.get_by_role("link", name="Rename My phone").click()


def remove_passkey(page: Page, accounts: Accounts) -> None:
    accounts.go(page, "/accounts/security/")
    page.get_by_role("link", name="Remove My phone").click()


def old_form(page: Page, accounts: Accounts) -> None:
    """The browser keeps no cookies."""
    accounts.go(page, "/accounts/login/")
    page.context.clear_cookies()
    sign_in_button = page.get_by_role("button", name="Sign in", exact=True)
    sign_in_button.click()
    expect(page.get_by_text("403")).to_be_visible()


def error(template: str) -> AccountScene:
    def go(page: Page, accounts: Accounts) -> None:
        address = f"{accounts.base_url}/drawn/"
        body = accounts.page_of(template)
        page.route(address, lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(address)

    return go


def set_up(page: Page, server: Server) -> None:
    page.goto(server.base_url)
    expect(page.get_by_role("heading", name="Set up this server")).to_be_visible()


def set_up_errors(page: Page, server: Server) -> None:
    """Nothing is written, so that no try is counted."""
    set_up(page, server)
    page.get_by_text("No code, or it is older than an hour").click()
    page.get_by_label("Your name").fill("Olive")
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_text("No code, or it is older than an hour").click()


# Nobody is signed in.
STRANGER_SCENES: dict[str, AccountScene] = {
    "account-sign-in": at("/accounts/login/"),
    "account-sign-in-errors": sign_in_errors,
    "account-sign-up": at("/accounts/signup/"),
    "account-sign-up-errors": sign_up_errors,
    "account-mail-sent": mail_sent,
    "account-confirm-address": confirm_address,
    "account-address-confirmed": address_confirmed,
    "account-confirm-gone": at("/accounts/confirm-email/none/"),
    "account-reset": at("/accounts/password/reset/"),
    "account-reset-errors": reset_errors,
    "account-reset-sent": reset_sent,
    "account-new-password": new_password,
    "account-password-saved": password_saved,
    "account-reset-gone": at("/accounts/password/reset/key/1-none/"),
    "account-second-step": second_step,
    "account-second-step-errors": second_step_errors,
    "account-elsewhere": at("/accounts/oidc/sso/login/"),
    "account-elsewhere-refused": at("/accounts/sso/error/"),
    "account-inactive": at("/accounts/inactive/"),
    "account-login-link": link_to_sign_in,
    "account-invited": invited,
    "account-invited-errors": invited_errors,
    "account-invitation-expired": invitation_expired,
    "error-form": old_form,
    "error-400": error("errors/400.html"),
    "error-429": error("429.html"),
    "error-500": error("errors/500.html"),
    "error-503": error("errors/503.html"),
}
# Has a password and nothing else.
OLIVE_SCENES: dict[str, AccountScene] = {
    "account-security": at("/accounts/security/"),
    "account-app": at("/accounts/app/add/"),
    "account-passkey": at("/accounts/passkeys/add/"),
    "account-connections-none": at("/accounts/sso/"),
    "account-again": at("/accounts/reauthenticate/"),
    "account-change-password": at("/accounts/password/change/"),
    "account-team-link": link_of_invitation,
    "account-team-mail": invited_by_mail,
    "account-invited-another": invitation_of_a_mail,
}
STEPS_SCENES: dict[str, AccountScene] = {
    "account-security-steps": at("/accounts/security/"),
    "account-sessions": at("/accounts/sessions/"),
    "account-app-off": at("/accounts/app/remove/"),
    "account-passkey-rename": rename_passkey,
    "account-passkey-remove": remove_passkey,
    "account-recovery-codes": at("/accounts/recovery-codes/"),
    "account-new-recovery-codes": at("/accounts/recovery-codes/new/"),
    "account-again-code": at("/accounts/code/again/"),
    "account-again-passkey": at("/accounts/passkeys/again/"),
    "account-connections": at("/accounts/sso/"),
    "account-leave-team": at("/dashboard/sites/1/team/leave/"),
}
VIEWER_SCENES: dict[str, AccountScene] = {
    "account-invited-signed-in": invited,
    "error-403": at("/dashboard/sites/1/look/"),
}
CASTS: list[tuple[str | None, dict[str, AccountScene]]] = [
    (OLIVE, OLIVE_SCENES),
    (STEPS, STEPS_SCENES),
    (VIEWER, VIEWER_SCENES),
    (None, STRANGER_SCENES),
]
SET_UP_SCENES: dict[str, Callable[[Page, Server], None]] = {
    "account-set-up": set_up,
    "account-set-up-errors": set_up_errors,
}

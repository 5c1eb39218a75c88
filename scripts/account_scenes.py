"""The scenes of accounts for `make screenshots`: signing up and in, the second step, invitations,
errors; and the first owner's page. scripts/account_stage.py has the installations.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from playwright.sync_api import Page, expect

from scripts.account_stage import (
    EXPIRE,
    OLIVE,
    PASSWORD,
    STEPS,
    VIEWER,
    Accounts,
    go_secured,
    sign_in,
)
from tests.testkit.server import Server

AccountScene = Callable[[Page, Accounts], None]


def at(path: str) -> AccountScene:
    return lambda page, accounts: accounts.go(page, path)


def secured(path: str) -> AccountScene:
    return lambda page, accounts: go_secured(page, accounts, path)


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
    expect(page.get_by_text("Your password is changed")).to_be_visible()


def sign_up_elsewhere(page: Page, accounts: Accounts) -> None:
    """The provider says who somebody is, and no address."""
    accounts.provider.claims = {"sub": uuid.uuid4().hex}
    accounts.go(page, "/accounts/login/")
    page.get_by_role("button", name="Sign in with Our company").click()
    expect(page.get_by_role("heading", name="Make an account")).to_be_visible()


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
    page.get_by_label("E-mail address").fill(_somebody())
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
    "account-sign-up-elsewhere": sign_up_elsewhere,
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
    "account-app": secured("/accounts/app/add/"),
    "account-passkey": secured("/accounts/passkeys/add/"),
    "account-connections-none": at("/accounts/sso/"),
    "account-again": at("/accounts/reauthenticate/"),
    "account-change-password": secured("/accounts/password/change/"),
    "account-team-link": link_of_invitation,
    "account-team-mail": invited_by_mail,
    "account-deleted-site": at("/dashboard/sites/deleted/"),
    "account-invited-another": invitation_of_a_mail,
}
STEPS_SCENES: dict[str, AccountScene] = {
    "account-security-steps": at("/accounts/security/"),
    "account-sessions": at("/accounts/sessions/"),
    "account-app-off": secured("/accounts/app/remove/"),
    "account-passkey-rename": rename_passkey,
    "account-passkey-remove": remove_passkey,
    "account-recovery-codes": secured("/accounts/recovery-codes/"),
    "account-new-recovery-codes": secured("/accounts/recovery-codes/new/"),
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

# The scene of each page, by the name of its address; a test asks that no page lacks one.
OF_PAGES: dict[str, str] = {
    "home": "workspace-entrance",
    "set_up": "account-set-up",
    "login_link": "account-login-link",
    "invitation": "account-invited",
    "account_login": "account-sign-in",
    "account_logout": "workspace-sign-out",
    "account_inactive": "account-inactive",
    "account_signup": "account-sign-up",
    "account_reauthenticate": "account-again",
    "account_email_verification_sent": "account-mail-sent",
    "account_confirm_email": "account-confirm-address",
    "account_change_password": "account-change-password",
    "account_set_password": "workspace-set-password",
    "account_reset_password": "account-reset",
    "account_reset_password_done": "account-reset-sent",
    "account_reset_password_from_key": "account-new-password",
    "mfa_index": "account-security",
    "mfa_authenticate": "account-second-step",
    "mfa_reauthenticate": "account-again-code",
    "mfa_activate_totp": "account-app",
    "mfa_deactivate_totp": "account-app-off",
    "mfa_view_recovery_codes": "account-recovery-codes",
    "mfa_generate_recovery_codes": "account-new-recovery-codes",
    "mfa_add_webauthn": "account-passkey",
    "mfa_reauthenticate_webauthn": "account-again-passkey",
    "mfa_remove_webauthn": "account-passkey-remove",
    "mfa_edit_webauthn": "account-passkey-rename",
    "socialaccount_connections": "account-connections",
    "socialaccount_login_error": "account-elsewhere-refused",
    "socialaccount_login_cancelled": "account-elsewhere-refused",
    "socialaccount_signup": "account-sign-up-elsewhere",
    "openid_connect_login": "account-elsewhere",
    "usersessions_list": "account-sessions",
}
# Addresses that lead on, take a form alone, or give a file.
WITHOUT_A_PAGE = {
    "account_reset_password_from_key_done",
    "mfa_list_webauthn",
    "mfa_login_webauthn",
    "mfa_download_recovery_codes",
    "openid_connect_callback",
}

"""`inglenook owner …`"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from inglenook.cli.database import prepare_database
from inglenook.cli.output import Answer, Refusal
from inglenook.sites import audit, services
from inglenook.sites.actors import SYSTEM
from inglenook.sites.login_links import LINK_SECONDS
from inglenook.sites.models import Account


def create(*, email: str, password: str | None, name: str) -> Answer:
    prepare_database()
    account = services.create_account(email=email, password=password, name=name)
    found = {"email": account.email, "name": account.get_full_name(), "login_link": None}
    if password is not None:
        lines = [f"{account.email} can sign in at {settings.BASE_URL}/accounts/login/"]
    else:
        found["login_link"] = login_url(account)
        lines = [
            f"{account.email} can sign in here, once, within 24 hours:",
            str(found["login_link"]),
        ]
    return Answer(found, lines)


def login_link(*, email: str) -> Answer:
    prepare_database()
    account = account_by_email(email)
    with transaction.atomic():
        _record(account, "member.login_link")
    url = login_url(account)
    found = {"email": account.email, "login_link": url, "expires_in": LINK_SECONDS}
    return Answer(found, [url])


def reset_second_step(*, email: str) -> Answer:
    """Removes codes of an app, recovery codes and passkeys: for who has lost them all."""
    prepare_database()
    account = account_by_email(email)
    with transaction.atomic():
        removed, _ = Authenticator.objects.filter(user=account).delete()
        _record(account, "member.reset_second_step")
    found = {"email": account.email, "removed": removed}
    return Answer(found, [f"{account.email} signs in by the password alone now."])


def _record(account: Account, action: str) -> None:
    for member in account.memberships.order_by("pk"):
        target = ("member", member.public_id)
        audit.record(site_id=member.site_id, by=SYSTEM, action=action, target=target)


def login_url(account: Account) -> str:
    return f"{settings.BASE_URL}/login/{services.make_login_token(account)}/"


def account_by_email(email: str) -> Account:
    email = email.strip().lower()
    account = Account.objects.filter(email=email).first()
    if account is None:
        raise Refusal(
            f"there is no account {email}. Make it: inglenook owner create --email {email}"
        )
    return account

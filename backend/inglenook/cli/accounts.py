"""`inglenook owner …`"""

from __future__ import annotations

from argparse import Namespace

from django.conf import settings

from inglenook.cli.database import prepare_database
from inglenook.cli.output import Refusal, answer
from inglenook.sites import services
from inglenook.sites.login_links import LINK_SECONDS
from inglenook.sites.models import Account


def create(options: Namespace) -> None:
    prepare_database()
    account = services.create_account(
        email=options.email, password=options.password, name=options.name
    )
    found = {"email": account.email, "name": account.get_full_name(), "login_link": None}
    if options.password is not None:
        lines = [f"{account.email} can sign in at {settings.BASE_URL}/accounts/login/"]
    else:
        found["login_link"] = login_url(account)
        lines = [
            f"{account.email} can sign in here, once, within 24 hours:",
            str(found["login_link"]),
        ]
    answer(options, found, lines)


def login_link(options: Namespace) -> None:
    prepare_database()
    account = account_by_email(options.email)
    url = login_url(account)
    answer(options, {"email": account.email, "login_link": url, "expires_in": LINK_SECONDS}, [url])


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

"""`INGLENOOK_OIDC_…`: whose accounts may sign in here too, by OpenID Connect.

INGLENOOK_OIDC_SERVER          https://login.example.com/realms/team, without /.well-known/…
INGLENOOK_OIDC_CLIENT_ID       as the provider calls this installation
INGLENOOK_OIDC_CLIENT_SECRET   what it gave for it
INGLENOOK_OIDC_NAME            what the button says
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from inglenook.config.env import BadSetting, text

# In the address that the provider leads back to, so it never changes.
PROVIDER_ID: Final = "sso"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class Provider(Struct, frozen=True, kw_only=True):
    server: str
    client_id: str
    client_secret: str
    name: str


def provider(prefix: str) -> Provider | None:
    """None where no server is named. Raises BadSetting where a part is missing."""
    server, name = text(f"{prefix}_SERVER"), text(f"{prefix}_NAME", "OpenID Connect")
    client_id, secret = text(f"{prefix}_CLIENT_ID"), text(f"{prefix}_CLIENT_SECRET")
    if not server:
        return None
    parts = urlsplit(server)
    is_safe = parts.scheme == "https" or parts.hostname in _LOOPBACK
    if not parts.hostname or not is_safe or parts.query or parts.fragment:
        raise BadSetting(
            f"{prefix}_SERVER", server, "write its address, such as https://login.example.com."
        )
    for variable, value in (
        (f"{prefix}_CLIENT_ID", client_id),
        (f"{prefix}_CLIENT_SECRET", secret),
    ):
        if not value:
            raise BadSetting(variable, "", "the provider gives it to you; set it too.")
    return Provider(server=server, client_id=client_id, client_secret=secret, name=name)


def origins(found: Provider | None) -> list[str]:
    """Where a form of the login page may lead to."""
    if found is None:
        return []
    parts = urlsplit(found.server)
    return [f"{parts.scheme}://{parts.netloc}"]


def allauth_settings(found: Provider | None) -> dict[str, Any]:
    if found is None:
        return {}
    app = {
        "provider_id": PROVIDER_ID,
        "name": found.name,
        "client_id": found.client_id,
        "secret": found.client_secret,
        "settings": {"server_url": found.server},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}

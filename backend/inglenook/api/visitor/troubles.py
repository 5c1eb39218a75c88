"""What kept a page from the chat, as far as it can say so itself or we can see it.

    POST trouble    the widget: calls go through, WebSockets do not, or nothing but this call
    GET trouble     imported as a script, where the policy of the page forbids every call
    no_upgrade      a WebSocket that arrives as a plain request: a proxy does not pass it on

It is for the owner's page Install; no visitor and no page is named.
"""

from __future__ import annotations

from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse

from inglenook.api.http.operations import operation
from inglenook.api.http.responses import no_content
from inglenook.api.visitor.authentication import Page, PageCall
from inglenook.api.visitor.bodies import TroubleBody
from inglenook.api.visitor.session import spend
from inglenook.protocol.errors import ChatError
from inglenook.sites.database import read, write
from inglenook.sites.models import InstallTrouble
from inglenook.sites.origins import allows_origin
from inglenook.sites.selectors import site_for_key
from inglenook.sites.services import note_trouble

UPGRADE_REQUIRED = 426


@operation(
    "POST",
    "trouble",
    Page(),
    "Says what kept this page from the chat, for the owner",
    {204: None},
    body=TroubleBody,
    codes=("rate",),
)
async def post_trouble(call: PageCall) -> HttpResponse:
    await spend(call.request)
    await _note(call, call.body(TroubleBody).kind)
    return no_content()


@operation(
    "GET",
    "trouble",
    Page(),
    "Says that the policy of this page forbids calls: an empty script, for `import()`",
    {200: None},
    codes=("rate",),
)
async def get_trouble(call: PageCall) -> HttpResponse:
    await spend(call.request)
    await _note(call, InstallTrouble.Kind.POLICY)
    return HttpResponse(content_type="text/javascript")


async def no_upgrade(request: HttpRequest, site_key: str) -> HttpResponse:
    """The address of the socket, asked for without an upgrade.

    A browser that opens a WebSocket sends `Sec-WebSocket-Key`, which proxies pass on; they drop
    `Upgrade` where they are not set up for it.
    """
    if "Sec-WebSocket-Key" not in request.headers:
        raise Http404
    origin = request.headers.get("Origin", "")
    with suppress(ChatError):
        site = await read(site_for_key, site_key)
        if site is not None and allows_origin(
            site.entries, origin, own_origin=None, allow_null=False
        ):
            kind = InstallTrouble.Kind.NO_UPGRADE
            await write(note_trouble, site_id=site.id, origin=origin, kind=kind)
    response = HttpResponse(status=UPGRADE_REQUIRED)
    response["Upgrade"] = "websocket"
    return response


async def _note(call: PageCall, kind: str) -> None:
    origin = call.decision.origin
    if not origin or call.decision.reason == "own":
        return
    with suppress(ChatError):
        kind = InstallTrouble.Kind(kind)
        await write(note_trouble, site_id=call.site.id, origin=origin, kind=kind)

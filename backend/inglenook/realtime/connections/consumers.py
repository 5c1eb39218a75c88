"""The applications of the sockets' two addresses: each knows how its callers are admitted.

Each returns the conversation, which is not begun yet (admission/entrance.py).
"""

from __future__ import annotations

from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from django.conf import settings

from inglenook.protocol.errors import ChatError
from inglenook.realtime.admission.admit import Admission, AdmissionRequest, admit_member
from inglenook.realtime.admission.refusals import refuse
from inglenook.realtime.connections.conversation import Conversation
from inglenook.realtime.hub.hub import hub_of_this_loop
from inglenook.sites.database import read, write
from inglenook.visitors.addresses import AddressHashes, note_address

Scope = dict[str, Any]


Running = Coroutine[Any, Any, None]


def visitor_consumer(scope: Scope, receive: Any, send: Any) -> Running:
    """The widget's socket. The token of its `hello` says who the visitor is."""
    site, origin = scope["site"], scope["origin"]
    hub = hub_of_this_loop()
    address = scope.get("address")

    async def admit(token: str | None) -> Admission:
        await hub.flood_cool_down.wait(site.id, token, settings.LIMITS.hello_s)
        request = AdmissionRequest(site=site, origin=origin, token=token, address=address)
        admission = await hub.admissions.ask(site.id, request)
        if admission.new_address is not None and admission.participant.visitor_pk is not None:
            # Behind the handshake, which waits for no write.
            noted = _note(admission.participant.visitor_pk, admission.new_address)
            hub.tasks.start(noted)
        return admission

    return Conversation(scope, receive, send, admit, hub).run()


async def _note(visitor_pk: int, address: AddressHashes) -> None:
    # A database that is away is noticed by who must have an answer; the next hello notes it.
    with suppress(ChatError):
        await write(note_address, visitor_pk, address)


async def staff_consumer(scope: Scope, receive: Any, send: Any) -> Running | None:
    """Our own pages' socket.

    The session says who the member is; without one the handshake fails.
    """
    key = scope["url_route"]["kwargs"]["site_key"]
    login = scope["session"].session_key

    async def admit(_token: str | None) -> Admission:
        return await read(admit_member, key=key, login=login)

    try:
        await admit(None)
    except ChatError as error:
        await refuse(scope, send, error)
        return None
    return Conversation(scope, receive, send, admit, hub_of_this_loop()).run()

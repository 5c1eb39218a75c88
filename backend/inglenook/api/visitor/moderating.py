"""What the team does on the site's own pages beside writing: the acts of the workspace, by their
words, and the way back.

    GET  …/messages/<seq>/acts   the menu of one message, in the member's language
    POST …/messages/<seq>/acts   does one of them ─► what a toast says, and how it is taken back
    POST undo                    takes it back
    DELETE session               the token works no more
"""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from inglenook.api.http.operations import operation
from inglenook.api.http.parameters import number
from inglenook.api.http.responses import json_response, no_content
from inglenook.api.visitor.authentication import TEAM, TeamCall, bearer_token
from inglenook.api.visitor.bodies import ActBody, UndoBody
from inglenook.api.visitor.responses import ActedResponse, ActResponse, ActsResponse
from inglenook.chat.acts import acts_for
from inglenook.chat.decisions import take_back
from inglenook.chat.models import Message
from inglenook.chat.selectors import room_by_slug
from inglenook.chat.way_back import read_steps, sign_steps
from inglenook.protocol.errors import Conflict, NotFound
from inglenook.sites.database import read, write
from inglenook.sites.models import Member
from inglenook.sites.roles import Action, may, require
from inglenook.visitors.models import Visitor
from inglenook.visitors.page_logins import end_page_login
from inglenook.visitors.participants import participant_from_member


@operation(
    "GET",
    "rooms/{slug}/messages/{seq}/acts",
    TEAM,
    "What the team may do with a message and with who wrote it",
    {200: ActsResponse},
    codes=("not_found",),
)
async def get_acts(call: TeamCall, slug: str, seq: str) -> HttpResponse:
    place = number(seq, "seq", least=1)
    return json_response(await read(_acts, call.member, slug, place))


@operation(
    "POST",
    "rooms/{slug}/messages/{seq}/acts",
    TEAM,
    "Does one of them",
    {200: ActedResponse},
    body=ActBody,
    codes=("not_found",),
)
async def post_act(call: TeamCall, slug: str, seq: str) -> HttpResponse:
    place, body = number(seq, "seq", least=1), call.body(ActBody)
    return json_response(await write(_act, call.member, slug, place, body.act))


@operation(
    "POST",
    "undo",
    TEAM,
    "Takes back what an act did",
    {200: ActedResponse},
    body=UndoBody,
)
async def post_undo(call: TeamCall) -> HttpResponse:
    return json_response(await write(_undo, call.member, call.body(UndoBody).undo))


@operation("DELETE", "session", TEAM, "Ends the token of a member of the team", {204: None})
async def delete_session(call: TeamCall) -> HttpResponse:
    await write(end_page_login, site_id=call.site.id, token=bearer_token(call.request))
    return no_content()


def _acts(member: Member, slug: str, seq: int) -> ActsResponse:
    message = _message_at(member, slug, seq)
    with translation.override(member.account.language or None):
        lines = [
            ActResponse(name, str(act.label), act.icon)
            for name, act in acts_for(message, is_visitors=_is_visitors(message))
            if may(member.role, act.needs)
        ]
    return ActsResponse(message.author_name, lines)


def _act(member: Member, slug: str, seq: int, name: str) -> ActedResponse:
    message = _message_at(member, slug, seq)
    offered = dict(acts_for(message, is_visitors=_is_visitors(message)))
    act = offered.get(name)
    if act is None:
        raise _not_now()
    require(member.role, act.needs)
    try:
        steps = act.do(member.site, message, participant_from_member(member))
    except Conflict:
        raise _not_now() from None
    with translation.override(member.account.language or None):
        said = str(act.said) % {"name": message.author_name}
        return ActedResponse(said, sign_steps(member.site_id, steps) or None, _("Undo"))


def _not_now() -> NotFound:
    """Somebody else of the team was faster, or nobody knows the act."""
    return NotFound("This cannot be done with the message now.")


def _undo(member: Member, signed: str) -> ActedResponse:
    require(member.role, Action.UNDO)
    steps = read_steps(member.site_id, signed)
    gone = take_back(site=member.site, steps=steps, by=participant_from_member(member))
    with translation.override(member.account.language or None):
        said = _("Taken back.") if gone else _("It is too late to take this back.")
    return ActedResponse(said, None, "")


def _message_at(member: Member, slug: str, seq: int) -> Message:
    """Raises NotFound."""
    room = room_by_slug(member.site_id, slug, participant_from_member(member))
    found = Message.objects.filter(room=room, seq=seq).select_related("room").first()
    if found is None:
        raise NotFound("There is no such message here.")
    return found


def _is_visitors(message: Message) -> bool:
    who = Visitor.objects.filter(site_id=message.room.site_id, public_id=message.author_id or "")
    return who.filter(erased_at=None).exists()

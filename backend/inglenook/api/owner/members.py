"""The team of the site."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from msgspec import Struct

from inglenook.api.http.responses import json_response, no_content
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import OwnerBody, owner_call
from inglenook.api.owner.lists import list_answer
from inglenook.chat.selectors import timestamp
from inglenook.jobs.invitations import mail_later
from inglenook.sites import members
from inglenook.sites.database import write
from inglenook.sites.models import Member

Role = Literal["owner", "manager", "moderator", "viewer"]


class InvitationBody(OwnerBody, frozen=True, kw_only=True):
    email: str
    role: Role
    name: str = ""


class RoleBody(OwnerBody, frozen=True, kw_only=True):
    role: Role


class MemberResponse(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    email: str
    role: str
    state: str
    created_at: str


class MembersResponse(Struct, frozen=True, kw_only=True):
    items: list[MemberResponse]
    next: str | None


@owner_call("GET", "members", "team", "The team", {200: MembersResponse}, is_list=True)
async def get_members(call: KeyCall) -> HttpResponse:
    rows = Member.objects.filter(site=call.site).select_related("account")
    return await list_answer(call, "members", rows, MembersResponse, _member)


@owner_call(
    "POST",
    "members",
    "team",
    "Invites somebody by e-mail address; no key makes owners",
    {201: MemberResponse},
    codes=("forbidden", "quota"),
    body=InvitationBody,
)
async def post_member(call: KeyCall) -> HttpResponse:
    body = call.body(InvitationBody)

    def invite() -> HttpResponse:
        member = members.invite_member(
            site=call.site, email=body.email, role=body.role, name=body.name, by=call.actor
        )
        mail_later(member=member, by=call.actor)
        return json_response(_member(member), 201)

    return await call.write(invite)


@owner_call(
    "PATCH",
    "members/{member_id}",
    "team",
    "Gives a member another role; no key makes owners, and the last one stays",
    {200: MemberResponse},
    codes=("forbidden", "conflict"),
    body=RoleBody,
)
async def patch_member(call: KeyCall, member_id: str) -> HttpResponse:
    role = call.body(RoleBody).role
    member = await write(
        members.change_role, site=call.site, member_id=member_id, role=role, by=call.actor
    )
    return json_response(_member(member))


@owner_call(
    "DELETE",
    "members/{member_id}",
    "team",
    "Takes a member off the team, but the last owner",
    {204: None},
    codes=("conflict",),
)
async def delete_member(call: KeyCall, member_id: str) -> HttpResponse:
    await write(members.remove_member, site=call.site, member_id=member_id, by=call.actor)
    return no_content()


def _member(row: Member) -> MemberResponse:
    return MemberResponse(
        id=row.public_id,
        name=row.name,
        email=row.account.email,
        role=row.role,
        state=row.state,
        created_at=timestamp(row.created_at),
    )

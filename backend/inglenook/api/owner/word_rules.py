"""Word rules: the site's own, and those of the instance, which a site can only switch off."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpResponse
from msgspec import UNSET, Meta, Struct, UnsetType

from inglenook.api.http.responses import no_content
from inglenook.api.owner.authentication import KeyCall
from inglenook.api.owner.declaring import OwnerBody, owner_call
from inglenook.api.owner.etags import etag_of, refuse_stale, with_etag
from inglenook.api.owner.lists import list_answer
from inglenook.moderation import word_rule_services as services
from inglenook.moderation.models import WordRule

MatchKind = Literal["word", "part", "regex"]
Place = Literal["body", "name"]
RuleAction = Literal["block", "hold", "mask"]
Text = Annotated[str, Meta(max_length=services.PATTERN_CHARS)]
Slugs = Annotated[list[str], Meta(max_length=services.MOST_ROOMS)]


class WordRuleBody(OwnerBody, frozen=True, kw_only=True):
    pattern: Text
    match: MatchKind = "word"
    where: tuple[Place, ...] = ("body", "name")
    action: RuleAction = "block"
    rooms: Slugs | None = None
    enabled: bool = True


class WordRulePatch(OwnerBody, frozen=True, kw_only=True):
    pattern: Text | UnsetType = UNSET
    match: MatchKind | UnsetType = UNSET
    where: list[Place] | UnsetType = UNSET
    action: RuleAction | UnsetType = UNSET
    rooms: Slugs | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET


class WordRuleResponse(Struct, frozen=True, kw_only=True):
    id: str
    pattern: str
    match: str
    where: list[str]
    action: str
    rooms: list[str] | None
    enabled: bool
    instance: bool


class WordRulesResponse(Struct, frozen=True, kw_only=True):
    items: list[WordRuleResponse]
    next: str | None


@owner_call(
    "GET",
    "word-rules",
    "moderation",
    "Word rules of the site and of the instance",
    {200: WordRulesResponse},
    is_list=True,
)
async def get_word_rules(call: KeyCall) -> HttpResponse:
    rows = services.rules_of_site(call.site)
    return await list_answer(call, "word-rules", rows, WordRulesResponse, word_rule_response)


@owner_call(
    "POST",
    "word-rules",
    "moderation",
    "Makes a word rule",
    {201: WordRuleResponse},
    codes=("quota",),
    body=WordRuleBody,
)
async def post_word_rule(call: KeyCall) -> HttpResponse:
    fields: dict[str, Any] = msgspec.to_builtins(call.body(WordRuleBody))

    def make() -> HttpResponse:
        return _answer(services.create_rule(site=call.site, **fields, by=call.actor), 201)

    return await call.write(make)


@owner_call(
    "PATCH",
    "word-rules/{rule_id}",
    "moderation",
    "Changes what is given; of the instance's rules `enabled` alone",
    {200: WordRuleResponse},
    codes=("forbidden",),
    body=WordRulePatch,
    has_etag=True,
)
async def patch_word_rule(call: KeyCall, rule_id: str) -> HttpResponse:
    changes: dict[str, Any] = msgspec.to_builtins(call.body(WordRulePatch))

    def change() -> HttpResponse:
        _refuse_stale_rule(call, rule_id)
        return _answer(
            services.change_rule(site=call.site, rule_id=rule_id, changes=changes, by=call.actor)
        )

    return await call.write(change)


@owner_call(
    "DELETE",
    "word-rules/{rule_id}",
    "moderation",
    "Removes a word rule of the site",
    {204: None},
    codes=("forbidden",),
    has_etag=True,
)
async def delete_word_rule(call: KeyCall, rule_id: str) -> HttpResponse:
    def remove() -> HttpResponse:
        _refuse_stale_rule(call, rule_id)
        services.remove_rule(site=call.site, rule_id=rule_id, by=call.actor)
        return no_content()

    return await call.write(remove)


def word_rule_response(rule: WordRule) -> WordRuleResponse:
    return WordRuleResponse(
        id=str(rule.pk),
        pattern=rule.pattern,
        match=rule.match,
        where=services.where_of(rule),
        action=rule.action,
        rooms=rule.rooms,
        enabled=services.is_enabled(rule),
        instance=rule.site_id is None,
    )


def _answer(rule: WordRule, status: int = 200) -> HttpResponse:
    body = word_rule_response(rule)
    return with_etag(body, etag_of(body), status)


def _refuse_stale_rule(call: KeyCall, rule_id: str) -> None:
    """Locks the rule until COMMIT. Raises NotFound, and Stale by `If-Match`."""
    rule = services.rule_of_site(call.site, rule_id, is_locked=True)
    refuse_stale(call.request, etag_of(word_rule_response(rule)))

"""Sanctions and word rules on their pages: made, changed, lifted; mistakes stand at their field."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from inglenook.chat.models import Message
from inglenook.moderation.models import Sanction, WordRule
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor

pytestmark = pytest.mark.django_db


def address(name: str, site: Site, *args: object) -> str:
    return reverse(f"dashboard:{name}", args=[site.pk, *args])


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_sanction_is_made_by_name_or_number_and_lifted(
    as_moderator: Client, site: Site, visitor: Visitor
) -> None:
    for who in (visitor.name, visitor.public_id):
        sent = {"visitor": who, "kind": "ban", "seconds": "", "scope": "address"}
        answer = as_moderator.post(address("create_sanction", site), sent)
        assert answer["Location"] == address("sanctions", site)
    sanction = Sanction.objects.get(lifted_at=None)
    assert (sanction.kind, sanction.scope, sanction.until) == ("ban", "address", None)
    assert visitor.name in page(as_moderator, address("sanctions", site))
    as_moderator.post(address("lift_sanction", site, sanction.pk))
    assert "Nobody is muted or banned" in page(as_moderator, address("sanctions", site))
    assert visitor.name in page(as_moderator, address("sanctions", site) + "?show=ended")
    for pk in (sanction.pk, 10**30):
        assert as_moderator.post(address("lift_sanction", site, pk)).status_code == 404


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"visitor": ""}, "visitor", "Say who it is about."),
        ({"visitor": "Nobody"}, "visitor", "Nobody of this name"),
        ({"visitor": "Double"}, "visitor", "Several people have this name."),
        ({"kind": "exile"}, "kind", "exile"),
        ({"seconds": "7"}, "seconds", "7"),
        ({"reason": "r" * 201}, "reason", "200"),
    ],
)
def test_a_mistake_in_a_sanction_is_said_at_its_field_and_the_input_kept(
    as_moderator: Client, site: Site, visitor: Visitor, sent: dict[str, str], field: str, said: str
) -> None:
    for _ in range(2):
        Visitor.objects.create(site=site, name="Double")
    good = {"visitor": visitor.name, "kind": "mute", "scope": "person", "reason": "adverts"}
    answer = as_moderator.post(address("create_sanction", site), good | sent)
    assert answer.status_code == 422
    assert said in "".join(answer.context["form"].errors[field])
    if field != "reason":
        assert 'value="adverts"' in answer.content.decode()
    assert not Sanction.objects.exists()


def test_a_word_rule_is_made_changed_switched_and_removed(as_owner: Client, site: Site) -> None:
    sent = {"pattern": "spam", "match": "word", "action": "hold", "where": ["body"]}
    as_owner.post(address("create_word_rule", site), sent | {"enabled": "on"})
    rule = WordRule.objects.get()
    assert (rule.pattern, rule.in_body, rule.in_name, rule.rooms) == ("spam", True, False, None)
    as_owner.post(address("word_rule", site, rule.pk), sent | {"pattern": "eggs"})
    rule.refresh_from_db()
    assert (rule.pattern, rule.enabled) == ("eggs", False)
    as_owner.post(address("switch_word_rule", site, rule.pk), {"enabled": "on"})
    rule.refresh_from_db()
    assert rule.enabled
    assert "Remove the rule “eggs”?" in page(as_owner, address("remove_word_rule", site, rule.pk))
    as_owner.post(address("remove_word_rule", site, rule.pk))
    assert not WordRule.objects.exists()


def test_a_rule_of_the_installation_is_switched_and_not_changed(
    as_owner: Client, site: Site
) -> None:
    rule = WordRule.objects.create(site=None, pattern="casino")
    assert "of the installation" in page(as_owner, address("word_rules", site))
    as_owner.post(address("switch_word_rule", site, rule.pk), {"enabled": "off"})
    assert 'aria-checked="false"' in page(as_owner, address("word_rules", site))
    rule.refresh_from_db()
    assert rule.enabled
    sent = {"pattern": "other", "match": "word", "action": "block", "where": ["body", "name"]}
    answer = as_owner.post(address("word_rule", site, rule.pk), sent)
    assert answer.status_code == 422
    assert "cannot" in answer.content.decode() or "not changed" in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"pattern": ""}, "pattern"),
        ({"pattern": "(", "match": "regex"}, "pattern"),
        ({"pattern": "…"}, "pattern"),
        ({"where": []}, "where"),
        ({"rooms": ["nowhere"]}, "rooms"),
    ],
)
def test_a_mistake_in_a_rule_is_said_at_its_field(
    as_owner: Client, site: Site, sent: dict[str, object], field: str
) -> None:
    good = {"pattern": "spam", "match": "word", "action": "block", "where": ["body"]}
    answer = as_owner.post(address("create_word_rule", site), good | sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not WordRule.objects.exists()


@pytest.mark.parametrize(
    ("action", "said"), [("block", "Not sent."), ("hold", "Held for the team."), ("mask", "Sent.")]
)
def test_the_test_box_names_the_rule_that_decides(
    as_moderator: Client, site: Site, action: str, said: str
) -> None:
    WordRule.objects.create(site=site, pattern="spam", action=action)
    for headers in ({}, {"hx-request": "true"}):
        answer = as_moderator.post(
            address("check_text", site), {"text": "Buy spam"}, headers=headers
        )
        shown = answer.content.decode()
        assert said in shown
        assert "Rule “spam”." in shown
        assert ("<html" in shown) is not headers
    assert as_moderator.post(address("check_text", site), {"text": ""}).status_code == 422
    assert not Message.objects.exists()

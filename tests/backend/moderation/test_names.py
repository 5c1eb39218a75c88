"""A visitor's name passes the reserved ones, then every word rule of the site."""

from __future__ import annotations

import pytest

from inglenook.moderation.models import WordRule
from inglenook.moderation.names import rename_visitor
from inglenook.moderation.word_rule_services import create_rule
from inglenook.protocol.errors import BlockedWord, Reserved
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("action", WordRule.Action.values)
def test_a_name_with_a_rules_word_is_refused_whatever_the_action(
    site: Site, visitor: Visitor, action: str
) -> None:
    create_rule(site=site, pattern="badword", action=action, rooms=["help"], by=SYSTEM)
    for name in ("Badword", "the b4dw0rd!", "B a d w o r d"):
        with pytest.raises(BlockedWord) as refused:
            rename_visitor(visitor=visitor, name=name)
        assert refused.value.field == "name"
    assert Visitor.objects.get(pk=visitor.pk).name == "Amber Otter"
    assert rename_visitor(visitor=visitor, name="Badwords").name == "Badwords"


def test_a_rule_for_bodies_leaves_names_alone(site: Site, visitor: Visitor) -> None:
    create_rule(site=site, pattern="robin", where=["body"], by=SYSTEM)
    assert rename_visitor(visitor=visitor, name="Robin").name == "Robin"


def test_a_reserved_name_is_reserved_first(site: Site, visitor: Visitor) -> None:
    create_rule(site=site, pattern="olive", by=SYSTEM)
    with pytest.raises(Reserved):
        rename_visitor(visitor=visitor, name="Olive")


def test_the_instances_rules_stand_for_names_too(visitor: Visitor) -> None:
    create_rule(site=None, pattern="badword", by=SYSTEM)
    with pytest.raises(BlockedWord):
        rename_visitor(visitor=visitor, name="Badword")

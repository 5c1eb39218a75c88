"""A visitor's own name, as the edges set it: reserved ones first, then the site's word rules."""

from __future__ import annotations

from inglenook.moderation.word_rules import present_word_filter
from inglenook.visitors import services
from inglenook.visitors.models import Visitor


def rename_visitor(*, visitor: Visitor, name: str) -> Visitor:
    """Gives a visitor another name.

    Raises Empty, TooLong, InvalidText, Reserved, and BlockedWord where a rule finds its word in it.
    """

    def is_blocked(clean: str) -> bool:
        return present_word_filter(visitor.site_id).rule_against_name(clean) is not None

    return services.rename_visitor(visitor=visitor, name=name, is_blocked=is_blocked)

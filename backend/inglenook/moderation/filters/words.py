"""What word rules do with a text: pass it, mask it, hold it or block it. Pure.

    text ─► every rule that finds its word in it ─► mask ─► block ─► hold ─► Judgement, or None

All rules read the text as it was typed, so what one masks another may still block. Of several that
decide the same, the site's own come before the instance's, older ones before newer ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from msgspec import Struct

from inglenook.moderation.filters.matcher import Match, WordMatcher, WordPattern, masked
from inglenook.moderation.filters.patterns import BadPattern, Pattern, PatternMatcher

MatchKind = Literal["word", "part", "regex"]
RuleAction = Literal["block", "hold", "mask"]


class Rule(Struct, frozen=True, kw_only=True):
    """A word rule that is switched on. `rooms` None: in all of them."""

    id: int
    pattern: str
    match: MatchKind
    action: RuleAction
    in_body: bool = True
    in_name: bool = True
    rooms: tuple[str, ...] | None = None
    is_instance: bool = False


class Judgement(Struct, frozen=True):
    """What the rules decide. `body` is what may be stored and shown: the text with its masks.

    `masked_by` are the rules that masked something. `blocked_by` stands before `held_by`: at most
    one of them is set.
    """

    body: str
    masked_by: tuple[int, ...] = ()
    blocked_by: int | None = None
    held_by: int | None = None


class WordFilter:
    """The rules of one site, made ready once."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        ordered = sorted(rules, key=lambda rule: (rule.is_instance, rule.id))
        self._bodies = _Finder([rule for rule in ordered if rule.in_body])
        self._names = _Finder([rule for rule in ordered if rule.in_name])

    def judge(self, body: str, room: str) -> Judgement | None:
        """What becomes of a body in a room; None where no rule finds anything."""
        found = self._bodies.find(body, room)
        if not found:
            return None
        masking = [(rule, match) for rule, match in found if rule.action == "mask"]
        shown = masked(body, (match for _, match in masking)) if masking else body
        masked_by = tuple(dict.fromkeys(rule.id for rule, _ in masking))
        blocked_by = next((rule.id for rule, _ in found if rule.action == "block"), None)
        held_by = next((rule.id for rule, _ in found if rule.action == "hold"), None)
        if blocked_by is not None:
            return Judgement(shown, masked_by, blocked_by=blocked_by)
        return Judgement(shown, masked_by, held_by=held_by)

    def rule_against_name(self, name: str) -> int | None:
        """The rule that refuses a visitor's name, whatever its action and its rooms."""
        found = self._names.find(name, None)
        return found[0][0].id if found else None


class _Finder:
    """Rules in the order in which they decide."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._words = WordMatcher(
            WordPattern(place, rule.pattern, rule.match)
            for place, rule in enumerate(rules)
            if rule.match != "regex"
        )
        read = (_pattern(place, rule) for place, rule in enumerate(rules) if rule.match == "regex")
        self._patterns = PatternMatcher(pattern for pattern in read if pattern is not None)

    def find(self, text: str, room: str | None) -> list[tuple[Rule, Match]]:
        if not self._rules:
            return []
        found = self._words.matches(text)
        found += [Match(*match) for match in self._patterns.matches(text)]
        found.sort(key=lambda match: (match.rule, match.at))
        with_rules = [(self._rules[match.rule], match) for match in found]
        return [
            (rule, match)
            for rule, match in with_rules
            if room is None or rule.rooms is None or room in rule.rooms
        ]


def _pattern(place: int, rule: Rule) -> Pattern | None:
    """None for what another version of RE2 accepted once: it must not stop every message."""
    try:
        return Pattern(place, rule.pattern)
    except BadPattern:
        return None


NO_RULES: Final = WordFilter(())

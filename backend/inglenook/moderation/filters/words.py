"""What word rules do with a text: pass it, mask it, hold it or block it. Pure.

    text ─► every rule that may be in it ─► the first that blocks, else the first that holds
                                        └─► every place that is masked ─► Judgement, or None

All rules read the text as it was typed, so what one masks another may still block. Of several that
decide the same, the site's own come before the instance's, older ones before newer ones: the first
of them that stands in the text decides, and nobody looks for the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Final, Literal

from msgspec import Struct

from inglenook.moderation.filters.matcher import WordMatcher, WordPattern, masked
from inglenook.moderation.filters.patterns import BadPattern, Pattern, PatternMatcher
from inglenook.moderation.filters.spans import Span

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


# A rule that may stand in a text, and where it does.
_Candidate = tuple[Rule, Iterator[Span]]


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
        found = self._bodies.candidates(body, room)
        if not found:
            return None
        blocked_by = _first("block", found)
        held_by = None if blocked_by is not None else _first("hold", found)
        masking = {rule.id: list(places) for rule, places in found if rule.action == "mask"}
        masked_by = tuple(rule_id for rule_id, places in masking.items() if places)
        if blocked_by is None and held_by is None and not masked_by:
            return None
        shown = masked(body, chain.from_iterable(masking.values())) if masked_by else body
        return Judgement(shown, masked_by, blocked_by=blocked_by, held_by=held_by)

    def rule_against_name(self, name: str) -> int | None:
        """The rule that refuses a visitor's name, whatever its action and its rooms."""
        return _first(None, self._names.candidates(name, None))


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

    def candidates(self, text: str, room: str | None) -> list[_Candidate]:
        if not self._rules:
            return []
        found = [*self._words.candidates(text), *self._patterns.candidates(text)]
        found.sort(key=itemgetter(0))
        with_rules = [(self._rules[place], places) for place, places in found]
        return [
            (rule, places)
            for rule, places in with_rules
            if room is None or rule.rooms is None or room in rule.rooms
        ]


def _first(action: RuleAction | None, candidates: Iterable[_Candidate]) -> int | None:
    """The first rule of an action, or of any, that really stands in the text."""
    for rule, places in candidates:
        if action in (None, rule.action) and next(places, None) is not None:
            return rule.id
    return None


def _pattern(place: int, rule: Rule) -> Pattern | None:
    """None for what another version of RE2 accepted once: it must not stop every message."""
    try:
        return Pattern(place, rule.pattern)
    except BadPattern:
        return None


NO_RULES: Final = WordFilter(())

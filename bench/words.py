"""WORDS: what word rules cost. `.venv/bin/python -m bench.words`, on a machine with nothing else.

matcher   2,000 rules on texts of 2,000 characters: milliseconds a text, of one process
ingest    durable sends to two servers in turn, one with 50 rules that no message meets:
          processor time an ack, and the ratio of each pair of windows
"""

from __future__ import annotations

import random
import time
from typing import Any

from bench.figures import median
from bench.product import Product, product
from bench.run import load
from inglenook.moderation.filters.words import NO_RULES, Rule, WordFilter

RULES = 2000
CHARS = 2000
RULES_OF_INGEST = 50
PAIRS = 6
SECONDS = 2.0
SYLLABLES = (
    *("ba", "ko", "ri", "te", "mu", "sha", "lo", "win"),
    *("ger", "nat", "pli", "cro", "vo", "xi", "fe", "dun"),
)
ENGLISH = (
    "The candles of this shop burn for days, and smell of honey. I'm sure it's a good one! "
    "Plan B: we meet at 7 in room 101, and don't be late; see https://shop.example/a?b=1. "
)
TEXTS = {
    "English": ENGLISH,
    "Russian": "Свечи этого магазина горят днями и пахнут мёдом, правда? ",
    "single letters": "a b c d e ",
    "digits and signs": "1@ $3 !4 0o l1 ",
}
_MAKE_RULES = """
from inglenook.moderation.word_rule_services import create_rule
from inglenook.sites.actors import SYSTEM
for n in range({count}):
    create_rule(site=None, pattern=f"zq{{n:b}}xj", by=SYSTEM)
"""


def main() -> None:
    for name, milliseconds in matcher().items():
        print(f"{RULES} rules, {CHARS} characters, {name}: {milliseconds:.3f} ms")
    for senders in (1, 100):
        ratios = ingest(senders)
        shown = " ".join(f"{ratio:.3f}" for ratio in sorted(ratios))
        print(f"{senders} senders, 50 rules to none: {median(ratios):.3f} ({shown})")


def matcher() -> dict[str, float]:
    """Half of the rules are `word`, half `part`; none is in the texts. With what masks cost too."""
    words = made_up_words(RULES)
    kinds = ("word", "part")
    ready = WordFilter(
        Rule(id=n, pattern=word, match=kinds[n % 2], action="mask")  # type: ignore[arg-type]  # of kinds
        for n, word in enumerate(words)
    )
    texts = {name: (text * CHARS)[:CHARS] for name, text in TEXTS.items()}
    found = {name: middle_ms(ready, text) for name, text in texts.items()}
    with_ten = f"{' '.join(words[:10])} {texts['English']}"[:CHARS]
    different = " ".join(words)[:CHARS]
    again = (f"{words[0]} " * CHARS)[:CHARS]
    block = WordFilter(
        Rule(id=n, pattern=word, match="word", action="block") for n, word in enumerate(words)
    )
    return {
        **found,
        "English with ten words masked": middle_ms(ready, with_ten),
        "only words of rules, all masked": middle_ms(ready, different),
        "one word of a rule, all masked": middle_ms(ready, again),
        "only words of rules, blocked": middle_ms(block, different),
    }


def made_up_words(count: int) -> list[str]:
    rng = random.Random(1)
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(rng.choices(SYLLABLES, k=rng.randint(3, 5)))] = None
    return list(found)


def middle_ms(ready: WordFilter, text: str) -> float:
    """The middle of 50, after one that the automaton learns from."""
    assert NO_RULES.judge(text, "lobby") is None
    ready.judge(text, "lobby")
    runs = []
    for _ in range(50):
        started = time.perf_counter()
        ready.judge(text, "lobby")
        runs.append(time.perf_counter() - started)
    return median(runs) * 1000


def ingest(senders: int) -> list[float]:
    with product(database="sqlite") as without, product(database="sqlite") as with_rules:
        words = _MAKE_RULES.format(count=RULES_OF_INGEST)
        with_rules.servers[0].run("shell", "--no-imports", "-c", words)
        window(without, senders)
        window(with_rules, senders)
        ratios = []
        for number in range(PAIRS):
            pair = [without, with_rules]
            cost = {id(one): window(one, senders) for one in (pair if number % 2 else pair[::-1])}
            ratios.append(cost[id(with_rules)] / cost[id(without)])
        return ratios


def window(made: Product, senders: int) -> float:
    """Processor time an ack, in microseconds."""
    step: dict[str, Any] = {"do": "acks", "senders": senders, "seconds": SECONDS}
    job = made.job(sockets=senders, steps=[step])
    job["words"] |= {"rooms": made.cast.rooms, "is_in": '"type":"welcome"', "subscribes": False}
    return float(load(job)[0]["cpu_us_per_ack"])


if __name__ == "__main__":
    main()

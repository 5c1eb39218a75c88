"""What people say: short and long, with marks, links and emoji: each kind of run occurs."""

from __future__ import annotations

import random

# The team decides about what has this word.
HELD = "raffle"
OPENINGS = (
    "Does anybody know",
    "I have just read",
    "Well, *honestly*",
    "🎉 finally",
    "My neighbour says",
    "As I said on Monday,",
    "Look:",
    "Who of you",
)
MIDDLES = (
    "whether the ferry goes on Sundays",
    "that `make tea` works again",
    "how the _second_ recipe turns out",
    "what the harbour looks like at night 🌙",
    "that everything is said in https://example.org/a/page?with=words",
    "why the lamp at the pier *blinks*",
    "that nobody brought umbrellas",
    "how long a queue may be before people sit down",
)
ENDINGS = ("?", ".", "!", " …", " 👍", " — at least here.", ", or not?", "")
SENTENCE = "It was a long day and a longer evening, and nobody wanted to go home before the rain. "
EMOJI = ("👍", "❤️", "😂", "🎉", "😮", "🙏")
FIRST = ("Amber", "Brisk", "Calm", "Dusky", "Early", "Fair", "Glad", "Hazel")
SECOND = ("Otter", "Heron", "Badger", "Wren", "Marten", "Lynx", "Finch", "Vole")


def sentence(dice: random.Random) -> str:
    """Some have more lines, and some are so long that they are folded."""
    text = f"{dice.choice(OPENINGS)} {dice.choice(MIDDLES)}{dice.choice(ENDINGS)}"
    chance = dice.random()
    if chance < 0.03:
        return f"{text}\n{SENTENCE * dice.randint(4, 12)}".strip()
    if chance < 0.12:
        return f"{text}\n{SENTENCE.strip()}"
    return text


def name(dice: random.Random) -> str:
    return f"{dice.choice(FIRST)} {dice.choice(SECOND)} {dice.randrange(1000)}"

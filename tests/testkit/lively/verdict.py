"""What the hour must show, as bars, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from tests.testkit.lively.guest import LONG_MS, Moment
from tests.testkit.lively.hour import Outcome

# The list is full by then, and the files that load when first needed are there.
FIRST_MOMENTS = slice(2, 5)
LAST_MOMENTS = slice(-3, None)
MOST_HEAP_GROWTH = 0.1
MOST_NODES_MORE = 200
MOST_LISTENERS_MORE = 30


@dataclass(frozen=True)
class Bar:
    """`words` has the figure and what it may be."""

    is_met: bool
    words: str


def bars(outcome: Outcome) -> list[Bar]:
    heap = change(outcome.moments, lambda one: one.heap)
    nodes = change(outcome.moments, detached)
    listeners = change(outcome.moments, lambda one: one.listeners)
    growth = heap[1] / heap[0] - 1
    longest = max((task.ms for task in outcome.tasks), default=0.0)
    return [
        Bar(
            not outcome.differences,
            f"rows compared {outcome.compared}; shown otherwise than the server says "
            f"{len(outcome.differences)} (≤ 0)",
        ),
        Bar(not outcome.defects, f"defects {len(outcome.defects)} (≤ 0)"),
        Bar(
            growth <= MOST_HEAP_GROWTH,
            f"memory {heap[0] / 1e6:.2f} MB, at the end {heap[1] / 1e6:.2f} MB "
            f"({growth:+.1%}, ≤ +{MOST_HEAP_GROWTH:.0%})",
        ),
        Bar(
            nodes[1] - nodes[0] <= MOST_NODES_MORE,
            f"nodes that are kept and not shown {nodes[0]:.0f}, at the end {nodes[1]:.0f} "
            f"(≤ +{MOST_NODES_MORE})",
        ),
        Bar(
            listeners[1] - listeners[0] <= MOST_LISTENERS_MORE,
            f"listeners {listeners[0]:.0f}, at the end {listeners[1]:.0f} "
            f"(≤ +{MOST_LISTENERS_MORE})",
        ),
        Bar(
            not outcome.tasks,
            f"tasks over {LONG_MS} ms {len(outcome.tasks)} (≤ 0)"
            + (f", the longest {longest:.0f} ms" if longest else ""),
        ),
    ]


def change(moments: Sequence[Moment], figure: Callable[[Moment], float]) -> tuple[float, float]:
    """The middle of the first moments that count, and of the last. A moment alone says little: the
    engine keeps what it likes for a while.
    """
    first, last = ([figure(one) for one in moments[part]] for part in (FIRST_MOMENTS, LAST_MOMENTS))
    return median(first), median(last)


def detached(moment: Moment) -> float:
    return moment.nodes - moment.attached

"""How many bodies with a file come in at once: so many in a process, fewer from one address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

MOST: Final = 16
MOST_OF_ADDRESS: Final = 4
RETRY_MS: Final = 3000


class FileSlots:
    """Whoever gets no slot is asked to come again: a file may take minutes to come."""

    def __init__(self) -> None:
        self._taken = 0
        self._of_address: Counter[str] = Counter()

    @contextmanager
    def slot(self, address: str | None) -> Iterator[bool]:
        """Whether there was one; it is held until the end. `address` None: none is known."""
        is_full = self._taken >= MOST
        if is_full or (address and self._of_address[address] >= MOST_OF_ADDRESS):
            yield False
            return
        self._taken += 1
        if address:
            self._of_address[address] += 1
        try:
            yield True
        finally:
            self._taken -= 1
            if address:
                self._of_address[address] -= 1
                if not self._of_address[address]:
                    del self._of_address[address]

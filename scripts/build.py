"""`make build`: builds the widget again and shows how large each part is."""

from __future__ import annotations

import sys

from scripts.install import install, widget
from scripts.steps import CACHE, chore, say


def main() -> bool:
    widget(install(dev=False), force=True)
    say((CACHE / "widget.log").read_text().rstrip())
    return True


if __name__ == "__main__":
    sys.exit(chore(main))

"""`make build`: builds the widget again and shows how large each part is."""

from __future__ import annotations

import sys

from scripts.install import install, widget
from scripts.steps import CACHE, ChoreError, say


def main() -> int:
    try:
        widget(install(dev=False), force=True)
    except ChoreError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    say((CACHE / "widget.log").read_text().rstrip())
    return 0


if __name__ == "__main__":
    sys.exit(main())

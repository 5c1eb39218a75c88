"""`make run`: installs what is missing, then serves the product and the demo site until Ctrl-C.

PORT=8000 DEMO_PORT=8100 make run
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from scripts.install import VENV, install
from scripts.steps import chore


def main() -> NoReturn:
    install(dev=False)
    serve()


def serve() -> NoReturn:
    """In our place, not below us: a Ctrl-C at the terminal and a signal to
    this process both reach it.
    """
    command = VENV / "bin" / "inglenook"
    os.execv(command, [str(command), "demo"])


if __name__ == "__main__":
    sys.exit(chore(main))

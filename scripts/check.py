"""`make check`, `make lint`, `make types`: what must pass before a commit.

lint     ruff and biome (FIX=1 mends)         imports   who may import whom
types    mypy and tsc                         sizes     what the widget weighs
lengths  the longest function and file
and the quick tests: those that need no server and no browser
"""

from __future__ import annotations

import os
import sys
import time

from scripts.install import VENV, install, oversized, sizes
from scripts.lanes import Part, report_failures, run_parts
from scripts.lengths import MOST_LINES, lengths
from scripts.steps import CACHE, chore, say

BIN = VENV / "bin"
NPX = ["npx", "--no-install"]


def lint(env: dict[str, str]) -> list[Part]:
    if os.environ.get("FIX"):
        return [
            Part("ruff mends", [str(BIN / "ruff"), "check", "--fix"]),
            Part("ruff formats", [str(BIN / "ruff"), "format"]),
            Part("biome mends", [*NPX, "biome", "check", "--write"], env),
        ]
    return [
        Part("ruff", [str(BIN / "ruff"), "check"]),
        Part("ruff format", [str(BIN / "ruff"), "format", "--check"]),
        Part("biome", [*NPX, "biome", "check"], env),
    ]


def types(env: dict[str, str]) -> list[Part]:
    # mypy's Django plugin loads the product's settings: give them a folder that is nobody's data.
    own = {"INGLENOOK_DATA_DIR": str(CACHE / "types"), "INGLENOOK_ENV_FILE": os.devnull}
    return [
        Part("mypy", [str(BIN / "mypy")], {**os.environ, **own}),
        Part("tsc", [*NPX, "tsc", "--noEmit"], env),
    ]


def imports() -> list[Part]:
    return [Part("import rules", [str(BIN / "lint-imports"), "--no-cache"])]


def quick_tests(env: dict[str, str]) -> list[Part]:
    return [
        Part("Python, quick", [str(BIN / "pytest"), "-q", "-m", "not whole"], counts=True),
        Part("TypeScript", [*NPX, "vitest", "run"], env, counts=True),
    ]


def static(env: dict[str, str]) -> list[Part]:
    """Everything that looks at the code without running it."""
    return [*lint(env), *types(env), *imports()]


def main() -> bool:
    began = time.monotonic()
    word = sys.argv[1] if len(sys.argv) > 1 else "check"
    env = install(dev=True)
    if word == "check":
        python, typescript = quick_tests(env)
        parts = run_parts([python, *static(env), typescript])
    else:
        parts = run_parts({"lint": lint, "types": types}[word](env))
    is_ok = report_failures(parts)
    if word == "check":
        is_ok = sizes_fit() and is_ok
        is_ok = functions_fit(env) and is_ok
    say(f"\n{word}: {'all well' if is_ok else 'FAILED'}, {time.monotonic() - began:.0f} s")
    return is_ok


def sizes_fit() -> bool:
    """Shows what the widget weighs, and says whether all of it is within the budget."""
    say()
    for line, fits in sizes():
        say(f"  widget: {line}{'' if fits else '   TOO LARGE'}")
    return not oversized()


def functions_fit(env: dict[str, str]) -> bool:
    """Shows the longest function and file, and says whether each function is short enough."""
    lines, fit = lengths(env)
    for line in lines:
        say(f"  {line}")
    if not fit:
        say(f"  a function may have {MOST_LINES} lines")
    return fit


if __name__ == "__main__":
    sys.exit(chore(main))

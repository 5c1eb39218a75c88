"""`make bench`: measures the product beside its peers, and writes docs/benchmarks.md. Needs Linux.

    make bench                        everything (about 25 minutes)
    make bench SHORT=1                everything, shortly (about 4 minutes): to see that it works
    make bench FAN=1 SHORT=1          one part, or several: FAN INGEST IDLE STORM
                                      HISTORY RESUME GROWTH PAGE WORKSPACE
    make bench FAN=1 ONLY="uvicorn socketio limit"    of a part, only these

A part that fails is reported in its place, and the others are still measured. The run ends with all
bars, met or not, and with an exit code: 0 where all are met, 2 where one is not, 1 where something
could not be measured. Bars are ratios to a floor or a peer of the same run; those of a SHORT run
are rough.
The figures and plots of each part are kept in bench/results/, so that the paper can be written from
several runs; SHORT ones never go into the paper.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from bench.markdown import filled
from bench.verdict import Verdict
from scripts.install import OFFLINE_HINT, install
from scripts.steps import CACHE, ROOT, ChoreError, Stamp, chore, digest, one_at_a_time, say, step

PARTS = (
    "FAN",
    "INGEST",
    "IDLE",
    "STORM",
    "HISTORY",
    "RESUME",
    "GROWTH",
    "PAGE",
    "WORKSPACE",
)
RESULTS = ROOT / "bench" / "results"
PAPER = ROOT / "docs" / "benchmarks.md"
PLOTS = ROOT / "docs" / "benchmarks"
PACKAGES = CACHE / "bench" / "python"
PIP = [
    sys.executable,
    "-m",
    "pip",
    "--disable-pip-version-check",
    "install",
    "--no-input",
    "--no-compile",
]


def main() -> int:
    if not sys.platform.startswith("linux"):
        raise ChoreError("The benchmarks read Linux's /proc and use its epoll: run them on Linux.")
    is_short = bool(os.environ.get("SHORT"))
    chosen = [name for name in PARTS if os.environ.get(name)] or list(PARTS)
    install_for_bench()
    began = time.monotonic()
    verdict = verdict_of({name: _part(name, is_short) for name in chosen})
    say(f"\n{verdict.text()}\nbench: {time.monotonic() - began:.0f} s")
    return verdict.exit_code


def verdict_of(results: dict[str, dict[str, Any]]) -> Verdict:
    from bench import paper

    return Verdict(
        [bar for name, result in results.items() for bar in paper.bars_of(name, result)],
        [
            f"{name:<9} {failure}"
            for name, result in results.items()
            for failure in paper.failed(result)
        ],
        is_whole=not os.environ.get("ONLY"),
    )


def install_for_bench() -> None:
    """What the product's tests need, and beside it what only peers and plots need."""
    env = install(dev=True)
    os.environ["PATH"] = env["PATH"]
    install_packages()
    folder = ROOT / "bench"
    with one_at_a_time():
        step(
            "Peers in Node",
            ["npm", "ci", "--no-audit", "--no-fund", "--prefix", str(folder)],
            env=env,
            stamp=Stamp(
                folder / "node_modules" / ".installed",
                digest([folder / "package.json", folder / "package-lock.json"]),
            ),
            hint=OFFLINE_HINT,
        )


def install_packages() -> None:
    """Python packages of peers and plots, in a folder of their own. This process finds them behind
    those of its environment.
    """
    lock = ROOT / "bench" / "requirements.txt"
    with one_at_a_time():
        step(
            "Peers in Python",
            [*PIP, "--require-hashes", "--upgrade", "--target", str(PACKAGES), "-r", str(lock)],
            stamp=Stamp(PACKAGES / ".installed", digest([lock], sys.version)),
            hint=OFFLINE_HINT,
        )
    if str(PACKAGES) not in sys.path:
        sys.path.append(str(PACKAGES))
    # matplotlib keeps a list of the machine's fonts, by default in the home folder.
    os.environ.setdefault("MPLCONFIGDIR", str(CACHE / "bench" / "matplotlib"))


def _part(name: str, is_short: bool) -> dict[str, Any]:
    """Measures one part, keeps its figures and answers with them. Whatever goes wrong in it is no
    reason not to measure the next.
    """
    part = importlib.import_module(f"bench.parts.{name.lower()}")
    result: dict[str, Any]
    try:
        result = part.measure(is_short, os.environ.get("ONLY", "").split())
    except Exception:  # noqa: BLE001  a part that fails must not end the others
        say(traceback.format_exc())
        result = {"failed": traceback.format_exc().strip().splitlines()[-1], "runs": []}
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name.lower()}{'-short' if is_short else ''}.json"
    file.write_text(json.dumps(result, indent=1))
    say(f"           figures in {file.relative_to(ROOT)}")
    _draw(name, result, RESULTS)
    if not is_short and not os.environ.get("ONLY"):
        _write_paper(name, result)
    return result


def _write_paper(name: str, result: dict[str, Any]) -> None:
    from bench import paper

    put("machine", paper.machine())
    put(name.lower(), paper.section(name, result))
    _draw(name, result, PLOTS)
    say("           written into docs/benchmarks.md")


def _draw(name: str, result: dict[str, Any], folder: Path) -> None:
    from bench import paper

    if result["runs"] and name in paper.PLOTS:
        folder.mkdir(exist_ok=True)
        for file, svg in paper.PLOTS[name](result).items():
            (folder / file).write_text(svg)


def put(mark: str, inside: str) -> None:
    """Renews what stands between the marks of the paper."""
    before, rest = PAPER.read_text().split(f"<!-- {mark} -->\n")
    _, after = rest.split(f"\n<!-- /{mark} -->")
    PAPER.write_text(f"{before}<!-- {mark} -->\n{filled(inside)}\n<!-- /{mark} -->{after}")


if __name__ == "__main__":
    sys.exit(chore(main))

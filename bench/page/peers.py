"""Other chat widgets, as npm serves them: bytes, and what loading and evaluating
them costs the same page.

Nobody's account is used and nothing is started: their real cost is higher,
ours is with the launcher drawn.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import brotli

from bench.figures import ratio_of
from bench.page.before_click import Case, load_in_turn
from bench.page.figures import TIMES, Figure, amount
from bench.page.stage import Stage, manifest
from scripts.steps import ROOT

PACKAGES = ROOT / "bench" / "page" / "peers" / "node_modules"
EMBED = ROOT / "backend" / "inglenook" / "embed_dist"
# React has no such file for browsers; an application's bundler would make this of it.
JSX = (
    "<script>window.ReactJsxRuntime={jsx:React.createElement,jsxs:React.createElement,"
    "Fragment:React.Fragment};</script>"
)


@dataclass(frozen=True, eq=False)
class Peer:
    package: str
    files: Sequence[str]
    is_module: bool = False
    remark: str = ""
    styles: Sequence[str] = field(default=())
    between: str = ""
    # What is loaded draws a chat. Else it only opens an iframe with one, which is not counted.
    is_whole: bool = True

    @property
    def folder(self) -> Path:
        return PACKAGES / self.package

    @property
    def version(self) -> str:
        return str(json.loads((self.folder / "package.json").read_text())["version"])

    def paths(self, names: Sequence[str]) -> list[Path]:
        """A name with @ in front is that of another package's file."""
        return [
            PACKAGES / name[1:] if name.startswith("@") else self.folder / name for name in names
        ]

    def tags(self, stage: Stage) -> str:
        kind = ' type="module"' if self.is_module else ""
        styles = [
            f'<link rel="stylesheet" href="{stage.site.file(path)}">'
            for path in self.paths(self.styles)
        ]
        scripts = [
            f'<script{kind} src="{stage.site.file(path)}"></script>'
            for path in self.paths(self.files)
        ]
        return "".join([*styles, *scripts[:-1], self.between, scripts[-1]])


PEERS = (
    Peer(
        "@rocket.chat/livechat",
        ["build/rocketchat-livechat.min.js"],
        remark="its loader alone; it then opens an iframe with the rest",
        is_whole=False,
    ),
    Peer("deep-chat", ["dist/deepChat.bundle.js"], True),
    Peer(
        "@widgetbot/crate",
        ["umd/crate.js"],
        remark="the chat itself is an iframe and comes on top",
        is_whole=False,
    ),
    Peer("@typebot.io/js", ["dist/web.js"], True),
    Peer(
        "@botpress/webchat",
        [
            "@react/umd/react.production.min.js",
            "@react-dom/umd/react-dom.production.min.js",
            "dist/index.umd.cjs",
        ],
        remark="with React 18, which it needs",
        styles=["dist/style.css"],
        between=JSX,
    ),
    Peer("flowise-embed", ["dist/web.umd.js"]),
    Peer("converse.js", ["dist/converse.min.js"], styles=["dist/converse.min.css"]),
    Peer("@n8n/chat", ["dist/chat.bundle.umd.js"], styles=["dist/style.css"]),
)
NOT_MEASURED = """Not measured: Papercups (`@papercups-io/chat-widget` 1.3.1 is a React component,
not a bundle), Live Helper Chat and Chatwoot (npm has no bundle of theirs), Intercom,
Crisp, Zendesk, Tawk and other hosted ones (npm has a loader; the chat is on their
servers)."""


@dataclass
class Row:
    name: str
    sizes: tuple[int, int, int]
    script: list[float]
    long_tasks: float
    remark: str = ""
    is_ours: bool = False
    is_whole: bool = True

    def line(self) -> str:
        raw, zipped, small = (f"{size:,}" for size in self.sizes)
        script = f"{amount(min(self.script))} ({amount(median(self.script))})"
        return (
            f"| {self.name} | {raw} | {zipped} | {small} | {script} | {amount(self.long_tasks)} | "
            f"{self.remark} |"
        )


def sizes_of(paths: list[Path]) -> tuple[int, int, int]:
    """As they are, by gzip, by brotli, each file for itself."""
    files = [path.read_bytes() for path in paths]
    return (
        sum(map(len, files)),
        sum(len(gzip.compress(file, 9)) for file in files),
        sum(len(brotli.compress(file)) for file in files),
    )


def measure(stage: Stage, rounds: int, step: Callable[[str], None]) -> list[Row]:
    """All in one turn, ours among them; the lightest first."""
    blank = Case("a page without any", stage.site.page("no-chat"))
    ours = Case("Inglenook", stage.site.page("inglenook", stage.tag))
    cases = {
        peer: Case(peer.package, stage.site.page(peer.package.replace("/", "-"), peer.tags(stage)))
        for peer in PEERS
    }
    load_in_turn(stage, [blank, ours, *cases.values()], rounds, step)
    built = manifest()
    before_the_click = [EMBED / built["embed"]]
    rows = [
        Row(
            "**Inglenook**, before the click",
            sizes_of(before_the_click),
            ours.script(blank),
            ours.long_tasks(blank),
            "with its launcher drawn",
            is_ours=True,
        ),
        *(
            Row(
                f"{peer.package} {peer.version}",
                sizes_of(peer.paths([*peer.files, *peer.styles])),
                case.script(blank),
                case.long_tasks(blank),
                peer.remark,
                is_whole=peer.is_whole,
            )
            for peer, case in cases.items()
        ),
    ]
    return sorted(rows, key=lambda row: row.sizes[2])


def bars(rows: Sequence[Row]) -> list[Figure]:
    """Our script before the click, of what peers' scripts took in the same turn, in the middle of
    all loadings: the least of some peers is a loading that was over before they were evaluated.
    """
    took = {row.name: median(row.script) for row in rows}
    ours = next((took[row.name] for row in rows if row.is_ours), math.nan)
    theirs = [row for row in rows if not row.is_ours]
    whole = [row for row in theirs if row.is_whole]
    if not whole:
        return []
    lightest = min(whole, key=lambda row: row.sizes[2]).name
    middle = median(took[row.name] for row in theirs)
    return [
        Figure(
            "Script before the click, of the lightest whole chat's",
            ratio_of(ours, took[lightest]),
            TIMES,
            1.0,
            f"{amount(ours)} of {amount(took[lightest], 'ms')}: {lightest}",
        ),
        Figure(
            "The same, of the middle one's of all peers",
            ratio_of(ours, middle),
            TIMES,
            0.1,
            f"{amount(ours)} of {amount(middle, 'ms')}",
        ),
    ]

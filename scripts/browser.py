"""Finds a Chromium for tests and screenshots, or gets one.

    INGLENOOK_CHROMIUM            whatever it names
    PATH, Debian, macOS           chromium, Chrome or Edge as installed
    Debian as root                apt-get install chromium, with fonts for Arabic and emoji;
                                  for the tests chromium-headless-shell
    Linux x86_64, anybody         a headless build from the npm registry, unpacked into .cache

Browsers are never fetched from anywhere else, so `playwright install` is not among the ways.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tarfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from scripts import apt, node
from scripts.steps import CACHE, ChoreError, Stamp, chore, digest, say, step, timed

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# Debian's wrapper on PATH prints warnings of its own shell script; the program itself is quiet.
PLACES = (
    "/usr/lib/chromium/chromium",
    "/usr/lib64/chromium-browser/chromium-browser",
    "/opt/google/chrome/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
# The build without windows takes half of the processor time for the same tests.
SHELL = "/usr/lib/chromium/chromium-headless-shell"
FONTS = ("fonts-dejavu-core", "fonts-noto-core", "fonts-noto-color-emoji")
SOURCE = Path(__file__).parent / "chromium"
UNPACKED = CACHE / "chromium"


def find() -> str | None:
    """The program that is there now, or None."""
    if wanted := os.environ.get("INGLENOOK_CHROMIUM"):
        return wanted
    for place in PLACES:
        if os.access(place, os.X_OK):
            return place
    for name in NAMES:
        if found := shutil.which(name):
            return found
    launcher = UNPACKED / "run"
    return str(launcher) if launcher.is_file() else None


def ensure() -> str:
    """The program, installed first where it is missing and may be. Raises ChoreError otherwise."""
    if found := find():
        return found
    if apt.may_install():
        apt.install("Chromium and fonts", "chromium", *FONTS)
    elif sys.platform == "linux" and platform.machine() == "x86_64":
        unpack_from_npm()
    if found := find():
        return found
    raise ChoreError(
        "The tests in a browser need Chromium or Chrome, and none was found.\n"
        "  Debian, Ubuntu:  sudo apt-get install chromium\n"
        "  macOS:           install Google Chrome\n"
        "Or name the program of one: INGLENOOK_CHROMIUM=/path/to/chrome"
    )


def ensure_for_tests() -> str:
    """The build without windows, where Debian has one and it is there or may be installed; else
    what `ensure` finds. Raises ChoreError.

    A test of what that build lacks, such as pages out of the cache, takes the whole one
    (`launch_options_of_whole`).
    """
    if wanted := os.environ.get("INGLENOOK_CHROMIUM"):
        return wanted
    if not os.access(SHELL, os.X_OK) and apt.may_install():
        with suppress(ChoreError):  # older releases of Debian have none
            apt.install("Chromium and fonts", "chromium", Path(SHELL).name, *FONTS)
    return SHELL if os.access(SHELL, os.X_OK) else ensure()


def unpack_from_npm() -> None:
    """Unpacks a Chromium that brings its own libraries, for those who may not install any."""
    package = UNPACKED / "node_modules" / "@sparticuz" / "chromium"
    lock = SOURCE / "package-lock.json"
    UNPACKED.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, UNPACKED / name)
    step(
        "Chromium",
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(UNPACKED)],
        env=node.environment(),
        stamp=Stamp(UNPACKED / ".downloaded", digest([lock])),
    )
    with timed("Unpacking Chromium"):
        _unpack(package / "bin")


def _unpack(source: Path) -> None:
    # Locked with the packages for running, so it is there by now;
    # the module itself must load without it.
    import brotli

    program = UNPACKED / "chromium"
    program.write_bytes(brotli.decompress((source / "chromium.br").read_bytes()))
    program.chmod(0o755)
    for name in ("al2023", "swiftshader", "fonts"):
        content = brotli.decompress((source / f"{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=BytesIO(content)) as archive:
            # Python before 3.11.4 has no filters; the package was checked against its hash.
            archive.extraction_filter = getattr(
                tarfile, "data_filter", lambda member, _path: member
            )
            archive.extractall(UNPACKED)  # noqa: S202  its digest was compared
    (UNPACKED / "fontconfig.xml").write_text(
        f"<fontconfig><dir>{UNPACKED / 'fonts'}</dir>"
        f"<cachedir>{UNPACKED / 'font-cache'}</cachedir></fontconfig>\n"
    )
    launcher = UNPACKED / "run"
    launcher.write_text(
        "#!/bin/sh\n"
        'here=$(cd "$(dirname "$0")" && pwd)\n'
        'export LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\n'
        '[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$here/fontconfig.xml"\n'
        'exec "$here/chromium" "$@"\n'
    )
    launcher.chmod(0o755)


def launch_options_of_whole() -> dict[str, Any]:
    """`launch_options` of a Chromium that is no build without windows, where there is one."""
    path = os.environ.get("INGLENOOK_CHROMIUM")
    options = launch_options()
    if path == SHELL:
        options["executable_path"] = next((one for one in PLACES if os.access(one, os.X_OK)), path)
    return options


def launch_options() -> dict[str, Any]:
    """What Playwright's `chromium.launch` needs on this machine. Chromium's sandbox refuses root.

    Call it before Playwright starts: the Node.js in Playwright's own wheel lacks a library on small
    installations of Debian, ours does not.
    """
    if program := shutil.which("node", path=node.environment()["PATH"]):
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", program)
    path = ensure()
    flags = ["--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--mute-audio"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if os.geteuid() == 0 or Path(path).is_relative_to(UNPACKED):
        flags.append("--no-sandbox")
    return {"executable_path": path, "args": flags}


def main() -> bool:
    say(ensure())
    return True


if __name__ == "__main__":
    sys.exit(chore(main))

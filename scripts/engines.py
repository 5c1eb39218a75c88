"""Firefox and WebKitGTK for the smoke tests: Debian's packages, for root installed by itself."""

from __future__ import annotations

import shutil
from pathlib import Path

from scripts import apt
from scripts.steps import ChoreError

FIREFOX = "firefox-esr"
WEBKIT_DRIVER = "WebKitWebDriver"
X_SERVER = "Xvfb"
PACKAGES = {FIREFOX: "firefox-esr", WEBKIT_DRIVER: "webkit2gtk-driver", X_SERVER: "xvfb"}


def mini_browsers() -> list[Path]:
    """Where distributions put the browser that WebKitWebDriver drives; it is not on PATH."""
    folders = ("lib*", "lib/*")
    return [
        place
        for folder in folders
        for place in Path("/usr").glob(f"{folder}/webkit2gtk-4.*/MiniBrowser")
    ]


def ensure() -> None:
    """Installs what is missing. Raises ChoreError where that may not be."""
    missing = [package for program, package in PACKAGES.items() if not shutil.which(program)]
    if missing and apt.may_install():
        apt.install("Firefox and WebKit", *missing)
        missing = [package for program, package in PACKAGES.items() if not shutil.which(program)]
    if missing or not mini_browsers():
        raise ChoreError(
            "The smoke tests in Firefox and WebKit need programs that are not here.\n"
            f"  Debian, Ubuntu:  sudo apt-get install {' '.join(PACKAGES.values())}\n"
            "Elsewhere run them in a container of Debian 12."
        )

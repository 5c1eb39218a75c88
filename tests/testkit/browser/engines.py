"""Firefox and WebKitGTK, which Playwright cannot drive as Debian builds them.

    test ──JSON over TCP──> Firefox (Marionette, which every Firefox has)
    test ──JSON over HTTP──> WebKitWebDriver ──> MiniBrowser on a screen of its own (Xvfb)

Both speak the commands of WebDriver (https://www.w3.org/TR/webdriver2/), one by name and one by
address; the smoke tests need six of them.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import struct
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from scripts.engines import FIREFOX, WEBKIT_DRIVER, X_SERVER, mini_browsers
from tests.testkit.process import Process, accepts_connections, free_port, wait_until

COMMAND_SECONDS = 60
WAIT_SECONDS = 30
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "Shift": "\ue008"}


class Engine(ABC):
    """One browser with one window. `folder` is empty and becomes its home."""

    name: str

    @abstractmethod
    def start(self, folder: Path) -> None: ...

    @abstractmethod
    def stop(self) -> None: ...

    @abstractmethod
    def _ask(self, command: str, **params: Any) -> Any:
        """What WebDriver's command of that name answers. Raises AssertionError with its words."""

    def open(self, url: str) -> None:
        self._ask("Navigate", url=url)

    def run(self, script: str, *args: Any) -> Any:
        """What the body of a function returns in the page; `args` are its `arguments`."""
        return self._ask("ExecuteScript", script=script, args=list(args))

    def wait(self, script: str, *args: Any, seconds: float = WAIT_SECONDS) -> Any:
        """What `script` returns once that is true."""
        found: list[Any] = []

        def look() -> bool:
            found[:] = [self.run(script, *args)]
            return bool(found[0])

        wait_until(look, seconds, lambda: f"{self.name} did not come to: {script} {args}")
        return found[0]

    def click(self, x: float, y: float) -> None:
        """At this place of the window, in CSS pixels."""
        move = {"type": "pointerMove", "duration": 0, "origin": "viewport"}
        steps = [
            move | {"x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        self._ask("PerformActions", actions=[mouse | {"actions": steps}])

    def press(self, *keys: str, holding: str | None = None) -> None:
        """Each a character, or a name of `KEYS`."""
        steps = [
            {"type": way, "value": KEYS.get(key, key)}
            for key in keys
            for way in ("keyDown", "keyUp")
        ]
        if holding:
            held = KEYS[holding]
            steps = [{"type": "keyDown", "value": held}, *steps, {"type": "keyUp", "value": held}]
        self._ask("PerformActions", actions=[{"type": "key", "id": "keys", "actions": steps}])

    def type(self, text: str) -> None:
        self.press(*text)

    @abstractmethod
    def screenshot(self, path: Path) -> None: ...


class Firefox(Engine):
    name = "Firefox"

    def start(self, folder: Path) -> None:
        port = free_port()
        prefs = {
            "marionette.port": port,
            "browser.shell.checkDefaultBrowser": False,
            "browser.aboutwelcome.enabled": False,
            "datareporting.policy.dataSubmissionEnabled": False,
            "app.update.disabledForTesting": True,
            "network.captive-portal-service.enabled": False,
            "network.connectivity-service.enabled": False,
            "intl.accept_languages": "en-GB",
        }
        lines = [f'user_pref("{name}", {json.dumps(value)});' for name, value in prefs.items()]
        (folder / "user.js").write_text("\n".join(lines))
        program = shutil.which(FIREFOX) or FIREFOX
        argv = [program, "--headless", "--marionette", "--no-remote", "--profile", str(folder)]
        env = os.environ | {"HOME": str(folder), "MOZ_HEADLESS_WIDTH": "1280"}
        self._process = Process(FIREFOX, argv, log=folder / "firefox.log", env=env)
        self._process.start(lambda: accepts_connections(port))
        self._socket = socket.create_connection(("127.0.0.1", port), COMMAND_SECONDS)
        self._file = self._socket.makefile("rb")
        self._numbers = 0
        self._read()  # which protocol it speaks
        self._ask("NewSession")

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._ask("TakeScreenshot")))

    def stop(self) -> None:
        self._file.close()
        self._socket.close()
        self._process.stop()

    def _ask(self, command: str, **params: Any) -> Any:
        self._numbers += 1
        packet = json.dumps([0, self._numbers, f"WebDriver:{command}", params]).encode()
        self._socket.sendall(b"%d:%b" % (len(packet), packet))
        _, _, error, answer = self._read()
        assert error is None, f"{command}: {error}"
        return answer.get("value") if isinstance(answer, dict) else answer

    def _read(self) -> Any:
        """A packet is its length in bytes, a colon, and JSON."""
        digits = b""
        while (byte := self._file.read(1)) != b":":
            assert byte, "Firefox hung up"
            digits += byte
        return json.loads(self._file.read(int(digits)))


class WebKit(Engine):
    name = "WebKit"

    ADDRESSES = {
        "Navigate": "url",
        "ExecuteScript": "execute/sync",
        "PerformActions": "actions",
    }

    def start(self, folder: Path) -> None:
        port, screen = free_port(), 90 + free_port() % 900
        env = os.environ | {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "DISPLAY": f":{screen}",
            "GDK_BACKEND": "x11",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            # Its sandbox needs rights that root in a container has not. The pages are ours.
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        }
        lock = Path(f"/tmp/.X11-unix/X{screen}")
        argv = [X_SERVER, f":{screen}", "-screen", "0", "1400x1000x24", "-fbdir", str(folder)]
        self._frame = folder / "Xvfb_screen0"
        self._screen = Process(X_SERVER, argv, log=folder / "screen.log")
        self._screen.start(lock.exists)
        argv = [WEBKIT_DRIVER, f"--port={port}", "--host=127.0.0.1"]
        self._driver = Process(WEBKIT_DRIVER, argv, log=folder / "driver.log", env=env)
        self._driver.start(lambda: accepts_connections(port))
        self._http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=COMMAND_SECONDS, trust_env=False
        )
        program = next(str(place) for place in mini_browsers())
        options = {"binary": program, "args": ["--automation"]}
        wanted = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        answer = self._post("/session", capabilities={"alwaysMatch": wanted})
        self._session = f"/session/{answer['sessionId']}"

    def screenshot(self, path: Path) -> None:
        """The whole screen, as Xvfb keeps it (XWD): WebDriver's own never comes without a GPU."""
        frame = self._frame.read_bytes()
        fields = struct.unpack(">20I", frame[:80])
        size, line, colours = fields[4:6], fields[12], fields[19]
        pixels = frame[fields[0] + 12 * colours :]
        Image.frombytes("RGB", size, pixels, "raw", "BGRX", line).save(path)

    def stop(self) -> None:
        self._http.delete(self._session)
        self._http.close()
        self._driver.stop()
        self._screen.stop()

    def _ask(self, command: str, **params: Any) -> Any:
        address = f"{self._session}/{self.ADDRESSES[command]}"
        return self._post(address, **params)

    def _post(self, address: str, **params: Any) -> Any:
        answer = self._http.post(address, json=params).json()["value"]
        failed = answer.get("error") if isinstance(answer, dict) else None
        assert not failed, f"{address}: {answer}"
        return answer


ENGINES = {"firefox": Firefox, "webkit": WebKit}

"""`inglenook serve`: checks settings, prepares database and static files, serves until a signal."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import threading
import time
from contextlib import nullcontext, suppress
from types import FrameType

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core import checks
from django.core.management import call_command

from inglenook.cli.database import one_at_a_time, prepare_database
from inglenook.cli.environment import EVERYWHERE, served_port
from inglenook.cli.output import Refusal, complain, say
from inglenook.sites import set_up

START_SECONDS = 60.0
LOOK_SECONDS = 0.05


def serve(*, host: str, port: int | None, server: str, no_worker: bool) -> None:
    port = port or served_port()
    prepare_to_serve(host, port)
    words = f"Inglenook is served at {settings.BASE_URL}. Ctrl-C stops it.{_set_up_words()}"
    run_server(host, port, server, words=words, has_worker=not no_worker)


def prepare_to_serve(host: str, port: int) -> None:
    """Runs every check that may stop the start, before anything listens."""
    refuse_busy_port(host, port)
    check_settings()
    prepare_database()
    collect_static_files()


def run_server(host: str, port: int, server: str, *, words: str, has_worker: bool = True) -> None:
    """Serves until SIGINT or SIGTERM, and then returns: such an end is no failure.

    Prints `words` once the server answers. Jobs run in a thread beside, if it `has_worker`.
    """
    from inglenook.jobs.worker import in_thread
    from inglenook.realtime.servers.server import run

    signal.signal(signal.SIGTERM, _interrupt)
    threading.Thread(target=_say_when_served, args=(host, port, words), daemon=True).start()
    # uvicorn and daphne raise the signal again once they have ended.
    with in_thread() if has_worker else nullcontext(), suppress(KeyboardInterrupt):
        run(host=host, port=port, server=server)


def _say_when_served(host: str, port: int, words: str) -> None:
    target = "127.0.0.1" if host in EVERYWHERE else host
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((target, port), timeout=1).close()
        except OSError:
            time.sleep(LOOK_SECONDS)
        else:
            say(words)
            return


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _set_up_words() -> str:
    """While nobody owns the installation: where to make the first account, and the code for it."""
    if not set_up.needs_owner():
        return ""
    return (
        f"\n\nNobody owns it yet. Open {settings.BASE_URL}/set-up/ and write this code there, "
        f"within an hour:\n\n    {set_up.new_code()}\n"
    )


def check_settings() -> None:
    """Says what the system checks found; what cannot work stops the start."""
    found = checks.run_checks()
    for message in found:
        hint = f" {message.hint}" if message.hint else ""
        complain(f"{message.id or 'check'}: {message.msg}{hint}")
    if any(message.is_serious(checks.ERROR) for message in found):
        raise Refusal("the settings cannot work as they are; see above.")


def collect_static_files() -> None:
    """Copies and compresses what pages load, when it differs from last time."""
    fingerprint = _static_fingerprint()
    stamp = settings.DATA_DIR / ".static"
    if stamp.is_file() and stamp.read_text() == fingerprint and settings.STATIC_ROOT.is_dir():
        return
    with one_at_a_time("static"):
        if not (stamp.is_file() and stamp.read_text() == fingerprint):
            # Without --clear: another process may still serve what was there before.
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(fingerprint)


def _static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            state = os.stat(storage.path(path))
            digest.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def refuse_busy_port(host: str, port: int, option: str = "--port") -> None:
    """Raises Refusal where the port is taken or the address is not this machine's."""
    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise Refusal(
            f"cannot listen on {host}:{port} ({(error.strerror or str(error)).lower()}). "
            f"Choose another with {option}, or end what uses it."
        ) from None

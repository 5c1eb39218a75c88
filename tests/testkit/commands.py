"""Commands of one installation, each in a process of its own that is forked from one that has
loaded the product.

    Commands(env, folder).run("site", "list") ──line──> this file as a program ──fork──>
    main(["site", "list"])
                                              <─code──

The tests run hundreds of commands, and of the second that one takes nine tenths are the loading of
the same modules.
What a start from nothing does, environment and all, is tried in `tests/backend/cli`,
by the installed command.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

COMMAND = Path(sys.executable).parent / "inglenook"
COMMAND_SECONDS = 60


class Commands:
    """Runs commands in this environment. The program behind it ends when its input does,
    so with the tests.
    """

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self._env = env
        self._folder = folder
        self._loaded: subprocess.Popen[str] | None = None
        self._one_at_a_time = threading.Lock()

    def run(self, words: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        """The outcome, as `subprocess.run` gives it. Raises TimeoutExpired after
        COMMAND_SECONDS.
        """
        outputs = [self._folder / name for name in ("command.out", "command.err")]
        with self._one_at_a_time:
            code = self._ask({"words": words, "outputs": [str(path) for path in outputs]})
            said, complained = (path.read_text(errors="replace") for path in outputs)
        return subprocess.CompletedProcess(["inglenook", *words], code, said, complained)

    def __del__(self) -> None:
        self.end()

    def end(self) -> None:
        if self._loaded:
            self._loaded.kill()
            self._loaded.communicate()
        self._loaded = None

    def _ask(self, task: dict[str, object]) -> int:
        loaded = self._loaded = self._loaded or self._load()
        assert loaded.stdin
        assert loaded.stdout
        stuck = threading.Timer(COMMAND_SECONDS, loaded.kill)
        stuck.start()
        try:
            loaded.stdin.write(json.dumps(task) + "\n")
            loaded.stdin.flush()
            answer = loaded.stdout.readline()
        finally:
            stuck.cancel()
        if not answer:
            self.end()
            raise subprocess.TimeoutExpired(f"inglenook {task['words']}", COMMAND_SECONDS)
        return int(answer)

    def _load(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, __file__],
            cwd=self._folder,
            env=self._env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


def serve_commands() -> None:
    """The program: a line in, a command in a fork, its exit code out.
    A session of its own ends no test by ^C.
    """
    os.setsid()
    _load_product()
    for line in sys.stdin:
        task = json.loads(line)
        if (pid := os.fork()) == 0:
            _run(task["words"], task["outputs"])
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _load_product() -> None:
    """An environment that is refused is left to the command: it says so in its own words."""
    from inglenook.cli.environment import prepare_environment

    with suppress(BaseException):
        prepare_environment()
        import django

        django.setup()
        # What most commands need on top of it.
        import inglenook.cli.owners
        import inglenook.cli.rooms
        import inglenook.cli.sites
        import inglenook.cli.visitors  # noqa: F401 - loaded for whoever is forked


def _run(words: list[str], outputs: list[str]) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    files = [os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) for path in outputs]
    for number, opened in enumerate((nothing, *files)):
        os.dup2(opened, number)
    code = 1
    try:
        from inglenook.cli import main

        code = main(words)
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(bool(stop.code))
    except BaseException:  # noqa: BLE001 - what the interpreter itself would do with it
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve_commands()

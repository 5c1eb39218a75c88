"""How the command speaks: answers on stdout, complaints on stderr in one plain sentence, and what
to do then.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError

from inglenook.ops.logs import without_secrets
from inglenook.protocol.errors import ChatError


class Refusal(Exception):
    """The command cannot do that. The text is for the person who typed it."""


class Outcome:
    code = 0


@dataclass(frozen=True)
class Answer:
    """What a command found: for programs, and in lines for a person. The remark goes to stderr."""

    found: dict[str, Any]
    lines: Sequence[str]
    remark: str = ""


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    sys.stderr.write(f"inglenook: {text}\n")


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """One JSON object and nothing else with --json, else the lines for a person."""
    found = json.dumps(answer.found, ensure_ascii=False, default=str)
    say(found if as_json else "\n".join(answer.lines))
    if answer.remark:
        complain(answer.remark)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Columns as wide as their widest cell."""
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


@contextmanager
def report_failures() -> Iterator[Outcome]:
    """Turns what the person can mend into a sentence and exit code 1; a defect of ours keeps its
    traceback.
    """
    outcome = Outcome()
    try:
        yield outcome
        sys.stdout.flush()
    except Refusal as refusal:
        complain(str(refusal))
        outcome.code = 1
    except ChatError as error:
        complain(error.message)
        outcome.code = 1
    except ImproperlyConfigured as error:
        complain(str(error))
        outcome.code = 1
    except (DatabaseError, InterfaceError) as error:
        complain(_about_database(error))
        outcome.code = 1
    except BrokenPipeError:
        # The reader of a pipe left (`inglenook site list | head -1`): nothing to say, and nobody to
        # say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        outcome.code = 1
    except OSError as error:
        complain(_about_files(error) if error.filename else f"{error.strerror or error}.")
        outcome.code = 1
    except KeyboardInterrupt:
        outcome.code = 130


def _about_files(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}. Check INGLENOOK_DATA_DIR and who may write there."


def _about_database(error: Exception) -> str:
    first = without_secrets((str(error).splitlines() or [type(error).__name__])[0])
    return (
        f"the database cannot be used ({first}). Check DATABASE_URL, and whether the server runs."
    )

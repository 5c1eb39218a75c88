"""A process that dies between two statements of an act leaves all of it or nothing.

A child of this process makes the call and kills itself, as `kill -9` would, before its n-th
statement: for each n until the call is done. What other connections find afterwards is compared.
"""

from __future__ import annotations

import hashlib
import os
import signal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from inglenook.api.http.operations import Operation
from inglenook.api.owner.operations import OPERATIONS
from inglenook.chat.models import Room
from inglenook.sites.models import Site
from inglenook.sites.scopes import ALL_SCOPES
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.api.owner.conftest import Program, program_with
from tests.backend.api.owner.examples import Example, example_of, name_of, say

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.whole]
# A call that only reads is no act, though its reading may be on record.
ONLY_READ = {"POST check"}
# A file is kept between two transactions; what a crash leaves of it goes within the hour
# (tests/backend/chat/attachments/test_removal.py).
IN_STEPS = {"POST rooms/{slug}/attachments"}
ACTS = [
    each
    for each in OPERATIONS
    if each.method != "GET" and name_of(each) not in ONLY_READ | IN_STEPS
]
MOST_STATEMENTS = 200
DONE = 0


def tables() -> dict[str, str]:
    """What each table holds."""
    found = {}
    for model in apps.get_models():
        rows = sorted(str(row) for row in model._default_manager.values_list())
        found[model._meta.label] = hashlib.sha256("".join(rows).encode()).hexdigest()
    return found


def changed(before: dict[str, str]) -> set[str]:
    return {name for name, shown in tables().items() if before[name] != shown}


class Dies:
    """Ends the process before its n-th statement."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args)


def call_and_die(program: Program, declared: Operation, example: Example, n: int) -> int:
    """The call in a child that dies before statement `n`. Returns how it ended."""
    connection.close()  # a connection is of one process
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            with connection.execute_wrapper(Dies(n)):
                answer = program.call(declared.method, example.path, example.body)
            status = DONE if answer.status_code < 300 else 1
        finally:
            os._exit(status)
    _, how = os.waitpid(pid, 0)
    if os.WIFSIGNALED(how):
        assert os.WTERMSIG(how) == signal.SIGKILL
        return -1
    return os.WEXITSTATUS(how)


def fill(site: Site) -> None:
    """Two messages in the default room, so that acts on them take several statements."""
    room = Room.objects.create(site=site, slug="lobby", name="Lobby")
    author = participant_from_visitor(Visitor.objects.create(site=site, name="Teal Heron"))
    for number in range(2):
        say(room, author, f"0000000{number}")


@pytest.mark.parametrize("declared", ACTS, ids=name_of)
def test_it_leaves_all_or_nothing(site: Site, other_site: Site, declared: Operation) -> None:
    for each in (site, other_site):
        fill(each)
    whole_example = example_of(declared, other_site)
    whole = program_with(other_site, *ALL_SCOPES)
    whole.get("/key")  # its use is noted once a minute
    before = tables()
    assert whole.call(declared.method, whole_example.path, whole_example.body).status_code < 300
    all_of_it = changed(before)
    assert all_of_it

    example = example_of(declared, site)
    program = program_with(site, *ALL_SCOPES)
    program.get("/key")
    before = tables()
    for n in range(MOST_STATEMENTS):
        how = call_and_die(program, declared, example, n)
        left = changed(before)
        assert how in (-1, DONE)
        if how == DONE or left:
            break
    assert n > 2
    assert left == all_of_it

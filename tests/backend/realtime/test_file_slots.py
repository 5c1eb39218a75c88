"""So many bodies with a file come in at once, fewer from one address; all other bodies are free."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from inglenook.protocol.limits import API_BODY_BYTES, FORM_AROUND_BYTES, PICTURE_FORM_BYTES
from inglenook.realtime.servers.body_limits import brings_file, most_body_bytes, takes_file
from inglenook.realtime.servers.file_slots import MOST, MOST_OF_ADDRESS, FileSlots

UPLOAD = "/api/v1/pk_1/rooms/lobby/attachments"
LONG = [(b"content-length", str(FORM_AROUND_BYTES + 1).encode())]


def test_an_address_has_few_and_all_together_have_so_many() -> None:
    slots = FileSlots()
    with ExitStack() as held:
        own = [held.enter_context(slots.slot("203.0.113.7")) for _ in range(MOST_OF_ADDRESS + 1)]
        assert own == [True] * MOST_OF_ADDRESS + [False]
        rest = [held.enter_context(slots.slot(None)) for _ in range(MOST)]
        assert rest.count(True) == MOST - MOST_OF_ADDRESS
    with slots.slot("203.0.113.7") as again:
        assert again


def test_a_slot_comes_back_from_whatever_ended_it() -> None:
    slots = FileSlots()

    def come_and_go() -> None:
        with slots.slot("203.0.113.7") as is_taken:
            assert is_taken
            raise OSError("gone")

    for _ in range(2 * MOST):
        with pytest.raises(OSError, match="gone"):
            come_and_go()


@pytest.mark.parametrize(
    "path",
    [
        UPLOAD,
        "/api/v1/manage/rooms/lobby/attachments",
        "/s/pk_1/r/lobby/",
        "/dashboard/sites/1/rooms/lobby/",
    ],
)
def test_files_come_to_these_paths(path: str) -> None:
    assert takes_file(path)
    assert most_body_bytes(path) == PICTURE_FORM_BYTES
    assert brings_file(path, LONG)
    assert brings_file(path, [(b"transfer-encoding", b"chunked")])
    assert not brings_file(path, [(b"content-length", b"900")])


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/pk_1/rooms/lobby/messages",
        f"{UPLOAD}/",
        "/api/v1/pk_1/rooms/a/b/attachments",
        "/s/pk_1/r/lobby/name/",
        "/dashboard/sites/x/rooms/lobby/",
        f"/elsewhere{UPLOAD}",
    ],
)
def test_and_to_no_other(path: str) -> None:
    assert not takes_file(path)
    assert not brings_file(path, LONG)


def test_a_link_is_no_upload() -> None:
    assert most_body_bytes(f"{UPLOAD}/f_1/link") == API_BODY_BYTES

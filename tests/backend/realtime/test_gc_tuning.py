"""On both servers the garbage collector leaves out what was made at the start."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Serve


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_the_objects_of_the_start_are_frozen(serve: Serve, server: str) -> None:
    served = serve(server=server, INGLENOOK_LOG_LEVEL="DEBUG")
    counts = re.findall(r"objects frozen: (\d+)", served.log_text())
    assert len(counts) == 1
    assert int(counts[0]) > 50_000

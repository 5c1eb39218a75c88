"""What was made at the start is no business of the garbage collector's, under both servers."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Serve


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_what_stays_is_spared(serve: Serve, server: str) -> None:
    served = serve(server=server, INGLENOOK_LOG_LEVEL="DEBUG")
    told = re.findall(r"objects that stay: (\d+)", served.log_text())
    assert len(told) == 1
    assert int(told[0]) > 50_000

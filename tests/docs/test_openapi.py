from __future__ import annotations

from inglenook.api.visitor.openapi import visitor_document
from scripts.openapi import PAPER, as_text


def test_the_paper_of_the_http_api_is_that_of_the_code() -> None:
    assert PAPER.read_text() == as_text(visitor_document()), (
        "run .venv/bin/python -m scripts.openapi"
    )

"""What the answer to a made-up request must be, by an OpenAPI document. See tests/hostile."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

CHECKS: list[Any] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


def judge(answer: Any, case: Any, headers: dict[str, str]) -> None:
    """It is documented, and what refuses is JSON with a code."""
    # A path that holds `..` or nothing at all is another call's; what that answers is JSON too.
    address = case.operation.path.count("/")
    if urlsplit(answer.request.url).path.count("/") == address:
        case.validate_response(answer, checks=CHECKS, headers=headers)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == ["application/json"]
        assert answer.json()["error"]

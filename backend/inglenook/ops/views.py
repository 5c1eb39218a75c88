"""`/healthz` and `/readyz`, for supervisors and load balancers. JSON, no secrets, no login."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse

from inglenook.ops.health import Readiness, describe

_READ: Final = ("GET", "HEAD")
readiness = Readiness()


async def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Never touches the database: a database that is away is no reason to restart us."""
    if request.method not in _READ:
        return _not_allowed()
    return _answer(200, {"status": "ok"})


async def readyz(request: HttpRequest) -> HttpResponse:
    """Whether traffic should come here: 200, or 503 with what is missing."""
    if request.method not in _READ:
        return _not_allowed()
    return _answer(*describe(await readiness.findings()))


def _answer(status: int, body: dict[str, object]) -> HttpResponse:
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _not_allowed() -> HttpResponse:
    response = _answer(405, {"error": "method_not_allowed"})
    response["Allow"] = ", ".join(_READ)
    return response

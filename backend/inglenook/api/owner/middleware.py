"""What every answer of the owners' API says about itself.

    X-Request-Id      in the server's log too, where something went wrong
    RateLimit-Policy  the limit, RateLimit what is left of it: where a key was counted

`RateLimit` has the form of the IETF's draft-ietf-httpapi-ratelimit-headers: `r` calls are left, in
`t` seconds all `q` are.
"""

from __future__ import annotations

from typing import Final

from asgiref.sync import markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from inglenook.api.http.handler import GetResponse
from inglenook.api.owner.authentication import CALLS_AT_ONCE, CALLS_PER_SECOND, rate_limit_of
from inglenook.sites.models import random_word

# The burst is what comes back in that many seconds.
POLICY: Final = f'"key";q={CALLS_AT_ONCE};w={CALLS_AT_ONCE // CALLS_PER_SECOND}'


class OwnerHeadersMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = f"req_{random_word(20)}"
        request.request_id = request_id  # type: ignore[attr-defined]  # read by ops/logs.py
        response = await self.get_response(request)
        response["X-Request-Id"] = request_id
        response["RateLimit-Policy"] = POLICY
        limit = rate_limit_of(request)
        if limit is not None:
            response["RateLimit"] = f'"key";r={limit.remaining};t={limit.full_in_s}'
        return response

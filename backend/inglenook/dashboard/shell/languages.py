"""The language of the workspace: the account's, else the browser's choice, else what it asks for.

Only owners' pages are translated. Pages of visitors and the APIs stay as they are, and cost nothing
here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware

from inglenook.protocol.errors import Unavailable
from inglenook.sites.database import unavailable_when_away

ELSEWHERE: Final = ("/api/", "/s/", "/widget/", "/static/", "/pictures/", "/ws/")


@sync_and_async_middleware
def workspace_language(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            language = settings.LANGUAGE_CODE
            if _is_of_workspace(request):
                language = await sync_to_async(language_of)(request)
            with translation.override(language):
                answer: Awaitable[HttpResponseBase] = get_response(request)
                return _marked(request, await answer, language)

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        is_ours = _is_of_workspace(request)
        language = language_of(request) if is_ours else settings.LANGUAGE_CODE
        with translation.override(language):
            return _marked(request, get_response(request), language)

    return answer


def language_of(request: HttpRequest) -> str:
    """The language for whoever asks. Without the database it is the browser's."""
    try:
        with unavailable_when_away():
            own = getattr(request.user, "language", "")
    except Unavailable:
        own = ""
    return (
        own if own in dict(settings.LANGUAGES) else translation.get_language_from_request(request)
    )


def _is_of_workspace(request: HttpRequest) -> bool:
    return not request.path_info.startswith(ELSEWHERE)


def _marked(request: HttpRequest, response: HttpResponseBase, language: str) -> HttpResponseBase:
    if _is_of_workspace(request):
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", language)
    return response

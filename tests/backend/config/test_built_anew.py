"""`make run` shows a widget that is built again while it runs, whole."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

# An answer that ends looks at the connections that other tests may have left open.
pytestmark = pytest.mark.django_db


def test_a_file_that_has_grown_is_sent_with_its_new_length(tmp_path: Path, settings: Any) -> None:
    settings.WHITENOISE_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = True  # as `inglenook demo` does
    file = tmp_path / "embed.js"
    file.write_text("old")
    middleware = WhiteNoiseMiddleware(lambda _: HttpResponse(status=404))

    def ask() -> tuple[str, bytes]:
        request: HttpRequest = RequestFactory().get("/embed.js")
        with closing(middleware(request)) as answer:
            return answer["Content-Length"], b"".join(answer.streaming_content)

    assert ask() == ("3", b"old")
    file.write_text("built again")
    assert ask() == ("11", b"built again")

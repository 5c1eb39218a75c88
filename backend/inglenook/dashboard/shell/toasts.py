"""Short messages at the bottom of the page that can be taken back: "Deleted. Undo".

`toast(request, _("Deleted."), undo=address)` shows one on the next page. A view that answers HTMX
with a fragment includes `dashboard/parts/_toasts.html` in it with `oob=True`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Before the address, in the tags of a message of Django: those are text alone.
_UNDO: Final = "undo:"


def toast(request: HttpRequest, text: str | _StrPromise, *, undo: str = "") -> None:
    """`undo` is an address of ours that takes it back by a POST."""
    messages.success(request, text, extra_tags=f"{_UNDO}{undo}" if undo else "")


def undo_address(message: Any) -> str:
    """The address that the message was given; empty where there is none."""
    tags = str(getattr(message, "extra_tags", "") or "")
    return tags.removeprefix(_UNDO) if tags.startswith(_UNDO) else ""

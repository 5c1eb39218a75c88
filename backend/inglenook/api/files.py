"""`/files/<id>`: the bytes of a message's file, for whoever may have them (`attachments/access`).

    a file of a public room     to everybody; browsers keep it, shared caches do not
    a file of a private room    by the visitor token, by a key with `inbox`, or by a link
    `?width=` of a picture      the smallest that is kept and not smaller

What is answered never runs as a page, whatever it is: a picture was drawn by ourselves, any other
file is a download without a type, and both come with a policy that forbids everything. Pages of
other origins may show and read it: no cookie counts here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import BinaryIO, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from inglenook.api.http.parameters import number, number_parameter, parameter
from inglenook.api.http.responses import no_content, refusal, wrong_method
from inglenook.api.http.views import refuse_while_draining
from inglenook.api.visitor.authentication import bearer_token, person_on_page
from inglenook.chat.attachments import access
from inglenook.chat.attachments.models import Attachment
from inglenook.files import kinds, storage
from inglenook.protocol.errors import ChatError, InvalidToken, NotFound
from inglenook.sites.api_keys import api_key_for_secret
from inglenook.sites.database import read
from inglenook.sites.models import ApiKey
from inglenook.sites.scopes import has_scope
from inglenook.sites.selectors import site_by_id
from inglenook.visitors.participants import participant_from_key

PIECE_BYTES: Final = 64 * 1024
METHODS: Final = "GET, HEAD, OPTIONS"
# A browser that opens a picture by itself draws it with a style of its own.
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "Vary": "Authorization",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
# Who has seen it may see it again. A cache that is shared would show it after its deletion.
_PUBLIC: Final = "private, max-age=31536000, immutable"
_PRIVATE: Final = "private, no-cache"


async def file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    response: HttpResponseBase
    try:
        refuse_while_draining()
        if request.method in ("GET", "HEAD"):
            response = await _answer(request, public_id)
        else:
            response = _other_method(request)
    except ChatError as error:
        response = refusal(error)
    for name, value in HEADERS.items():
        response[name] = value
    if "Cache-Control" not in response:
        response["Cache-Control"] = "no-store"
    return response


async def _answer(request: HttpRequest, public_id: str) -> HttpResponseBase:
    width = number_parameter(request, "width", most=10_000)
    found = await read(_file_for, request, public_id)
    name = _stored_name(found, width)
    etag = f'"{name.rpartition("/")[2]}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = await _content(await storage.in_thread(storage.opened, name))
        _describe(response, found)
        if name == found.stored_names[0]:
            response["Content-Length"] = str(found.bytes)
    response["ETag"] = etag
    response["Cache-Control"] = _PUBLIC if access.is_public(found) else _PRIVATE
    return response


def _file_for(request: HttpRequest, public_id: str) -> Attachment:
    """Raises NotFound, Forbidden, OriginNotAllowed, InvalidToken, TokenExpired, Banned."""
    found = access.shown_file(public_id)
    site = site_by_id(found.site_id)
    if not site.is_enabled:
        raise NotFound(access.GONE)
    if access.is_public(found):
        return found
    until, signature = parameter(request, "until"), parameter(request, "signature")
    if until is not None and signature is not None:
        access.require_link(public_id, str(number(until, "until")), signature)
        return found
    try:
        token = bearer_token(request)
    except InvalidToken:
        raise NotFound(access.GONE) from None
    key = api_key_for_secret(token)
    if key is not None:
        return _file_for_key(key, found)
    return access.file_for(public_id, person_on_page(request, site, token))


def _file_for_key(key: ApiKey, found: Attachment) -> Attachment:
    """Raises NotFound."""
    reads = has_scope(key.scopes, "messages:read") and has_scope(key.scopes, "inbox")
    if not reads:
        raise NotFound(access.GONE)
    return access.file_for(found.public_id, participant_from_key(key))


def _stored_name(found: Attachment, width: int | None) -> str:
    """Where the bytes are that suit `width`."""
    names = found.stored_names
    if width is None or not found.is_picture:
        return names[0]
    wide = [name for name, kept in zip(names, found.widths, strict=True) if kept >= width]
    return wide[-1] if wide else names[0]


def _describe(response: HttpResponseBase, found: Attachment) -> None:
    kind = found.media_type if found.is_picture else kinds.UNKNOWN
    response["Content-Type"] = kind
    disposition = content_disposition_header(not found.is_picture, found.name)
    response["Content-Disposition"] = disposition or "attachment"


async def _content(opened: BinaryIO) -> HttpResponseBase:
    """In one piece where it is small, which nearly all pictures are."""
    first = await storage.in_thread(opened.read, PIECE_BYTES)
    if len(first) < PIECE_BYTES:
        await storage.in_thread(opened.close)
        return HttpResponse(first)
    return StreamingHttpResponse(_pieces(first, opened))


async def _pieces(first: bytes, opened: BinaryIO) -> AsyncIterator[bytes]:
    try:
        piece = first
        while piece:
            yield piece
            piece = await storage.in_thread(opened.read, PIECE_BYTES)
    finally:
        await storage.in_thread(opened.close)


def _other_method(request: HttpRequest) -> HttpResponse:
    if request.method != "OPTIONS":
        return wrong_method(METHODS)
    response = no_content()
    response["Allow"] = METHODS
    response["Access-Control-Allow-Methods"] = "GET, HEAD"
    response["Access-Control-Allow-Headers"] = "authorization"
    response["Access-Control-Max-Age"] = "600"
    return response

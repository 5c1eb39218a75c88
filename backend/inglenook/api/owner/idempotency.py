"""`Idempotency-Key`: a `POST` that is sent again gets the first answer, and is done once.

    claim ─► the act and its answer, in one transaction ─► the answer is given again for 24 h
      │          └─ a refusal: kept alone      429, 5xx: the claim is given back
      └─ another body, or the first still runs: 409 conflict

A claim that could not be given back, because the database was away, is given back before the next
claim of this process. A process that dies in the act leaves a claim without an answer. The act was
rolled back with it, so the claim passes to whoever asks after ABANDONED_SECONDS, which is longer
than any call may take.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import DatabaseError, IntegrityError, InterfaceError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from msgspec import Struct

from inglenook.api.http.responses import JSON, NOSNIFF
from inglenook.api.http.uploads import digest_of_body
from inglenook.api.models import KeptAnswer
from inglenook.protocol.errors import Conflict, Invalid, Unavailable
from inglenook.sites.models import ApiKey

HEADER: Final = "Idempotency-Key"
NAME_PATTERN: Final = "[A-Za-z0-9_-]{8,64}"
KEPT_HOURS: Final = 24
ABANDONED_SECONDS: Final = 60
RUNNING_MS: Final = 1000
# Each claim removes some that are over, so the table stays as long as a day.
_REMOVED_AT_ONCE: Final = 100
# More than can be lost at one moment: a call in each thread, and those that wait for a thread.
_LOST_MOST: Final = 1000
_NAME = re.compile(NAME_PATTERN, re.ASCII)
_lost: deque[Claim] = deque(maxlen=_LOST_MOST)


class SecretResponse(HttpResponse):
    """`body` with a secret in `field`. `kept` is what is given again: null stands in its place."""

    def __init__(self, body: Struct, field: str, status: int) -> None:
        super().__init__(
            msgspec.json.encode(body), content_type=JSON, status=status, headers=NOSNIFF
        )
        self.kept = msgspec.json.encode(msgspec.structs.replace(body, **{field: None}))


class Claim:
    """One call that is being done, and will keep its answer."""

    def __init__(self, pk: int, started_at: datetime) -> None:
        self._pk = pk
        self._started_at = started_at
        self.is_kept = False

    def keep(self, response: HttpResponse) -> None:
        """Keeps the answer, in the transaction of the act.

        Raises Unavailable, which undoes the act, where the claim has passed to somebody else.
        """
        kept = response.kept if isinstance(response, SecretResponse) else response.content
        if not self._own().update(
            status=response.status_code, answer=kept.decode(), etag=response.get("ETag", "")
        ):
            raise Unavailable("This call took too long, and was undone.", retry_ms=RUNNING_MS)
        self.is_kept = True

    def give_back(self) -> None:
        """Raises what the database raises; the claim is then given back before the next one."""
        try:
            self._own().delete()
        except (DatabaseError, InterfaceError, OSError):
            _lost.append(self)
            raise

    def _own(self) -> QuerySet[KeptAnswer]:
        return KeptAnswer.objects.filter(
            pk=self._pk, started_at=self._started_at, status__isnull=True
        )


def claim(request: HttpRequest, key: ApiKey, name: str) -> Claim | HttpResponse:
    """The right to do the call; or the first answer, where there was one.

    Raises Invalid(field Idempotency-Key), Conflict. For the writer's thread.
    """
    if not _NAME.fullmatch(name):
        words = f"`{HEADER}` is 8 to 64 letters, digits, hyphens and underscores."
        raise Invalid(words, field=HEADER)
    now = timezone.now()
    _give_back_lost()
    _remove_old(now)
    body = digest_of_body(request)
    address = hashlib.sha256(request.get_full_path().encode(errors="replace")).hexdigest()
    same = KeptAnswer.objects.filter(api_key=key, name=name, address=address)
    try:
        with transaction.atomic():
            row = same.create(api_key=key, name=name, address=address, body=body, started_at=now)
        return Claim(row.pk, now)
    except IntegrityError:
        found = same.first()
    running = Conflict("The first call with this key still runs.", retry_ms=RUNNING_MS)
    if found is None:
        raise running
    if _is_over(found, now):
        # Of two that take it over at once the second finds another start.
        mine = same.filter(pk=found.pk, started_at=found.started_at)
        if mine.update(body=body, started_at=now, status=None, answer="", etag=""):
            return Claim(found.pk, now)
        raise running
    if found.body != body:
        raise Conflict(f"This `{HEADER}` was sent with another body.", field=HEADER)
    if found.status is None:
        raise running
    return _again(found)


def _give_back_lost() -> None:
    """Its own call first: who asks again after an outage would wait for nobody."""
    while _lost:
        _lost.popleft().give_back()


def _is_over(row: KeptAnswer, now: datetime) -> bool:
    age = now - row.started_at
    if row.status is None and age > timedelta(seconds=ABANDONED_SECONDS):
        return True
    return age > timedelta(hours=KEPT_HOURS)


def _remove_old(now: datetime) -> None:
    old = KeptAnswer.objects.filter(started_at__lt=now - timedelta(hours=KEPT_HOURS))
    found = list(old.order_by("started_at").values_list("pk", flat=True)[:_REMOVED_AT_ONCE])
    if found:
        KeptAnswer.objects.filter(pk__in=found).delete()


def _again(row: KeptAnswer) -> HttpResponse:
    response = HttpResponse(row.answer, content_type=JSON, status=row.status, headers=NOSNIFF)
    if row.etag:
        response["ETag"] = row.etag
    return response


def forget_answers_about(site_id: int, visitor_id: str, **_: object) -> None:
    """A kept answer may hold what an erased visitor wrote; a call that comes again is a new one."""
    KeptAnswer.objects.filter(api_key__site_id=site_id, answer__contains=visitor_id).delete()

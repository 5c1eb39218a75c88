"""Which limit applies to whom. The team has none.

    messages, edits, reactions     four at once: of visitor, address, room and site
    the same text again            of the visitor, where the site has a time for it
    deletions, names, reports, uploads, typing and read marks of calls     one of their own each
    copies of all that somebody wrote      of the visitor and the address
    erasures of oneself            of the address and the site
    sessions, newcomers on pages   of the address
    new rooms of pages             of the address and the site
    looks at pages behind links    of the site
    calls with an API key          of the key
    guesses of a password          of the account with the browser or the address, and of each
    connections                    so many at a time: of the visitor, the address and the site

The numbers are those of the site. Only an address has those of the installation: the people behind
one address are on many sites, and share its buckets.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from typing import Final, Protocol

from django.conf import settings

from inglenook.limits.rate_limit import RateLimit, Take, TooFast
from inglenook.limits.rate_limiter import peek_all, take_all, take_each, wait_ms
from inglenook.limits.token_bucket import Allowance, per_10s, per_minute
from inglenook.protocol.errors import Rate
from inglenook.protocol.limits import Limits


class Limited(Protocol):
    """Whoever acts in a room, as far as limits ask; `visitors.participants.Participant` is one.

    `address` None: nobody knows where they act from.
    """

    @property
    def id(self) -> str: ...
    @property
    def site_id(self) -> int: ...
    @property
    def address(self) -> str | None: ...
    @property
    def is_team(self) -> bool: ...


def limits_of_site(site_id: int) -> Limits:  # noqa: ARG001  no site has its own numbers yet
    """The numbers of a site. Today every site has those of the installation.

    Every limit of a site asks here, each time, so this is where numbers of a site's own come in. It
    is asked for each message: it must answer from memory.
    """
    return settings.LIMITS


def _sends(limits: Limits) -> Allowance:
    return Allowance(limits.sends_per_10s / 10, limits.burst)


def _newcomers(limits: Limits) -> Allowance:
    return per_minute(limits.sessions_per_minute)


# --- the limits; their names are keys in Redis, which other releases share

of_visitor = RateLimit(_sends, name="visitor")
of_address = RateLimit(
    lambda limits: per_10s(limits.address_sends_per_10s),
    name="address",
    words="A great deal is being written from your network just now. Please wait a moment.",
)
of_room = RateLimit(
    lambda limits: per_10s(limits.room_sends_per_10s),
    name="room",
    words="This room is very busy just now. Please wait a moment.",
)
of_site = RateLimit(
    lambda limits: per_10s(limits.site_sends_per_10s),
    name="site",
    words="This chat is very busy just now. Please wait a moment.",
)
of_deletions = RateLimit(_sends, name="deletions")
of_names = RateLimit(
    lambda limits: per_minute(limits.renames_per_minute),
    name="names",
    words="Your name was changed often just now. Please wait a moment.",
)
# As often as a socket may; what comes sooner says nothing new.
of_typing = RateLimit(lambda limits: Allowance(1 / limits.typing_s, 1))
# A socket's marks are merged (realtime/read_marks.py); a call's cannot be, so some may come at
# once.
of_read_marks = RateLimit(lambda limits: Allowance(1 / limits.seen_s, 5))
of_sessions = RateLimit(
    _newcomers,
    name="sessions",
    words="Too many chats were opened from this address. Please wait.",
)
of_newcomers = RateLimit(
    _newcomers,
    name="newcomers",
    words="Many people started to write from your network just now. Please wait a moment.",
)
# The same text by the same visitor, where the site has a time for it.
of_repeats = RateLimit(
    Allowance(per_second=1, burst=1),
    name="repeats",
    words="You have just sent the same text. Please wait a moment.",
)
# Somebody who looks round a room after a raid, and no machine.
of_reports = RateLimit(
    Allowance(per_second=1 / 30, burst=10),
    name="reports",
    words="You reported several messages just now. Please wait a moment.",
)
of_uploads = RateLimit(
    lambda limits: per_minute(limits.uploads_per_minute),
    name="uploads",
    words="You sent several files just now. Please wait a moment.",
)
# Requests of our own to websites that somebody linked to; there is a preview less, and no refusal.
of_previews = RateLimit(lambda limits: per_minute(limits.previews_per_minute), name="previews")
# A copy of everything reads all that somebody wrote.
of_own_copies = RateLimit(
    Allowance(per_second=1 / 300, burst=3),
    name="own-copies",
    words="You took a copy several times just now. Please wait a few minutes.",
)
# On SQLite each erasure writes the whole file anew.
of_own_erasures_of_address = RateLimit(
    Allowance(per_second=1 / 60, burst=5),
    name="own-erasures.address",
    words="Much was deleted from your network just now. Please wait a few minutes.",
)
of_own_erasures_of_site = RateLimit(
    Allowance(per_second=1 / 10, burst=30),
    name="own-erasures.site",
    words="Many people delete what they wrote just now. Please wait a few minutes.",
)
# New rooms of pages: a busy blog, and no machine that tries addresses.
of_page_rooms_of_address = RateLimit(per_minute(6), name="page-rooms.address")
of_page_rooms_of_site = RateLimit(Allowance(per_second=1 / 60, burst=200), name="page-rooms.site")
API_CALLS: Final = Allowance(per_second=20, burst=60)
of_api_key = RateLimit(
    API_CALLS,
    name="api-key",
    words=f"This API key makes more than {API_CALLS.per_second} calls a second. Please wait.",
)
# Wrong passwords (dashboard/guessing.py).
of_guesses_by_pair = RateLimit(Allowance(1 / 60, 5), name="login.pair")
of_guesses_by_browser = RateLimit(Allowance(1 / 60, 5), name="login.browser")
of_guesses_by_address = RateLimit(Allowance(1 / 6, 20), name="login.address")
of_guesses_by_account = RateLimit(Allowance(1 / 10, 30), name="login.account")
# Codes of the set-up page (dashboard/set_up/): of an address, and of everybody together.
of_set_up_by_address = RateLimit(Allowance(1 / 30, 5), name="set_up.address")
of_set_up_by_all = RateLimit(Allowance(1 / 2, 60), name="set_up.all")
# So many refusals are given to somebody after asking the database, as a duplicate deserves. Beyond
# them memory refuses.
of_refusals = RateLimit(Allowance(per_second=1, burst=10))


# --- who spends what


def spend(author: Limited, slug: str = "") -> None:
    """Takes from each limit that concerns the author, and the room if there is one.

    For threads. Raises Rate.
    """
    (refusal,) = spend_each([(author, slug)])
    if refusal is not None:
        raise refusal


def spend_each(
    acts: Sequence[tuple[Limited, str]], repeats: Sequence[tuple[int, str]] = ()
) -> list[Rate | None]:
    """`spend` for each, as if alone, in one call to Redis. What is None may happen.

    `repeats` has for each act the seconds in which the author may not send its text again (0: any
    time), and the text.
    """
    answers: list[Rate | None] = [None] * len(acts)
    limited = [index for index, (author, _) in enumerate(acts) if not author.is_team]
    takes = [_writing(*acts[index]) for index in limited]
    if repeats:
        for index, own in zip(limited, takes, strict=True):
            if repeats[index][0]:
                own.append(_same_text(acts[index][0], *repeats[index]))
    refusals = take_each(takes) if limited else []
    for index, refused in zip(limited, refusals, strict=True):
        if refused is not None:
            wait_ms(of_refusals.of(acts[index][0].id))
            answers[index] = refused.as_error()
    return answers


def spend_deletion(actor: Limited) -> None:
    """Whoever takes back what they wrote need not wait for what they may write.

    For threads. Raises Rate.
    """
    _spend(actor, of_deletions.of(actor.id, limits_of_site(actor.site_id)))


def spend_rename(visitor: Limited) -> None:
    """For threads. Raises Rate."""
    by_address = [of_address.of(visitor.address)] if visitor.address else []
    _spend(visitor, of_names.of(visitor.id, limits_of_site(visitor.site_id)), *by_address)


def spend_report(reporter: Limited) -> None:
    """For threads. Raises Rate."""
    by_address = [of_address.of(reporter.address)] if reporter.address else []
    _spend(reporter, of_reports.of(reporter.id), *by_address)


def spend_upload(sender: Limited) -> None:
    """For threads. Raises Rate."""
    by_address = [of_address.of(sender.address)] if sender.address else []
    limits = limits_of_site(sender.site_id)
    _spend(sender, of_uploads.of(sender.id, limits), *by_address)


def may_look_up(site_id: int) -> bool:
    """Whether a link of the site may be looked up now. For threads."""
    return take_all(of_previews.of(str(site_id), limits_of_site(site_id))) is None


def spend_own_copy(visitor: Limited) -> None:
    """For threads. Raises Rate."""
    by_address = [of_own_copies.of(visitor.address)] if visitor.address else []
    _spend(visitor, of_own_copies.of(visitor.id), *by_address)


def spend_own_erasure(visitor: Limited) -> None:
    """For threads. Raises Rate."""
    by_address = [of_own_erasures_of_address.of(visitor.address)] if visitor.address else []
    _spend(visitor, of_own_erasures_of_site.of(str(visitor.site_id)), *by_address)


def may_make_page_room(site_id: int, address: str | None) -> bool:
    """Whether one more may be made now. For threads."""
    takes = [of_page_rooms_of_site.of(str(site_id))]
    if address:
        takes.append(of_page_rooms_of_address.of(address))
    return take_all(*takes) is None


def spend_read_mark(reader: Limited, slug: str) -> None:
    """Raises Rate."""
    limits = limits_of_site(reader.site_id)
    _spend(reader, of_read_marks.of(f"{reader.id} {slug}", limits))


def spend_typing(who: Limited, slug: str) -> bool:
    """False where it was said a moment ago; the team too says it only so often."""
    limits = limits_of_site(who.site_id)
    return wait_ms(of_typing.of(f"{who.id} {slug}", limits)) == 0


def refuse_a_flood(author: Limited, slug: str = "") -> None:
    """Refuses from memory who was refused often just now and would be again. Raises Rate.

    For the event loop. Whoever is only a little too fast is not refused here: their frame may be a
    duplicate of one that is stored.
    """
    if author.is_team or not of_refusals.is_known(author.id):
        return
    if not peek_all(of_refusals.of(author.id)):
        return
    _raise(peek_all(*_writing(author, slug)))


def spend_newcomer(address: str) -> None:
    """For threads. Raises Rate."""
    _raise(take_all(of_newcomers.of(address)))


def _writing(author: Limited, slug: str) -> list[Take]:
    limits = limits_of_site(author.site_id)
    takes = [of_visitor.of(author.id, limits), of_site.of(str(author.site_id), limits)]
    if author.address:
        takes.append(of_address.of(author.address))
    if slug:
        takes.append(of_room.of(f"{author.site_id} {slug}", limits))
    return takes


def _same_text(author: Limited, seconds: int, text: str) -> Take:
    """The same but for capitals, blanks and signs is the same."""
    letters = "".join([c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum()])
    digest = hashlib.sha256((letters or text).encode()).hexdigest()[:32]
    return Take(of_repeats, f"{author.id} {digest}", Allowance(1 / seconds, 1))


def _spend(who: Limited, *takes: Take) -> None:
    if not who.is_team:
        _raise(take_all(*takes))


def _raise(refused: TooFast | None) -> None:
    if refused is not None:
        raise refused.as_error()

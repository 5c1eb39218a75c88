from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inglenook.chat.models import Message, Room
from inglenook.jobs.worker import JobWorker
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant, participant_from_visitor
from tests.testkit import files
from tests.testkit.hostile_host import HostileHost, hostile_host, page

HEAD = (
    '<meta property="og:title" content="Oak &amp; ash">'
    '<meta property="og:description" content="What burns well">'
    '<meta property="og:image" content="/wood.png">'
)


@pytest.fixture
def amber(visitor: Visitor) -> Participant:
    return participant_from_visitor(visitor)


@pytest.fixture
def host(settings: Any) -> Iterator[HostileHost]:
    """A website on this machine, which previews may ask. `/wood` has a title and a picture."""
    settings.PREVIEWS_TO_LOOPBACK = True
    with hostile_host() as found:
        found.answers |= {
            "/wood": page(HEAD),
            "/wood.png": page(files.picture(size=(1200, 630)), "image/png"),
            "/plain": page("<title>Plain</title>"),
        }
        yield found


@pytest.fixture
def wants_previews(site: Site) -> Site:
    site.previews = True
    site.save()
    return site


@pytest.fixture
def previewed(room: Room, wants_previews: Site, file_folder: Path) -> Room:
    """`room`, of a site that has previews. Nobody is too fast."""
    return room


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "of_visitor", RateLimit(Allowance(1000, 1000)))


def look_up_all() -> None:
    """As the worker does."""
    JobWorker(does_previews=True).run_due()


def stored(seq: int) -> Message:
    return Message.objects.get(seq=seq)

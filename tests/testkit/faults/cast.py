"""A site with rooms and visitors, made once for all faults:
a thousand visitors by HTTP would take minutes.

prepared(…) ──> inglenook migrate, inglenook shell ──> make(…) inside the
product ──> a database to copy
"""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.testkit import services
from tests.testkit.process import remove_at_exit
from tests.testkit.server import Server

ROOT = Path(__file__).resolve().parents[3]
ORIGINS = ["http://shop.test"]
# Of the newcomers. A new one who is shadow banned waits like any other; this one is known.
SHADOW = 0


@dataclass(frozen=True)
class Cast:
    """`template` is what to copy: the name of a database of PostgreSQL, or a file of SQLite.

    Where there are `newcomers`, what they write waits for the team; `people` are known, and so
    is the newcomer at SHADOW.
    `secret_key` is a moderator's, for the owners' API.
    """

    template: str
    env: dict[str, str]
    key: str
    rooms: list[str]
    people: list[dict[str, str]]
    newcomers: list[dict[str, str]] = field(default_factory=list)
    secret_key: str = ""


@cache
def prepared(
    database: str, rooms: int, visitors: int, newcomers: int = 0, *, is_durable: bool = False
) -> Cast:
    folder = _folder()
    env = {
        "INGLENOOK_DATA_DIR": str(folder / "data"),
        "INGLENOOK_SECRET_KEY": _secret(),
        "PYTHONPATH": str(ROOT),
    }
    if database == "postgres":
        url = services.postgres(is_durable=is_durable).new_database()
        template = url.rpartition("/")[2]
    else:
        template = str(folder / f"{secrets.token_hex(4)}.sqlite3")
        url = f"sqlite:///{template}"
    maker = Server(folder, env={**env, "DATABASE_URL": url})
    maker.run("migrate")
    words = f"from tests.testkit.faults.cast import make; make({rooms}, {visitors}, {newcomers})"
    made = json.loads(maker.run("shell", "--no-imports", "-c", words).stdout.splitlines()[-1])
    maker.stop()  # its commands have a program behind them
    return Cast(template=template, env=env, **made)


def make(rooms: int, visitors: int, newcomers: int) -> None:
    """Runs inside the product; prints one JSON object."""
    from inglenook.chat.room_services import create_room
    from inglenook.sites.actors import SYSTEM
    from inglenook.sites.api_keys import create_api_key
    from inglenook.sites.selectors import site_for_key
    from inglenook.sites.services import create_site
    from inglenook.visitors.models import Visitor
    from inglenook.visitors.services import open_session

    site = create_site(name="Faults", origins=ORIGINS, owner=None)
    slugs = [f"room-{number}" for number in range(rooms)]
    for slug in slugs:
        create_room(site_id=site.pk, slug=slug, name=slug)
    site.rooms.update(files="images", files_from="all")
    key = site.keys.get().key
    card = site_for_key(key)
    assert card is not None
    people = []
    for _ in range(visitors + newcomers):
        visitor, token = open_session(site=card, token=None)
        people.append({"id": visitor.public_id, "token": token})
    made = {"key": key, "rooms": slugs, "people": people[:visitors]}
    if newcomers:
        known = [person["id"] for person in (*people[:visitors], people[visitors + SHADOW])]
        Visitor.objects.filter(public_id__in=known).update(trust_fixed=Visitor.Trust.KNOWN)
        site.rooms.update(approval="new")
        _, made["secret_key"] = create_api_key(
            site=site, name="moderator", scopes=["moderation"], created_by=SYSTEM
        )
        made["newcomers"] = people[visitors:]
    sys.stdout.write(json.dumps(made) + "\n")


@cache
def _folder() -> Path:
    """Static files are collected here once, for all processes of all faults."""
    return remove_at_exit(Path(tempfile.mkdtemp(prefix="inglenook-cast-")))


@cache
def _secret() -> str:
    return secrets.token_hex(32)

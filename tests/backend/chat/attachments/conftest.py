from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync

from inglenook.chat.attachments.models import Attachment
from inglenook.chat.attachments.uploading import Upload, place_for_files, take_in
from inglenook.chat.models import Room
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant, participant_from_visitor
from tests.backend.inline_database import one_connection  # noqa: F401  (a fixture)
from tests.testkit import files

Keep = Callable[[Participant], Attachment]


@pytest.fixture
def amber(visitor: Visitor) -> Participant:
    return participant_from_visitor(visitor)


@pytest.fixture
def keep(room_with_files: Room) -> Keep:
    """Keeps a picture of somebody for their next message."""

    def keep(author: Participant) -> Attachment:
        content = files.picture()
        place = place_for_files(author=author, slug=room_with_files.slug)
        upload = Upload(file=BytesIO(content), size=len(content), name="wall.png")
        return async_to_sync(take_in)(place, upload)

    return keep


def kept_in(folder: Path) -> set[str]:
    """The ids of the files whose bytes are there."""
    return {path.name.partition("-")[0] for path in folder.rglob("f_*") if path.is_file()}

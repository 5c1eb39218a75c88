"""Other words for what a picture shows, as long as no message has it."""

from __future__ import annotations

from inglenook.chat import selectors
from inglenook.chat.attachments.access import GONE
from inglenook.chat.attachments.models import Attachment
from inglenook.chat.attachments.uploading import ALT_CHARS
from inglenook.chat.posting.verdict import rights_in
from inglenook.chat.room_settings import optional_line
from inglenook.limits.policy import spend_upload
from inglenook.moderation.word_rules import word_filter
from inglenook.protocol.errors import BlockedWord, NotFound
from inglenook.visitors.participants import Participant


def describe(*, author: Participant, slug: str, public_id: str, alt: str) -> Attachment:
    """Gives a file of the author's its alternative text. It counts as an upload.

    Raises NotFound where it is not theirs, not there or in a message; the refusals to write, Rate,
    TooLong, InvalidText, BlockedWord (field alt).
    """
    room = selectors.room_by_slug(author.site_id, slug, author)
    rights = rights_in(room, author)
    rights.require_writing()
    spend_upload(author)
    words = optional_line("alt", alt, ALT_CHARS)
    if not author.is_team:
        rules = word_filter(room.site_id, rights.row.access_version)
        if rules is not None and rules.judge(words, room.slug):
            raise BlockedWord(field="alt")
    own = Attachment.objects.filter(room_id=room.pk, public_id=public_id, author_id=author.id)
    # One statement: a message may take it at the same moment.
    if not own.filter(used_at=None).exclude(stored_at=None).update(alt=words):
        raise NotFound(GONE)
    return own.get()

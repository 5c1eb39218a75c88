"""What each act of the record is called. An act without a line here is shown by its own name."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: Final[dict[str, Promise]] = {
    "site.create": _("made the site"),
    "site.update": _("changed the settings"),
    "site.delete": _("deleted the site"),
    "site.restore": _("brought the site back"),
    "origin.create": _("added a website"),
    "origin.delete": _("removed a website"),
    "site_key.create": _("replaced the public key"),
    "site_key.delete": _("ended a public key"),
    "key.create": _("made an API key"),
    "key.delete": _("ended an API key"),
    "identity_secret.create": _("made the identity secret"),
    "identity_secret.read": _("read the identity secret"),
    "identity_secret.rotate": _("replaced the identity secret"),
    "member.create": _("took somebody into the team"),
    "member.update": _("changed a role"),
    "member.delete": _("removed somebody from the team"),
    "room.create": _("opened a room"),
    "room.update": _("changed a room"),
    "room.clear": _("emptied a room"),
    "room.delete": _("deleted a room"),
    "room.purge": _("removed old messages of a room"),
    "room.export": _("exported a room"),
    "message.create": _("wrote by a key"),
    "message.update": _("edited a message"),
    "message.delete": _("deleted a message"),
    "message.restore": _("brought a message back"),
    "message.pin": _("pinned a message"),
    "message.unpin": _("unpinned a message"),
    "held.approve": _("approved a message"),
    "held.reject": _("rejected a message"),
    "held.reopen": _("took a rejection back"),
    "report.resolve": _("settled a report"),
    "report.reopen": _("opened a report again"),
    "sanction.create": _("muted, banned or shadowed somebody"),
    "sanction.lift": _("lifted a sanction"),
    "visitor.update": _("changed a person"),
    "visitor.delete_messages": _("deleted all by one person"),
    "visitor.undo_deletion": _("brought all by one person back"),
    "visitor.end_tokens": _("signed a person out everywhere"),
    "visitor.export": _("exported a person"),
    "visitor.erase": _("erased a person"),
    "word_rule.create": _("made a word rule"),
    "word_rule.update": _("changed a word rule"),
    "word_rule.delete": _("removed a word rule"),
    "calm.begin": _("calmed the site"),
    "calm.end": _("ended the calm"),
}  # fmt: skip

"""What the layers above a visitor may listen to."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with `site_id`, `visitor_id` (public) and `name` after COMMIT, in the process that stored the
# new name.
visitor_renamed = Signal()

# Sent with `site_id` and `visitor_id` (public) inside a transaction of an erasure: who keeps
# something of the visitor above the rooms removes it there. It may be sent again after a crash.
visitor_erased = Signal()

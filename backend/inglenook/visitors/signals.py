"""What the layers above a visitor may listen to."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with `site_id`, `visitor_id` (public) and `name` after COMMIT, in the process that stored the
# new name.
visitor_renamed = Signal()

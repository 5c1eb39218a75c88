"""What the layers above a site may listen to."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with `site_id` after COMMIT by everything that may end or change a live socket: keys,
# origins, disabled sites, bans, roles, token versions. Only `services.bump_access_version` sends
# it.
access_changed = Signal()

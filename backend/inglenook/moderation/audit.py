"""The record, for moderation and the layers above it; `sites/audit.py` says what it is."""

from __future__ import annotations

from inglenook.sites import audit

record = audit.record

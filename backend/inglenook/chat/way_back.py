"""The way back from an act, as a text that whoever did it may hold: signed, for one site, for ten
minutes.

It holds nothing that its bearer could not do anyway; each step asks its own service again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from django.core import signing

from inglenook.chat.decisions import Step

# As long as the services let most of it be taken back.
SECONDS: Final = 10 * 60


def sign_steps(site_id: int, steps: Sequence[Step]) -> str:
    """Empty where nothing can be taken back."""
    if not steps:
        return ""
    return signing.dumps(msgspec.to_builtins(steps), salt=_salt(site_id), compress=True)


def read_steps(site_id: int, signed: str) -> list[Step]:
    """None of a text that is too old, another site's, or not ours."""
    try:
        read = signing.loads(signed, salt=_salt(site_id), max_age=SECONDS)
        return msgspec.convert(read, list[Step])
    except (signing.BadSignature, msgspec.ValidationError, ValueError):
        return []


def _salt(site_id: int) -> str:
    return f"inglenook.undo.{site_id}"

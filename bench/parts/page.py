"""PAGE: what the chat costs the page it stands on; bench/page/ has it."""

from __future__ import annotations

from bench.page.run import measure

NAME = "PAGE"
__all__ = ["NAME", "measure"]

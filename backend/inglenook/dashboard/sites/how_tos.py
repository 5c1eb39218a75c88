"""Where the tag goes, by the kind of site: for Install, and for docs/embed.md (`how_tos_text`)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

_ATTRIBUTE: Final = re.compile(r' (src|data-[\w-]+)="([^"]*)"')


class HowTo(Struct, frozen=True, kw_only=True):
    """`code` makes what is pasted of the tag."""

    kind: str
    name: str
    steps: tuple[Promise, ...]
    code: Callable[[str], str]


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag.split("\n")[0])}


def _as_it_is(tag: str) -> str:
    return tag


def _for_next(tag: str) -> str:
    said = "\n".join(
        f"  {name}={{{json.dumps(value)}}}" for name, value in _attributes(tag).items()
    )
    return (
        'import Script from "next/script";\n\n'
        f'<Script\n  id="inglenook"\n  strategy="afterInteractive"\n{said}\n/>'
    )


def _for_tag_manager(tag: str) -> str:
    """It drops the attributes of a tag that is pasted, so the tag is made by a script."""
    # `<` could end the script that this stands in.
    said = json.dumps(_attributes(tag)).replace("<", "\\u003c")
    return (
        "<script>\n"
        'var tag = document.createElement("script");\n'
        f"var said = {said};\n"
        "for (var name in said) tag.setAttribute(name, said[name]);\n"
        "document.head.appendChild(tag);\n"
        "</script>"
    )


_EVERY_PAGE = _("Put it before </body> on every page that shall have the chat.")
_INDEX = _("Put it into index.html, before </body>: it stays while the pages of the app change.")
HOW_TOS: Final = (
    HowTo(kind="html", name="HTML", steps=(_EVERY_PAGE,), code=_as_it_is),
    HowTo(
        kind="wordpress",
        name="WordPress",
        steps=(
            _("Open Appearance, then Editor, then the footer among the template parts."),
            _("Add a block “Custom HTML”, paste the line there, and save."),
        ),
        code=_as_it_is,
    ),
    HowTo(kind="react", name="React", steps=(_INDEX,), code=_as_it_is),
    HowTo(kind="vue", name="Vue", steps=(_INDEX,), code=_as_it_is),
    HowTo(
        kind="next",
        name="Next.js",
        steps=(_("Put it into app/layout.tsx, inside <body>, below the children."),),
        code=_for_next,
    ),
    HowTo(
        kind="shopify",
        name="Shopify",
        steps=(
            _("Open Online Store, then Themes, then Edit code, and there layout/theme.liquid."),
            _EVERY_PAGE,
        ),
        code=_as_it_is,
    ),
    HowTo(
        kind="tag-manager",
        name="Google Tag Manager",
        steps=(
            _("Make a tag of the type “Custom HTML” and paste this there."),
            _("Choose the trigger “All Pages”, and publish."),
        ),
        code=_for_tag_manager,
    ),
)


def how_to_of(kind: str) -> HowTo:
    """Plain HTML where there is no such kind."""
    return next((each for each in HOW_TOS if each.kind == kind), HOW_TOS[0])


def how_tos_text(tag: str) -> str:
    """The part of docs/embed.md: every kind with its steps and what is pasted."""
    parts = []
    for each in HOW_TOS:
        steps = "\n".join(f"{at}. {step}" for at, step in enumerate(each.steps, 1))
        steps = steps.replace("<", "`<").replace(">", ">`")
        parts.append(f"### {each.name}\n\n{steps}\n\n```html\n{each.code(tag)}\n```\n")
    return "\n".join(parts)

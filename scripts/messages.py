"""`make messages`: takes the texts of the workspace into the translations.

    {% translate %}, gettext(…)  ─►  locale/<language>/LC_MESSAGES/django.po  ─►  django.mo

New texts come in without a translation, texts that are gone go. Both files are in git: the compiled
one is what the server reads, and no machine needs gettext's tools. Write the translations into the
`.po` and run it again.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.install import install
from scripts.steps import ROOT, chore, say

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

PACKAGE = ROOT / "backend" / "inglenook"
LOCALE = PACKAGE / "locale"
# What a call's arguments are: the text; the text and its plural; a context and the text.
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Lines of the head that change by themselves.
DATES = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator'
    r"|Project-Id-Version|Report-Msgid-Bugs-To|Language-Team): .*\n",
    re.MULTILINE,
)
SETTLED = datetime(2026, 1, 1, tzinfo=UTC)
# One line a text: changes can be read, and no line is broken anew.
WIDTH = 0


def main() -> bool:
    install(dev=True)
    wanted = texts()
    is_complete = True
    for language in languages():
        catalog = read(language)
        catalog.update(wanted, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        po_file(language).write_text(po_of(catalog))
        mo_file(language).write_bytes(mo_of(catalog))
        missing = [message for message in catalog if message.id and not is_translated(message)]
        say(f"  {language}: {len(catalog)} texts, {len(missing)} without a translation")
        for message in missing[:20]:
            say(f"    {message.id!r}")
        is_complete = is_complete and not missing
    return is_complete


def languages() -> list[str]:
    return sorted(path.name for path in LOCALE.iterdir() if path.is_dir())


def po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def mo_file(language: str) -> Path:
    return po_file(language).with_suffix(".mo")


def read(language: str) -> Catalog:
    from babel.messages.pofile import read_po

    with po_file(language).open("rb") as file:
        return read_po(file, locale=language, domain="django")


@cache
def texts() -> Catalog:
    """Every text that code and templates of the package ask to have translated."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract

    found = Catalog(domain="django")
    for source in sources():
        for _, message, _, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            found.add(message, context=context)
    return found


def sources() -> Iterator[str]:
    """Python as it is; of a template what Django reads as calls of gettext."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix == ".py":
            yield path.read_text()
        elif path.suffix in (".html", ".txt"):
            # The rest of a template is blanked out, but its indentation is none of Python's.
            calls = templatize(path.read_text(), origin=str(path))
            yield "\n".join(line.strip() for line in calls.splitlines())


def is_translated(message: Any) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings) and not message.fuzzy


def po_of(catalog: Catalog) -> str:
    from babel.messages.pofile import write_po

    out = io.BytesIO()
    write_po(out, catalog, no_location=True, sort_output=True, width=WIDTH)
    return DATES.sub("", out.getvalue().decode())


def mo_of(catalog: Catalog) -> bytes:
    from babel.messages.mofile import write_mo

    # Else the head of the compiled file would say when that was.
    settled = type(catalog)(
        locale=catalog.locale, domain="django", creation_date=SETTLED, revision_date=SETTLED
    )
    for message in catalog:
        if message.id:
            settled.add(message.id, message.string, context=message.context)
    out = io.BytesIO()
    write_mo(out, settled)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(chore(main))

"""Brings the template for translators and every catalogue up to date with the entries in the code.

python -m tests.helpers.update_catalogues

A translation whose English sentence is gone stays in its catalogue, marked with `#~`, until somebody deletes it; what
is new has no translation yet, and no other sentence's. Then each catalogue is compiled for the program.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from desktop.text.catalog import ENGLISH, LANGUAGES
from tests.helpers.extract_sentences import TEMPLATE, extract

FOLDER = TEMPLATE.parent
CODES = tuple(code.replace("-", "_") for code in LANGUAGES if code != ENGLISH)
HEADER = """# The sentences of Reachline in {name}.
msgid ""
msgstr ""
"Language: {code}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def source_of(code: str) -> Path:
    """The catalogue that people edit. code: as its folder is called, such as `pt_BR`."""
    return FOLDER / code / "LC_MESSAGES" / "reachline.po"


def read(code: str) -> Catalog:
    """A language that was just added to `LANGUAGES` has an empty catalogue."""
    if not source_of(code).exists():
        return Catalog(code)
    with source_of(code).open("rb") as file:
        return read_po(file, locale=code)


def update(catalog: Catalog, template: str) -> str:
    """Return the text of a catalogue with the entries of the template."""
    catalog.update(read_po(io.BytesIO(template.encode())), no_fuzzy_matching=True, update_header_comment=False)
    out = io.BytesIO()
    write_po(out, catalog, width=120, omit_header=True, sort_output=True)
    locale = Locale.parse(str(catalog.locale))
    header = HEADER.format(name=locale.english_name, code=locale, plural_forms=catalog.plural_forms)
    return header + out.getvalue().decode()


def compiled(catalog: Catalog) -> bytes:
    """Return what the program loads: the translations, and how the language counts."""
    lean = _Lean(locale=catalog.locale)
    for message in catalog:
        if message.id and message.string and not message.fuzzy:
            lean.add(message.id, message.string, context=message.context)
    out = io.BytesIO()
    write_mo(out, lean)
    return out.getvalue()


class _Lean(Catalog):
    """Tells neither when it was made nor by which version, so that the same sentences are the same file."""

    def __iter__(self) -> Iterator[Message]:
        yield Message("", f"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: {self.plural_forms}\n")
        yield from (message for message in super().__iter__() if message.id)


def territories(code: str) -> str:
    """Return the names of countries and regions in a language, by their two letters, from CLDR."""
    names = {key: name for key, name in Locale.parse(code).territories.items() if len(key) == 2 and key.isalpha()}
    return json.dumps(dict(sorted(names.items())), ensure_ascii=False, indent=0) + "\n"


def main() -> None:
    template = extract()
    TEMPLATE.write_text(template, "utf-8")
    for code in CODES:
        source_of(code).parent.mkdir(parents=True, exist_ok=True)
        source_of(code).write_text(update(read(code), template), "utf-8")
        source_of(code).with_suffix(".mo").write_bytes(compiled(read(code)))
        (FOLDER / code / "territories.json").write_text(territories(code), "utf-8")


if __name__ == "__main__":
    main()

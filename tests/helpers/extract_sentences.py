"""Writes the template for translators from the catalogue entries in the code.

python -m tests.helpers.extract_sentences
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "resources" / "locale" / "reachline.pot"
HEADER = """# The sentences of Reachline, for translators.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
KEYWORDS = {"Text": {1: (1,), 2: (1, (2, "c"))}, "Plural": {2: (1, 2), 3: (1, 2, (3, "c"))}}


def extract() -> str:
    """Return the template: every entry with its translators' comments and the files it is in."""
    catalog = Catalog()
    found = extract_from_dir(
        ROOT / "desktop" / "text",
        method_map=[("**.py", "python")],
        keywords=KEYWORDS,
        comment_tags=["Translators:"],
        strip_comment_tags=True,
    )
    for file, _line, message, comments, context in found:
        catalog.add(message, locations=[(f"desktop/text/{file}", 0)], auto_comments=comments, context=context)
    out = io.BytesIO()
    write_po(out, catalog, width=120, omit_header=True, sort_output=True, include_lineno=False)
    return HEADER + out.getvalue().decode()


if __name__ == "__main__":
    TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
    TEMPLATE.write_text(extract(), "utf-8")

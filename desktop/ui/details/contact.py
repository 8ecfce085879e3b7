"""The facts about a customer's contacts that are only shown: languages, places, tags, and the ids that programs use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtWidgets import QWidget

from desktop.domain.model.facts import Contact
from desktop.text.catalog import isolate
from desktop.text.formats import capitalized
from desktop.text.screens import details as texts
from desktop.text.thread.languages import language_name
from desktop.ui.details.sections import Part, chip, paragraph, part
from desktop.ui.look.theme import GAP
from desktop.ui.widgets import layouts
from desktop.ui.widgets.flow_layout import FlowLayout

PLACEHOLDER_ID_PREFIX = "conversation:"
"""Start of the id of a contact created for a conversation without one; such an id is not shown."""

_LANGUAGE = "language"


def place_parts(contacts: Sequence[Contact], languages: Iterable[str]) -> list[Part]:
    """Create languages and places. languages: those that Intercom alone knows."""
    names = (capitalized(language_name(code)) for code in (*_languages(contacts), *languages))
    return [
        *(part(fact_row, texts.LANGUAGE(), name) for name in _different(names)),
        *(part(fact_row, texts.LOCATION(), place) for place in _different(c.location for c in contacts)),
    ]


def tag_parts(tags: Sequence[str]) -> list[Part]:
    return [part(_chips, tuple(tags))] if tags else []


def id_parts(contacts: Sequence[Contact]) -> list[Part]:
    """Create each contact's id and what a bridge wrote on it, with a heading for each of several."""
    parts: list[Part] = []
    for contact in contacts:
        facts = [(texts.id_label(contact), "" if contact.id.startswith(PLACEHOLDER_ID_PREFIX) else contact.id)]
        facts += [(n, v) for n, v in sorted(contact.bridge_attributes.items()) if not n.endswith(_LANGUAGE)]
        rows = [part(fact_row, name, value) for name, value in facts if value]
        if rows:
            parts.append(
                part(paragraph, texts.contact_heading(contact) if len(contacts) > 1 else texts.IDS(), muted=True)
            )
        parts += rows
    return parts


def fact_row(name: str, value: str) -> QWidget:
    """Create a name above its value; the value is isolated from the direction of the text around it."""
    row = QWidget()
    label = paragraph(name.replace("_", " "), muted=True)
    layouts.column(label, paragraph(isolate(value), selectable=True), parent=row, spacing=0)
    return row


def _chips(texts_of_chips: tuple[str, ...]) -> QWidget:
    row = QWidget()
    FlowLayout(*map(chip, texts_of_chips), spacing=GAP - 2, parent=row)
    return row


def _languages(contacts: Sequence[Contact]) -> Iterator[str]:
    for contact in contacts:
        yield from (v for n, v in contact.attributes.items() if n.casefold() == _LANGUAGE)
        yield from (v for n, v in contact.bridge_attributes.items() if n.endswith(_LANGUAGE))


def _different(values: Iterable[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value.strip()]

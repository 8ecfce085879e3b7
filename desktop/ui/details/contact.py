"""The facts about a customer's contacts: how to reach them, attributes, tags, and the ids that programs use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.domain.model.facts import Contact
from desktop.text.catalog import Text, isolate, strip_isolates
from desktop.text.screens import details as texts
from desktop.ui.details.sections import Part, chip, paragraph, part
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import ElidedLabel

PLACEHOLDER_ID_PREFIX = "conversation:"
"""Start of the id of a contact created for a conversation without one; such an id is not shown."""

_LANGUAGE = "language"


class ContactSection(QObject):
    """Creates the widgets for one customer at a time; what several contacts share is shown once.

    Signals:
        copied: a fact is in the clipboard. arg: a sentence that says so.
    """

    copied = Signal(str)

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def contact_parts(self, contacts: Sequence[Contact]) -> list[Part]:
        """Create phone numbers and email addresses, which can be copied, languages and places."""
        return [
            *(part(self._copyable_row, texts.PHONE, phone) for phone in _different(c.phone for c in contacts)),
            *(part(self._copyable_row, texts.EMAIL, email) for email in _different(c.email for c in contacts)),
            *(part(fact_row, texts.LANGUAGE(), code) for code in _different(_languages(contacts))),
            *(part(fact_row, texts.LOCATION(), place) for place in _different(c.location for c in contacts)),
        ]

    def _copyable_row(self, label: Text, value: str) -> QWidget:
        copy = QToolButton()
        copy.setIcon(icons.icon("fa6s.copy", self._theme.color("muted")))
        side = round(copy.fontMetrics().height() * 0.85)
        copy.setIconSize(QSize(side, side))
        copy.setToolTip(texts.COPY())
        copy.setAccessibleName(strip_isolates(texts.ACCESSIBLE_COPY(fact=label(), value=value)))
        copy.setProperty("value", value)
        copy.clicked.connect(self._on_copy)
        row = QWidget()
        # An address has nowhere to break: it would be cut off without a sign of it.
        shown = ElidedLabel()
        shown.setText(isolate(value))
        fact = layouts.column(paragraph(label(), muted=True), shown, spacing=0)
        layouts.row(fact, copy, parent=row).setStretch(0, 1)
        return row

    def _on_copy(self) -> None:
        value = str(self.sender().property("value"))
        QGuiApplication.clipboard().setText(value)
        self.copied.emit(texts.COPIED(value=value))


def attribute_parts(contacts: Sequence[Contact]) -> list[Part]:
    """Create the workspace's own attributes of the contacts."""
    facts = ((n, v) for c in contacts for n, v in sorted(c.attributes.items()) if v and n.casefold() != _LANGUAGE)
    return [part(fact_row, name, value) for name, value in dict.fromkeys(facts)]


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


def _different(values: Iterator[str] | Sequence[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value.strip()]
